#!/usr/bin/env bash
# n2words 4.0.0 (npm) puts the numbers of a Hausa sum on the wrong side. Seen: 500 is `biyar ɗari`, 5000 `biyar
# dubu` and 1500 `dubu biyar ɗari`; 1500 naira are `dubu biyar ɗari naira`. In Hausa how many follows the
# hundred or the thousand: ɗari biyar, dubu biyar, dubu da ɗari biyar (Newman and Jaggar in their grammars
# have ɗari biyu, dubu biyu), so the last begins with five thousand. Tens and units are right. One expects
# dubu da ɗari biyar: a voucher of 1500 naira says five thousand and a hundred to those who can read it, in a
# language of which there are few who check what a library prints.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . n2words@4.0.0 >&2
node - <<'NODE' || { echo "n2words-hausa-fifteen-hundred-reads-as-five-thousand: not as described any more"; exit 1; }
import("n2words/ha-NG").then(({ toCardinal, toCurrency }) => {
  const assert = require("assert");
  const seen = Object.fromEntries([25, 200, 500, 1500, 5000].map((number) => [number, toCardinal(number)]));
  console.log(seen, toCurrency(1500));
  assert.deepEqual(seen, { 25: "ashirin da biyar", 200: "biyu ɗari", 500: "biyar ɗari", 1500: "dubu biyar ɗari", 5000: "biyar dubu" });
  assert.equal(toCurrency(1500), "dubu biyar ɗari naira");
}).catch((error) => { console.error(error); process.exit(1); });
NODE
