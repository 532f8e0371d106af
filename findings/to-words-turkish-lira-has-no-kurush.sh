#!/usr/bin/env bash
# to-words 5.7.0 (npm) has no kurush for the Turkish lira and says a part of a lira as a rank. Seen:
# 1500.50 is `bir bin beş yüz virgül beş onuncu lira`, one thousand five hundred comma five tenth lira,
# and 0.01 is `bir yüzüncü lira`, one hundredth lira as in the hundredth lira; with ar-IQ, az-AZ and
# uz-UZ the small coin is named. Its README has tr-TR among the locales with a currency. One expects
# `bin beş yüz lira elli kuruş`, as banks and receipts write it: nobody can read or sign such a sum.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . to-words@5.7.0 >&2
node - <<'NODE' || { echo "to-words-turkish-lira-has-no-kurush: not as described any more"; exit 1; }
const assert = require("assert");
const { ToWords } = require("to-words");

const say = (localeCode, sum) => new ToWords({ localeCode }).convert(sum, { currency: true });
const seen = [1500.5, 12.25, 0.01].map((sum) => say("tr-TR", sum));
console.log(seen, say("az-AZ", 1500.5), say("uz-UZ", 1500.5));
assert.deepEqual(seen, [
  "bir bin beş yüz virgül beş onuncu lira", "on iki virgül yirmi beş yüzüncü lira", "bir yüzüncü lira",
]);
assert.ok(say("az-AZ", 1500.5).includes("Qəpik") && say("uz-UZ", 1500.5).includes("Tiyin"));
NODE
