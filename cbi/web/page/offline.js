// What this till may take without a connection, by the signed list that it was given, and what it
// took: kept on the device until the ledger has answered for it. It trusts nothing but the list's
// signature, and its own clock only to say how long ago the list came.
import { isRight } from "./code.js";
import * as store from "./store.js";

const SIGNED = "cbi offline list\n";
const FORMAT = "cbi offline list 1";
const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const CLOCK_SLACK_MS = 60_000;
const HIGH_EVERY_MS = 15_000;
const AWAY_MS = 4 * 3_600_000; // untouched for so long, nobody is taken to be there
const SETTLED_MS = 4 * 24 * 3_600_000;
const CONFLICT_MS = 30 * 24 * 3_600_000;
const RECEIPT_MOST = 100;
const QUEUE = "cbi-till-queue";
const UPLOAD = "cbi-till-upload";
const UNDONE = "undone";

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");
const encode = (text) => new TextEncoder().encode(text);

async function digest(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return hex(await crypto.subtle.digest("SHA-256", whole));
}

// The list as its own device reads it; else why it is none of ours. Read once, then remembered.
let remembered = { signature: "" };

async function read(given, device) {
  if (remembered.signature !== given.signature || remembered.text !== given.text) {
    const key = await crypto.subtle.importKey("raw", bytes(device.seal), "Ed25519", false, ["verify"]);
    const right = await crypto.subtle.verify(
      "Ed25519", key, bytes(given.signature), encode(SIGNED + given.text),
    );
    if (!right) return { why: "list-not-ours" };
    const said = JSON.parse(given.text);
    const vouchers = new Map();
    for (const programme of said.programmes) {
      for (const row of programme.vouchers) vouchers.set(row[0], { programme, row });
    }
    remembered = { signature: given.signature, text: given.text, seal: device.seal, said, vouchers };
  }
  if (remembered.seal !== device.seal) {
    remembered = { signature: "" };
    return read(given, device);
  }
  const { said, vouchers } = remembered;
  if (said.format !== FORMAT || said.device !== device.id || said.store !== device.place) {
    return { why: "list-anothers" };
  }
  return { said, vouchers };
}

// Whether anything may be taken now, and by what; `why` not, where it may not.
export async function standing() {
  if (!navigator.locks || !navigator.storage?.persist || !crypto.subtle) return { why: "browser" };
  const device = await store.kept("device");
  if (!device) return { why: "not-paired" };
  const now = Date.now();
  const active = await store.kept("active");
  const operator = await store.kept("operator");
  if (!operator || !(now - active < AWAY_MS)) return { why: "signed-out" };
  const given = await store.kept("list");
  if (!given) return { why: (await store.kept("terms")) ?? "no-list" };
  const high = (await store.kept("high")) ?? given.asked_at;
  if (now < given.asked_at || now < high - CLOCK_SLACK_MS) return { why: "clock" };
  if (now - high > HIGH_EVERY_MS) await store.keep("high", now);
  if (!(await navigator.storage.persisted())) return { why: "not-kept" };
  let found;
  try {
    found = await read(given, device);
  } catch {
    return { why: "browser" }; // it cannot look at such a signature
  }
  if (found.why) return found;
  const age = (now - given.asked_at) * 1000;
  const hours = Math.max(0, ...found.said.programmes.map((one) => one.bounds.list_hours));
  if (age >= hours * HOUR_US) return { why: "stale-list", age };
  return { why: null, ...found, age, now, ours: found.said.made_at + age, device, operator };
}

// What was undone before it was sent counts nowhere any more.
const sum = (claims) => claims.reduce(
  (all, one) => (one.told?.outcome === UNDONE ? all : all + one.amount), 0,
);

// What may be taken off a voucher now: every bound of the programme, and what was taken before.
async function judged(here, code) {
  const { said, vouchers, device, ours } = here;
  const hash = (await digest(bytes(said.salt), bytes(device.id), encode(code))).slice(0, 32);
  const found = vouchers.get(hash);
  if (!found) return { answer: "not-listed" };
  const { programme, row: [, listed, opens, closes, category, whole, state] } = found;
  const { bounds, currency, exponent, zone } = programme;
  if (here.age >= bounds.list_hours * HOUR_US) return { answer: "why", why: "stale-list" };
  if (state !== "active" || !(opens <= ours && ours < closes)) return { answer: "not-now" };
  const since = await store.spent(await spentName(code, device));
  const claims = await store.claims();
  const day = Math.floor(ours / DAY_US);
  const mine = sum(claims.filter((one) => one.list === said.id && one.hash === hash));
  const balance = Math.min(listed, since ? since.left : listed) - mine;
  const room = [
    ["too-much", Math.min(balance, bounds.per_voucher_minor - mine)],
    ["over-device", bounds.per_device_minor - sum(claims.filter((one) => one.list === said.id))],
    ["over-day", bounds.per_day_minor
      - sum(claims.filter((one) => Math.abs(one.day - day) <= 1))],
  ];
  const [limit, left] = room.reduce((least, one) => (one[1] < least[1] ? one : least));
  const facts = { left: Math.max(0, left), currency, exponent, zone, category, closes, hash, day };
  if (whole && balance > left) return { ...facts, answer: limit };
  if (left <= 0) return { ...facts, answer: limit };
  return { ...facts, answer: "good", limit, whole: Boolean(whole) };
}

const spentName = async (code, device) => digest(encode("spent"), bytes(device.id), encode(code));

