// The till's page: one screen at a time, every word from the server's catalogue. What changes the
// ledger is asked under a name of its own until it is answered; without a connection it is kept on
// the device under that same name.
import { Account } from "./account.js";
import { ask, NoAnswer, Refused, requestName } from "./asking.js";
import { Camera } from "./camera.js";
import { isRight, isWhole, plain } from "./code.js";
import { minorOf, plainAmount, shownAmount, shownDigits } from "./figures.js";
import { LaterUndo } from "./later.js";
import { Line } from "./line.js";
import * as offline from "./offline.js";
import { Shift } from "./shift.js";
import { printSlip, dayAndHour } from "./slip.js";
import { sound } from "./sound.js";
import { listen } from "./wedge.js";

const SCREENS = ["pair", "sign", "office", "scan", "answer", "day", "shift", "later", "account", "queue"];
const LETTERS_MOST = 64; // a code as any layout types it; longer, it is something else
const RIGHT_TO_LEFT = new Set(["fa", "ps"]);
const el = (id) => document.getElementById(id);
const boxes = [...document.querySelectorAll(".box")];
const camera = new Camera(el("view"));

let texts = {};
let language = "en";
let shown = "";
let office = false; // signed in with two factors: reads, and a manager undoes later
let busy = false;
let voucher = null; // { code, told }
let sale = null; // what is to be redeemed, with its request's name, until it is answered
let redeemed = null; // the redemption that may be undone
let newer = false; // a newer version of this page is on the device: it begins with the next voucher

const line = new Line(() => language, paint);
const say = (key, facts = {}) => (texts[key] ?? key)
  .replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

function show(name, focus) {
  if (name !== "scan") stopCamera();
  shown = name;
  queueShown = "";
  for (const screen of SCREENS) el(screen).hidden = screen !== name;
  tell("");
  paint();
  const target = focus ?? el(name).querySelector("input:not([hidden]), h2");
  target?.focus();
}

function tell(words) {
  el("notice").textContent = words;
  el("notice").hidden = !words;
}

async function once(work, again) {
  if (busy) return;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  const buttons = [...document.querySelectorAll("button:not([disabled])")];
  for (const button of buttons) button.disabled = true;
  let retry = null;
  try {
    await work();
    line.touch();
    if (el("notice").textContent === say("no-answer")) tell("");
  } catch (error) {
    if (error instanceof Refused) refused(error);
    else if (error instanceof NoAnswer) {
      if (error.cut) await line.lost();
      retry = again ?? work;
    } else throw error;
  } finally {
    for (const button of buttons) button.disabled = false;
    document.body.removeAttribute("aria-busy");
    busy = false;
  }
  if (retry) noAnswer(retry);
}

function noAnswer(retry) {
  tell(say("no-answer"));
  sound(false);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say("again");
  button.addEventListener("click", () => { button.remove(); once(retry); });
  el("notice").append(button);
  button.focus();
}

function refused(error) {
  sound(false);
  if (error.status !== 401) {
    tell(error.message);
    return;
  }
  if (error.told.error === "till-devices.not-paired") {
    line.revoked();
    show("pair");
    if (line.claims.length) tell(say("why-not-paired"));
  } else { line.nobody(); show("sign"); tell(say("over")); }
}

// Language

async function speak(code) {
  language = code;
  try { localStorage.setItem("language", code); } catch { /* asked again next time */ }
  texts = await spoken(code);
  document.documentElement.lang = code;
  document.documentElement.dir = RIGHT_TO_LEFT.has(code) ? "rtl" : "ltr";
  document.title = say("title");
  for (const part of document.querySelectorAll("[data-text]")) {
    part.textContent = say(part.dataset.text);
  }
  boxes.forEach((box, at) => box.setAttribute(
    "aria-label", say("box", { first: at * 4 + 1, last: at * 4 + 4 }),
  ));
  el("camera").textContent = say("camera");
  el("language").value = code;
  el("language").setAttribute("aria-label", say("language"));
  paint();
}

async function spoken(code) {
  try {
    const answer = await fetch(`/texts/${code}.json`);
    if (answer.ok) return await answer.json();
  } catch { /* no answer */ }
  throw new NoAnswer();
}

function firstLanguage() {
  const known = [...el("language").options].map((one) => one.value);
  let kept = null;
  try { kept = localStorage.getItem("language"); } catch { /* none */ }
  const wanted = [kept, ...navigator.languages.map((one) => one.split("-")[0])];
  return wanted.find((one) => known.includes(one)) ?? "en";
}

