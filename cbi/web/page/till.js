// The till's page: one screen at a time, every word from the server's catalogue, nothing kept but
// the language. What changes the ledger is asked under a name of its own until it is answered.
import { ask, NoAnswer, Refused, requestName } from "./asking.js";
import { Camera } from "./camera.js";
import { isRight, isWhole, plain } from "./code.js";
import { sound } from "./sound.js";
import { listen } from "./wedge.js";

const SCREENS = ["pair", "sign", "scan", "answer", "day"];
const RIGHT_TO_LEFT = new Set(["fa", "ps"]);
const el = (id) => document.getElementById(id);
const boxes = [...document.querySelectorAll(".box")];
const camera = new Camera(el("view"));

let texts = {};
let language = "en";
let shown = "";
let busy = false;
let voucher = null; // { code, told }
let sale = null; // what is to be redeemed, with its request's name, until it is answered
let redeemed = null; // the redemption that may be undone

const say = (key, facts = {}) => (texts[key] ?? key)
  .replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

function show(name, focus) {
  if (name !== "scan") stopCamera();
  shown = name;
  for (const screen of SCREENS) el(screen).hidden = screen !== name;
  tell("");
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
    if (el("notice").textContent === say("no-answer")) tell("");
  } catch (error) {
    if (error instanceof Refused) refused(error);
    else if (error instanceof NoAnswer) retry = again ?? work;
    else throw error;
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
  if (error.told.error === "till-devices.not-paired") show("pair");
  else { show("sign"); tell(say("over")); }
}

// Language

async function speak(code) {
  language = code;
  try { localStorage.setItem("language", code); } catch { /* asked again next time */ }
  texts = await ask("texts", language);
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
  const me = await ask("me", language);
  el("place").textContent = me.store;
  el("who").textContent = me.operator ?? "";
  el("hotline").textContent = me.hotline;
  el("help").hidden = !me.hotline;
  if (me.operator) fresh();
  else show("sign");
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
    await begin();
  });
});

el("sign-out").addEventListener("click", () => once(async () => {
  await ask("sign-out", language, {});
  await begin();
}));

el("language").addEventListener("change", () => once(async () => {
  await speak(el("language").value);
  if (sale) return; // it waits for its answer
  if (shown === "answer" && voucher) await look(voucher.code);
  else await begin();
}));

// The voucher's code

function fresh(keepReceipt = false) {
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
    if (isRight(whole)) check(whole);
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
  if ([...code].length < 16) state(say("code-wrong"));
  else check(code);
});

const check = (code) => once(() => look(code));

async function look(code) {
  const told = await ask("verify", language, { code });
  voucher = { code, told };
  answer(told, told.answer === "ok" ? "sale" : "done");
}

listen(document, (code) => {
  if (["scan", "answer"].includes(shown) && el("confirm").hidden && !sale) {
    const receipt = el("sale").hidden ? false : [el("receipt").value, el("total").value];
    if (shown === "answer") fresh(receipt);
    spread(code);
    check(code);
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
      check(code);
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
    ? `${say("left")}: ${told.left}` : "";
  el("words").textContent = told.words;
  const proof = part === "done" && told.answer === "ok" ? told.redemption : null;
  el("proof-line").hidden = !proof;
  el("proof").textContent = proof ?? "";
  el("all").textContent = told.left ? `${say("all-left")}: ${told.left}` : "";
  turn(part);
  sound(told.answer === "ok");
  (part === "sale" ? el("amount") : el("next")).focus();
}

function turn(part) {
  for (const one of ["sale", "confirm", "done"]) el(one).hidden = one !== part;
  el("undo").hidden = !redeemed;
  el("same").hidden = !redeemed;
}

el("all").addEventListener("click", () => {
  el("amount").value = plainAmount(voucher.told.balance, voucher.told.currency);
  el("receipt").focus();
});

function plainAmount(minor, currency) {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency })
    .resolvedOptions().maximumFractionDigits;
  const text = String(minor).padStart(digits + 1, "0");
  const fraction = digits ? text.slice(-digits) : "";
  const whole = digits ? text.slice(0, -digits) : text;
  return /[1-9]/.test(fraction) ? `${whole}.${fraction}` : whole;
}

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
  const asked = {
    code: voucher.code, amount, receipt: el("receipt").value, request: requestName(),
    ...(el("total").value.trim() ? { total: el("total").value } : {}),
  };
  sale = null;
  confirm(say("confirm", { amount: `${amount} ${voucher.told.currency}` }), say("yes"), async () => {
    sale = asked;
    el("back").hidden = true; // until it is answered nothing else can be done
    try {
      done(await ask("redeem", language, asked));
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

function done(told) {
  sale = null;
  redeemed = told.answer === "ok" ? { ...told, receipt: el("receipt").value, total: el("total").value } : null;
  if (told.answer === "too-much") {
    answer(told, "sale");
    return;
  }
  answer(told, "done");
}

el("next").addEventListener("click", () => fresh());
el("same").addEventListener("click", () => fresh([redeemed.receipt, redeemed.total]));

el("undo").addEventListener("click", () => undo(redeemed.redemption, redeemed.taken, "done"));

function undo(redemption, amount, back) {
  if (shown !== "answer") show("answer");
  confirm(say("undo-confirm", { amount }), say("undo-yes"), async () => {
    const told = await ask("undo", language, { redemption });
    redeemed = null;
    answer(told, "done");
  }, back);
}

// The day

el("to-day").addEventListener("click", () => once(async () => {
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

el("from-day").addEventListener("click", () => fresh());

// Begin

await once(async () => {
  await speak(firstLanguage());
  const code = /^#pair=([\w-]{1,20})$/.exec(location.hash);
  if (code) el("pair-code").value = code[1];
  await begin();
});
