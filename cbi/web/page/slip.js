// The slip for the shop's receipt: put on paper by the browser's own printing, never on the screen.
// It says what was taken off and is left, and the proof; no name, and no code.
const ROWS = ["when", "receipt", "taken", "left"];

const two = (number) => String(number).padStart(2, "0");

// Day and hour of the shop's own clock, of the calendar that its ledger has.
export function dayAndHour(now) {
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} `
    + `${two(now.getHours())}:${two(now.getMinutes())}`;
}

function line(words, kind) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = words;
  return made;
}

export function printSlip(paper, say, facts) {
  paper.replaceChildren(
    line(say("slip-title"), "title"), line(facts.store, "store"),
    ...ROWS.map((name) => {
      const row = line("", "row");
      const value = document.createElement("bdi");
      value.textContent = facts[name];
      row.append(say(`slip-${name}`), " ", value);
      return row;
    }),
    line(say("slip-proof"), "proof-of"), line(facts.redemption, "proof"),
    line(say("slip-keep"), "keep"),
  );
  window.print();
}