// Who and where

async function begin() {
  let me;
  try {
    me = await line.me();
  } catch (error) {
    me = error instanceof NoAnswer && error.cut ? await line.alone() : null;
    if (!me) throw error;
  }
  el("place").textContent = me.store;
  el("who").textContent = me.operator ?? "";
  el("hotline").textContent = me.hotline;
  el("help").hidden = !me.hotline;
  el("to-account").hidden = !me.account;
  office = Boolean(me.office);
  for (const name of ["from-account", "to-shift"]) el(name).hidden = office;
  el("office-nav").hidden = !office;
  el("to-later").hidden = !me.undoes;
  if (me.operator) await home();
  else show("sign");
  line.begin();
}

el("pair").addEventListener("submit", (event) => {
  event.preventDefault();
  once(async () => {
    await ask("pair", language, { code: el("pair-code").value });
    el("pair-code").value = "";
    history.replaceState(null, "", "/");
    await begin();
  });
});

el("sign").addEventListener("submit", (event) => {
  event.preventDefault();
  once(async () => {
    const [name, pin] = [el("name").value, el("pin").value];
    el("pin").value = "";
    await ask("sign-in", language, { name, pin });
    await navigator.storage?.persist?.();
    await begin();
  });
});

const home = async () => (office ? account.begin() : fresh());

el("to-office").addEventListener("click", () => show("office"));
el("from-office").addEventListener("click", () => show("sign"));
el("office").addEventListener("submit", (event) => {
  event.preventDefault();
  once(async () => {
    const asked = {
      name: el("office-name").value, passphrase: el("passphrase").value, code: el("second").value,
    };
    el("second").value = "";
    await ask("office-sign-in", language, asked);
    el("office").reset();
    await begin();
  });
});

for (const name of ["sign-out", "office-out"]) el(name).addEventListener("click", () => once(async () => {
  await line.reach();
  if (line.claims.some(offline.unsent)) {
    tell(say("sign-out-pending"));
    return;
  }
  await ask("sign-out", language, {});
  await line.nobody();
  await begin();
}));

el("language").addEventListener("change", () => once(async () => {
  await speak(el("language").value);
  if (sale) return; // it waits for its answer
  if (shown === "answer" && voucher) await look(voucher.code, voucher.way);
  else await begin();
}));

// The voucher's code

function fresh(keepReceipt = false) {
  if (newer && !keepReceipt) {
    location.reload();
    return;
  }
  voucher = null;
  sale = null;
  redeemed = null;
  for (const box of boxes) box.value = "";
  state("");
  el("sale").reset();
  if (keepReceipt) [el("receipt").value, el("total").value] = keepReceipt;
  show("scan", boxes[0]);
}

const typed = () => boxes.map((box) => box.value).join("");

function state(words) {
  el("code-state").textContent = words;
  for (const box of boxes) box.setAttribute("aria-invalid", words ? "true" : "false");
}

function spread(code, from = 0) {
  const letters = [...code];
  let at = from;
  do {
    boxes[at].value = letters.splice(0, at === boxes.length - 1 ? letters.length : 4).join("");
    at += 1;
  } while (letters.length && at < boxes.length);
  return boxes[Math.min(at - 1, boxes.length - 1)];
}

boxes.forEach((box, at) => {
  box.addEventListener("input", () => {
    const code = plain(box.value);
    const end = box.selectionStart === box.value.length;
    const last = spread(isWhole(code) ? code : code, isWhole(code) ? 0 : at);
    if (end && last !== box) last.focus();
    if (end && [...box.value].length >= 4 && last === box) boxes[at + 1]?.focus();
    const whole = typed();
    state(isWhole(whole) && !isRight(whole) ? say("code-wrong") : "");
    if (isRight(whole)) check(whole, asFastAsScanned() ? "scanner" : "typed");
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !box.value && at) {
      event.preventDefault();
      boxes[at - 1].focus();
    }
  });
});

el("scan").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = typed();
  const letters = [...code].length;
  if (letters < 16 || letters > LETTERS_MOST) state(say("code-wrong"));
  else check(code, "typed");
});

const check = (code, way) => once(() => look(code, way));

// `way` is how the code came in; a sale says it to the ledger.
async function look(code, way) {
  const told = await line.either(
    (patience) => ask("verify", language, { code }, patience), () => offline.look(code), shownOffline,
  );
  voucher = { code, told, way };
  answer(told, told.answer === "ok" ? "sale" : "done");
}

