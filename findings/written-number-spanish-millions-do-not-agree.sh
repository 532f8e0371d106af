#!/usr/bin/env bash
# written-number 0.11.1 (npm) says one million and something wrongly in Spanish. Seen: 1000000 is `un millón`
# and 1500000 `uno millón quinientos mil`, 21000 is `veintiuno mil` and 31000 `treinta y uno mil`. Uno loses
# its end before a noun and before mil, as in un millón quinientos mil, veintiún mil, treinta y un mil; where
# the number is a million alone the package does so. Its README shows Spanish among its languages. One expects
# these: a transfer to a household in Colombia is of this size in pesos, and the receipt that it is signed on
# has words that the bank and any reader take for a forgery or a slip.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . written-number@0.11.1 >&2
node - <<'NODE' || { echo "written-number-spanish-millions-do-not-agree: not as described any more"; exit 1; }
const assert = require("assert");
const written = require("written-number");

const seen = Object.fromEntries([1000000, 1500000, 2500000, 21000, 31000].map((number) => [number, written(number, { lang: "es" })]));
console.log(seen);
assert.deepEqual(seen, { 1000000: "un millón", 1500000: "uno millón quinientos mil", 2500000: "dos millones quinientos mil",
  21000: "veintiuno mil", 31000: "treinta y uno mil" });
NODE
