// Closing a shift: the cashier counts first, then the ledger's list and total stand beside the
// count, and it is closed once, under a name of its own until it is answered.
import { requestName } from "./asking.js";
import { minorOf, shownAmount, shownDigits } from "./figures.js";

const whole = (typed, exponent) => (/^[\s0٠۰]+$/u.test(typed) ? 0 : minorOf(typed, exponent));

export class Shift {
  // `page`: what the till's page lends: el, ask, once, say, show, tell, item, texts, leave.
  constructor(page) {
    this.page = page;
    this.open = null;
    this.counted = null;
    const { el, once } = page;
    el("shift-count").addEventListener("submit", (event) => {
      event.preventDefault();
      this.compare();
    });
    el("shift-again").addEventListener("click", () => this.part("count"));
    el("shift-close").addEventListener("click", () => once(() => this.close()));
    el("from-shift").addEventListener("click", () => page.leave());
  }

  async begin(number = null) {
    const { el, ask, say, show, tell } = this.page;
    const told = await ask("shift");
    this.open = told.shifts[0] ?? null;
    if (!this.open) {
      tell(say("shift-nothing"));
      return;
    }
    el("shift-title").textContent = say("shift-title", { number: this.open.number });
    if (number === null) el("shift-count").reset();
    show("shift", el("shift-receipts"));
    this.part("count");
  }

  part(name) {
    const { el, tell } = this.page;
    for (const one of ["count", "told", "done"]) el(`shift-${one}`).hidden = one !== name;
    el("shift-lines").hidden = name === "count";
    if (name === "count") {
      tell("");
      el("shift-receipts").focus();
    }
  }

  money(minor) {
    const { currency, exponent } = this.open;
    return shownAmount(minor, currency, exponent, this.page.texts());
  }

  compare() {
    const { el, say, tell, item, texts } = this.page;
    const receipts = whole(el("shift-receipts").value, 0);
    const counted = whole(el("shift-amount").value, this.open.exponent);
    if (receipts === null || counted === null) {
      tell(say("shift-unreadable"));
      return;
    }
    tell("");
    const { open } = this;
    this.counted = {
      request: requestName(), currency: open.currency, until: open.until, receipts: open.receipts,
      amount: open.amount, counted_receipts: receipts, counted,
    };
    const number = (count) => shownDigits(String(count), texts());
    const same = receipts === open.receipts && counted === open.amount;
    el("shift-panel").className = same ? "panel green" : "panel yellow";
    el("shift-mark").textContent = same ? "✓" : "!";
    el("shift-word").textContent = say(same ? "shift-agrees" : "shift-differs");
    const money = (minor) => (minor < 0 ? `−${this.money(-minor)}` : this.money(minor));
    el("shift-ledger").textContent = say("shift-ledger", {
      receipts: number(open.receipts), amount: money(open.amount),
    });
    el("shift-yours").textContent = say("shift-yours", {
      receipts: number(receipts), amount: money(counted),
    });
    const over = counted - open.amount;
    el("shift-difference").textContent = same ? ""
      : say(over < 0 ? "shift-less" : "shift-more", { amount: this.money(Math.abs(over)) });
    el("shift-difference").hidden = !over;
    el("shift-lines").replaceChildren(...open.lines.map((one) => item(
      [one.at, one.amount, one.receipt, one.redemption, ...(one.undone ? [say("undone")] : [])],
      one.undone ? "undone" : "",
    )));
    this.part("told");
    el("shift-sum").focus();
  }

  async close() {
    const { el, ask, say } = this.page;
    const told = await ask("shift-close", this.counted);
    el("shift-closed").textContent = say("shift-closed", {
      name: told.name, receipts: told.receipts, amount: told.amount,
    });
    this.part("done");
    el("shift-closed").focus();
  }
}