const asFastAsScanned = listen(document, (code) => {
  if (["scan", "answer"].includes(shown) && el("confirm").hidden && !sale) {
    const receipt = el("sale").hidden ? false : [el("receipt").value, el("total").value];
    if (shown === "answer") fresh(receipt);
    spread(code);
    check(code, "scanner");
  }
});

// The camera

function stopCamera() {
  camera.stop();
  el("view").hidden = true;
  el("camera").setAttribute("aria-expanded", "false");
  el("camera").textContent = say("camera");
}

el("camera").addEventListener("click", async () => {
  if (!el("view").hidden) {
    stopCamera();
    return;
  }
  el("view").hidden = false;
  el("camera").textContent = say("camera-stop");
  el("camera").setAttribute("aria-expanded", "true");
  try {
    await camera.start((text) => {
      const code = plain(text);
      if (busy || shown !== "scan" || !isRight(code)) return false;
      stopCamera();
      spread(code);
      check(code, "camera");
      return true;
    });
  } catch {
    stopCamera();
    tell(say("camera-none"));
  }
});

// The answer, the amount, done

function answer(told, part) {
  show("answer");
  el("panel").className = told.sign;
  el("mark").textContent = told.mark;
  el("word").textContent = told.word;
  el("left").textContent = told.left && ["ok", "too-much"].includes(told.answer)
    ? `${say("left")}: ${told.left}` : told.pending ?? "";
  el("words").textContent = told.words;
  const proof = part === "done" && told.answer === "ok" ? told.redemption : null;
  el("proof-line").hidden = !proof;
  el("proof").textContent = proof ?? "";
  el("all").textContent = told.left ? `${say("all-left")}: ${told.left}` : "";
  turn(part);
  sound(told.answer === "ok");
  el("next").textContent = say(office ? "back" : "next");
  (part === "sale" ? el("amount") : el("next")).focus();
}

function turn(part) {
  for (const one of ["sale", "confirm", "done"]) el(one).hidden = one !== part;
  el("undo").hidden = !redeemed;
  el("same").hidden = !redeemed;
  el("slip").hidden = !redeemed?.redemption;
}

el("slip").addEventListener("click", () => printSlip(el("paper"), say, {
  ...redeemed, store: el("place").textContent, when: shownDigits(dayAndHour(new Date()), texts),
}));

el("all").addEventListener("click", () => {
  el("amount").value = plainAmount(voucher.told.balance, voucher.told.exponent);
  el("receipt").focus();
});

const CORRECTED = new Set(["amount", "receipt", "too-much", "whole", "over-device", "over-day"]);
let confirmed = null;

function confirm(words, yes, work, back) {
  el("ask").textContent = words;
  el("yes").textContent = yes;
  confirmed = { work, back };
  el("back").hidden = false;
  turn("confirm");
  el("yes").focus();
}

el("yes").addEventListener("click", () => once(confirmed.work));
el("back").addEventListener("click", () => {
  tell("");
  sale = null;
  turn(confirmed.back);
  (confirmed.back === "sale" ? el("amount") : el("next")).focus();
});

el("sale").addEventListener("submit", (event) => {
  event.preventDefault();
  const amount = el("amount").value.trim();
  const { currency, exponent } = voucher.told;
  const minor = minorOf(amount, exponent);
  const asked = {
    code: voucher.code, amount, receipt: el("receipt").value, request: requestName(),
    code_way: voucher.way,
    ...(el("total").value.trim() ? { total: el("total").value } : {}),
  };
  sale = null;
  let asking = false; // once asked, only the ledger knows: the list may take it, not refuse it
  const shownMinor = minor === null ? `${amount} ${texts[`currency-${currency}`] ?? currency}`
    : shownAmount(minor, currency, exponent, texts);
  confirm(say("confirm", { amount: shownMinor }), say("yes"), async () => {
    sale = asked;
    el("back").hidden = true; // until it is answered nothing else can be done
    try {
      done(await line.either(
        (patience) => {
          asking = true;
          return ask("redeem", language, asked, patience);
        },
        () => taken(asked, exponent),
        (told) => (asking && told.answer !== "pending" ? null : shownOffline(told)),
      ));
    } catch (error) {
      if (error instanceof Refused) {
        sale = null;
        turn("sale");
        el("amount").focus();
      }
      throw error; // without an answer it is asked again, under the same name
    }
  }, "sale");
});