export async function look(code) {
  if (!isRight(code)) return { answer: "mistyped" };
  const here = await standing();
  return here.why ? { answer: "why", why: here.why } : judged(here, code);
}

// Takes a sale, where the list allows it: told `pending` only once the device keeps it for good.
export function take(sale) {
  return navigator.locks.request(QUEUE, async () => {
    const here = await standing();
    if (here.why) return { answer: "why", why: here.why };
    if (!isRight(sale.code)) return { answer: "mistyped" };
    const receipt = sale.receipt.trim();
    const known = (await store.claims()).find((one) => one.request === sale.request
      || (one.code === sale.code && one.receipt === receipt));
    if (known) return again(known, sale);
    const told = await judged(here, sale.code);
    if (told.answer !== "good") return told;
    if (sale.amount > told.left) return { ...told, answer: told.limit };
    if (told.whole && sale.amount !== told.left) return { ...told, answer: "whole" };
    if (!receipt || [...receipt].length > RECEIPT_MOST || receipt.includes("://")) {
      return { answer: "receipt" };
    }
    await store.addClaim({
      request: sale.request, list: here.said.id, code: sale.code, hash: told.hash, day: told.day,
      amount: sale.amount, receipt, receipt_total: sale.total ?? null, said_at: here.now * 1000,
      code_way: sale.code_way ?? null,
      taken_by: here.operator, currency: told.currency, exponent: told.exponent,
    });
    await store.keep("high", Date.now());
    return { ...told, answer: "pending", amount: sale.amount, proof: proofOf(sale.request) };
  });
}

// The same sale taken again is told as before; another on the same receipt is none.
const again = (known, sale) => (known.amount !== sale.amount ? { answer: "request" } : {
  answer: "pending", amount: known.amount, currency: known.currency, exponent: known.exponent,
  proof: proofOf(known.request),
});

export const proofOf = (request) => `P-${request.slice(0, 8).toUpperCase()}`;

export const waits = (claim) => !claim.told;
export const unsent = (claim) => !claim.told && !claim.refused;

// Takes back what was taken and never sent: from then on only this device remembers it, without its
// code. What may have reached the ledger is not undone here; then it says false.
export const undoable = (claim) => !claim.told && !claim.tried;

export function undo(request) {
  return navigator.locks.request(UPLOAD, { ifAvailable: true }, (mine) => (
    mine ? navigator.locks.request(QUEUE, async () => {
      const claim = (await store.claims()).find((one) => one.request === request);
      if (!claim || !undoable(claim)) return false;
      const { code, ...kept } = claim;
      await store.putClaim({ ...kept, told: { outcome: UNDONE } });
      return true;
    }) : false));
}

// Brings what waits to the ledger, in its order; of several open pages one does. `send` gives the
// ledger's answer, or throws; `final` says whether what it threw is a refusal of this one sale.
export function deliver(send, final) {
  return navigator.locks.request(UPLOAD, { ifAvailable: true }, async (mine) => {
    if (!mine) return;
    for (const claim of (await store.claims()).filter(waits)) {
      const { number, hash, day, currency, exponent, refused, tried, ...asked } = claim;
      await store.putClaim({ ...claim, tried: true }); // from now on it may have been counted
      try {
        const told = await send({ ...asked, device_now: Date.now() * 1000 });
        if (typeof told.outcome !== "string") throw new Error("this is no answer of the ledger's");
        const { code, ...kept } = claim;
        await store.putClaim({ ...kept, refused: undefined, told });
      } catch (error) {
        if (!final(error)) throw error;
        await store.putClaim({ ...claim, tried: true, refused: error.message });
      }
    }
  });
}

// A new list, asked for while nothing waits, and kept only if nothing was taken meanwhile.
export async function refresh(asking) {
  const device = await store.kept("device");
  const before = await store.claims();
  if (!device || before.some(unsent)) return;
  const last = before.at(-1)?.number ?? 0;
  const asked_at = Date.now();
  const given = await asking();
  await navigator.locks.request(QUEUE, async () => {
    const after = await store.claims();
    if (after.some(unsent) || (after.at(-1)?.number ?? 0) !== last) return;
    await store.replaceList({ text: given.text, signature: given.signature, asked_at });
    await store.forget("terms");
    await store.dropClaims(after.filter((one) => one.told && one.number !== last
      && asked_at - one.said_at / 1000 > (one.told.charged_to ? CONFLICT_MS : SETTLED_MS))
      .map((one) => one.number));
  });
}

// What the server says of this device and of who works on it.
export async function know(me) {
  const before = await store.kept("device");
  const device = { id: me.id, place: me.place, seal: me.seal, store: me.store, hotline: me.hotline };
  if (before && (before.id !== device.id || before.seal !== device.seal
    || before.place !== device.place)) await store.forget("list");
  if (!before) await store.forget("terms");
  await store.keep("device", device);
  if (me.operator && !me.office) await store.keep("operator", me.operator); // who may take something
  else await store.forget("operator");
}

export const nobody = () => store.forget("operator");

export const touch = () => store.keep("active", Date.now());

// The device is no till any more: its list goes, what it took stays.
export async function revoked() {
  for (const name of ["list", "operator", "device"]) await store.forget(name);
  await store.keep("terms", "not-paired");
}

export async function noteRedeemed(code, left) {
  const device = await store.kept("device");
  if (device) await store.noteSpent(await spentName(code, device), left, Date.now());
}

export const onlineOnly = async () => {
  await store.forget("list");
  await store.keep("terms", "online-only");
};

export const remembersWho = async () => ({
  device: await store.kept("device"), operator: await store.kept("operator"),
});
