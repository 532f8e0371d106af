#!/usr/bin/env bash
# to-words 5.7.0 (npm) has one form of the noun for Russian and Ukrainian sums of money. Seen: 2002 is
# `Два Тысячи Два Рублей Только`, 21 is `Двадцать Один Рублей Только`, 0.01 ends with `Один Копейка`:
# the thousand and the kopek are taken for masculine, the rouble is always in the genitive plural, and
# 1 alone has none of that. The README claims gender for Slavic languages and shows the right plural
# for fractions. One expects `Две тысячи два рубля`, `Двадцать один рубль`, `Одна копейка`, which n2words
# 4.0.0 says: an act with such words is sent back by any accountant.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . to-words@5.7.0 n2words@4.0.0 >&2
node - <<'NODE' || { echo "to-words-russian-sums-do-not-agree: not as described any more"; exit 1; }
const assert = require("assert");
const { ToWords } = require("to-words");

const words = new ToWords({ localeCode: "ru-RU" });
const seen = [2002, 21, 0.01].map((sum) => words.convert(sum, { currency: true }));
console.log(seen);
assert.deepEqual(seen, [
  "Два Тысячи Два Рублей Только", "Двадцать Один Рублей Только", "Ноль Рублей И Один Копейка Только",
]);
import("n2words/ru-RU").then(({ toCurrency }) => {
  const right = [2002, 21, 0.01].map((sum) => toCurrency(sum));
  console.log(right);
  assert.deepEqual(right, ["две тысячи два рубля", "двадцать один рубль", "одна копейка"]);
}).catch((error) => { console.log(error.message); process.exit(1); });
NODE
