#!/usr/bin/env bash
# mt940-js 1.0.0 (npm) says of nearly all money that comes in that it was spent. Seen: a credit of
# 15000 tenge, mark C, has isCredit true and isExpense true, as has the debit after it; only with one
# of the type codes N653, N654 and N060, which two Dutch banks use, is a line not an expense, and then
# a debit is none either. Field 61 has the debit or credit mark for this. One expects a credit to be
# no expense: the transfer that fills the programme's account is counted among what was paid out.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . mt940-js@1.0.0 tslib@1.14.1 >&2
node - <<'NODE' || { echo "mt940-js-money-received-is-an-expense: not as described any more"; exit 1; }
const assert = require("assert");
const mt940 = require("mt940-js");

const text = [
  ":20:REF1", ":25:KZ86125KZT5004100100", ":28C:1/1", ":60F:C260301KZT0,00",
  ":61:2603020302C15000,00NTRFNONREF", ":86:donor's transfer",
  ":61:2603020302D500,00NTRFNONREF", ":86:claim",
  ":61:2603020302D500,00N653NONREF", ":86:claim",
  ":62F:C260302KZT14000,00", "",
].join("\n");
mt940.read(Buffer.from(text)).then(([{ transactions }]) => {
  const seen = transactions.map((one) => [one.code, one.isCredit, one.isExpense, one.amount]);
  console.log(seen);
  assert.deepEqual(seen, [
    ["NTRF", true, true, 15000], ["NTRF", false, true, 500], ["N653", false, false, 500],
  ]);
}).catch((error) => { console.log(error.message); process.exit(1); });
NODE
