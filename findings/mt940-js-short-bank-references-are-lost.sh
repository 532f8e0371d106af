#!/usr/bin/env bash
# mt940-js 1.0.0 (npm) keeps the bank's reference of a payment only if it has exactly sixteen
# characters, and its number for the payment is a hash of what it kept. Seen: two payments of 500
# tenge of one day, `NONREF//B26030200001` and `NONREF//B26030200002`, have an empty bankReference and
# one and the same id; with references of sixteen characters both have theirs. Field 61 of MT940 has
# `[//16x]`, up to sixteen. One expects the reference that the bank gave: two claims of equal sums
# cannot be told apart, and a program that knows payments by their id takes in one of them.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . mt940-js@1.0.0 tslib@1.14.1 >&2
node - <<'NODE' || { echo "mt940-js-short-bank-references-are-lost: not as described any more"; exit 1; }
const assert = require("assert");
const mt940 = require("mt940-js");

const statement = (references) => Buffer.from([
  ":20:REF1", ":25:KZ86125KZT5004100100", ":28C:1/1", ":60F:C260301KZT15000,00",
  ...references.flatMap((bank) => [`:61:2603020302D500,00NTRFNONREF//${bank}`, ":86:claim"]),
  ":62F:C260302KZT14000,00", "",
].join("\n"));
const read = async (references) => (await mt940.read(statement(references)))[0].transactions;

(async () => {
  const short = await read(["B26030200001", "B26030200002"]);
  const full = await read(["B260302000000001", "B260302000000002"]);
  for (const { bankReference, id } of [...short, ...full]) console.log([bankReference, id]);
  assert.deepEqual(short.map((one) => one.bankReference), ["", ""]);
  assert.equal(short[0].id, short[1].id);
  assert.deepEqual(full.map((one) => one.bankReference), ["B260302000000001", "B260302000000002"]);
  assert.notEqual(full[0].id, full[1].id);
})().catch((error) => { console.log(error.message); process.exit(1); });
NODE