// The same sale, under the same name, kept on the device.
async function taken(asked, exponent) {
  const amount = minorOf(asked.amount, exponent);
  const total = asked.total === undefined ? undefined : minorOf(asked.total, exponent);
  if (amount === null || total === null) return { answer: "amount" };
  return offline.take({ ...asked, amount, total });
}

function done(told) {
  const request = sale?.request;
  sale = null;
  if (told.answer === "ok" && !told.offline && voucher) {
    offline.noteRedeemed(voucher.code, told.balance).catch(() => {});
  }
  if (told.offline && told.answer !== "ok") {
    answer(told, CORRECTED.has(told.answer) ? "sale" : "done");
    return;
  }
  redeemed = told.answer === "ok" ? { ...told, request, receipt: el("receipt").value, total: el("total").value } : null;
  if (told.answer === "too-much") {
    answer(told, "sale");
    return;
  }
  answer(told, "done");
}

el("next").addEventListener("click", () => (office ? once(home) : fresh()));
el("same").addEventListener("click", () => fresh([redeemed.receipt, redeemed.total]));

el("undo").addEventListener("click", () => (redeemed.offline
  ? undoPending(redeemed.request, redeemed.pending, "done")
  : undo(redeemed.redemption, redeemed.taken, "done")));

// Before it is sent a pending sale is undone on the device alone.
function undoPending(request, amount, back) {
  const came = shown;
  confirm(say("undo-confirm", { amount }), say("undo-yes"), async () => {
    if (!(await offline.undo(request))) {
      await line.look();
      turn(back);
      if (came === "queue") show("queue", el("queue").querySelector("h2"));
      tell(say("undo-sent"));
      return;
    }
    redeemed = null;
    await line.look();
    answer({
      sign: "cyan", mark: "=", word: say("word-undone"), answer: "undone",
      words: say("answer-undone", { amount }),
    }, "done");
  }, back);
}

function undo(redemption, amount, back) {
  if (shown !== "answer") show("answer");
  confirm(say("undo-confirm", { amount }), say("undo-yes"), async () => {
    const told = await ask("undo", language, { redemption });
    redeemed = null;
    answer(told, "done");
  }, back);
}

// Without a connection

// What the till says by itself, as the server would have it; null where it can say nothing.
function shownOffline(told) {
  if (told.answer === "why") return null;
  const { currency, exponent } = told;
  const left = told.left === undefined ? null : shownAmount(told.left, currency, exponent, texts);
  const facts = {
    left, category: texts[`category-${told.category}`] ?? told.category,
    until: told.closes ? shownDigits(dayOf(told.closes - 1, told.zone), texts) : "",
    amount: told.amount === undefined ? "" : shownAmount(told.amount, currency, exponent, texts),
  };
  const good = told.answer === "good";
  const pending = told.answer === "pending";
  return {
    offline: true, answer: good || pending ? "ok" : told.answer, balance: told.left,
    currency, exponent, left: pending ? null : left, redemption: told.proof ?? null,
    sign: good || pending ? "pending" : "yellow", mark: pending ? "…" : good ? "✓" : "!",
    word: say(pending ? "word-pending" : good ? "word-good" : "word-no"),
    pending: pending ? facts.amount : null,
    words: told.answer === "mistyped" ? say("code-wrong") : say(`answer-${told.answer}`, facts),
  };
}

const dayOf = (instant, zone) => new Intl.DateTimeFormat("en-CA", {
  timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
}).format(new Date(instant / 1000));

