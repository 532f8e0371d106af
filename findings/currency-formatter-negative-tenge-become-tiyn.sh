#!/usr/bin/env bash
# currency-formatter 1.5.9 (npm) cannot read the negative amounts that it writes itself in tenge and
# som. Seen: format(-1500.5, KZT) is `-₸1 500-50`, as its table has a hyphen for the decimal point of
# KZT and KGS, and unformat makes 0.15 of that; in som likewise, -15000 becomes 0.15 and the same sum
# without a minus comes back whole. The README shows unformat as the way back from format; CLDR
# (kk, ky) writes a comma. One expects -1500.5: a correction or a refund that went through a form is
# stored as a few tiyn, with the other sign.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . currency-formatter@1.5.9 >&2
node - <<'NODE' || { echo "currency-formatter-negative-tenge-become-tiyn: not as described any more"; exit 1; }
const assert = require("assert");
const money = require("currency-formatter");

for (const [code, minus] of [["KZT", "-₸1 500-50"], ["KGS", "-1 500-50 сом"]]) {
  const there = money.format(-1500.5, { code });
  const back = money.unformat(there, { code });
  console.log(code, there.replace(/\u00a0/g, " "), back, money.unformat(money.format(1500.5, { code }), { code }));
  assert.equal(there.replace(/\u00a0/g, " "), minus);
  assert.equal(back, 0.15);
  assert.equal(money.unformat(money.format(1500.5, { code }), { code }), 1500.5);
  assert.equal(money.unformat(money.format(-15000, { code }), { code }), 0.15);
}
assert.equal(money.unformat(money.format(-1500.5, { code: "AFN" }), { code: "AFN" }), -1500.5);
NODE