function ageOf(microseconds) {
  const minutes = Math.floor(microseconds / 60e6);
  const facts = { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
  return say(facts.hours ? "age-hours" : "age-minutes", {
    hours: shownDigits(String(facts.hours), texts), minutes: shownDigits(String(facts.minutes), texts),
  });
}

const reason = (why) => texts[`why-${why}`] ?? say(why);

// The sign that nobody overlooks, and what the foot says of the list.
function paint() {
  if (!texts.title) return;
  const { off, here, claims } = line;
  const count = claims.filter(offline.unsent).length;
  document.body.classList.toggle("offline", off);
  el("offline").hidden = !off;
  el("offline-word").textContent = say("offline-sign");
  const words = here.why
    ? say("offline-cannot", { why: reason(here.why) })
    : say("offline-what", { age: ageOf(here.age ?? 0), count: shownDigits(String(count), texts) });
  if (el("offline-what").textContent !== words) el("offline-what").textContent = words;
  el("ready").textContent = off || shown !== "scan" ? "" : here.why
    ? say("offline-not-ready", { why: reason(here.why) })
    : say("offline-ready", { age: ageOf(here.age ?? 0) });
  for (const name of ["to-queue", "pair-queue", "sign-queue"]) {
    el(name).hidden = !claims.length;
    el(name).textContent = `${say("queue")}: ${shownDigits(String(claims.filter(offline.waits).length), texts)}`;
  }
  if (shown === "queue") queue();
}

let queueShown = "";

function queue() {
  const here = JSON.stringify([line.claims, line.out, language]);
  if (here === queueShown) return; // who is on one of its buttons stays there
  queueShown = here;
  el("queue-none").hidden = line.claims.length > 0;
  el("queue-lines").replaceChildren(...line.claims.toReversed().map((one) => {
    const money = (minor) => shownAmount(minor, one.currency, one.exponent, texts);
    const { told } = one;
    const state = one.refused ? say("outcome-refused", { words: one.refused })
      : say(`outcome-${told?.outcome ?? "pending"}`, { amount: money(told?.posted ?? 0) });
    const row = item([
      money(one.amount), one.receipt, offline.proofOf(one.request), state,
      ...(told?.charged_to ? [say(`charged-${told.charged_to}`, { amount: money(one.amount - told.posted) })] : []),
      ...(told?.serial ? [told.serial] : []),
      ...(line.out && one.code ? [one.code.match(/.{4}/g).join("-")] : []),
    ], told?.charged_to || one.refused ? "wrong" : told?.outcome === "undone" ? "undone" : "");
    if (offline.undoable(one) && one.taken_by === el("who").textContent) {
      row.append(undoButton(one, money(one.amount)));
    }
    return row;
  }));
}

function undoButton(one, amount) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = say("undo");
  button.setAttribute("aria-label", `${say("undo")}: ${offline.proofOf(one.request)}`);
  button.addEventListener("click", () => {
    redeemed = null;
    show("answer");
    el("panel").className = "pending";
    [el("mark").textContent, el("word").textContent] = ["…", say("word-pending")];
    [el("left").textContent, el("words").textContent] = [amount, ""];
    el("proof-line").hidden = true;
    undoPending(one.request, amount, "done");
  });
  return button;
}

let cameFrom = "scan";
for (const name of ["to-queue", "pair-queue", "sign-queue"]) {
  el(name).addEventListener("click", () => {
    cameFrom = shown;
    show("queue", el("queue").querySelector("h2"));
    paint();
  });
}
el("queue-send").addEventListener("click", () => once(async () => {
  await line.reach();
  paint();
}));
el("from-queue").addEventListener("click", () => (cameFrom === "scan" ? fresh() : show(cameFrom)));

// The day

for (const name of ["to-day", "office-day"]) el(name).addEventListener("click", () => once(async () => {
  const day = await ask("day", language);
  el("date").textContent = day.date;
  el("day-none").hidden = day.lines.length > 0;
  el("lines").replaceChildren(...day.lines.map((one) => item(
    [one.at, one.amount, one.redemption, ...(one.reversed ? [say("undone")] : [])],
    one.reversed ? "undone" : "",
  )));
  el("totals").replaceChildren(...day.totals.map((one) => item([one.operator, one.count, one.amount])));
  show("day", el("day").querySelector("h2"));
}));

function item(parts, kind = "") {
  const line = document.createElement("li");
  line.className = kind;
  for (const part of parts) {
    const word = document.createElement("bdi");
    word.textContent = part;
    line.append(word);
  }
  return line;
}

el("from-day").addEventListener("click", () => once(home));

const lent = {
  el, once, say, show, tell, item, answer, home, texts: () => texts, leave: () => fresh(),
  ask: (path, body) => ask(path, language, body),
};
const account = new Account(lent);
el("to-account").addEventListener("click", () => once(() => account.begin()));
const later = new LaterUndo(lent);
el("to-later").addEventListener("click", () => later.begin());
const shift = new Shift(lent);
el("to-shift").addEventListener("click", () => once(async () => {
  await line.reach();
  if (line.claims.some(offline.unsent)) tell(say("shift-pending"));
  else await shift.begin();
}));

// Begin

if ("serviceWorker" in navigator) {
  const workers = navigator.serviceWorker;
  let before = workers.controller;
  workers.addEventListener("controllerchange", () => {
    newer = Boolean(before);
    before = workers.controller;
  });
  workers.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
}

await once(async () => {
  await speak(firstLanguage());
  const code = /^#pair=([\w-]{1,20})$/.exec(location.hash);
  if (code) el("pair-code").value = code[1];
  await begin();
});
