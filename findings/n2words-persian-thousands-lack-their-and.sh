#!/usr/bin/env bash
# n2words 4.0.0 (npm) leaves out the and of Persian after a thousand. Seen: 1500 is `هزار پانصد`, 5100 `پنج
# هزار صد` and 21021 `بیست و یک هزار بیست و یک`, while 121 has both of its ands and a million and five hundred
# its one. ICU, by the rules of CLDR as PyICU 2.15.2's wheel has them, says هزار و پانصد and پنج هزار و صد. In
# Persian and Dari each part of a number is joined to the next with و. One expects that: sums of assistance
# are of this size in afghanis, and a receipt with words that no clerk writes so is taken for a forgery.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . n2words@4.0.0 >&2
node - <<'NODE' || { echo "n2words-persian-thousands-lack-their-and: not as described any more"; exit 1; }
import("n2words/fa-IR").then(({ toCardinal }) => {
  const assert = require("assert");
  const { execFileSync } = require("child_process");
  const numbers = [121, 1500, 5100, 1000500];
  const seen = numbers.map((number) => toCardinal(number));
  console.log(seen);
  assert.deepEqual(seen, ["صد و بیست و یک", "هزار پانصد", "پنج هزار صد", "یک میلیون و پانصد"]);

  execFileSync("python3", ["-m", "venv", "venv"]);
  execFileSync("venv/bin/pip", ["install", "-qq", "--disable-pip-version-check", "pyicu-wheels==2.15.2"]);
  const other = execFileSync("venv/bin/python", ["-c", "import icu\n" +
    "rules = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale('fa'))\n" +
    `print(*(rules.format(number).encode('unicode_escape').decode() for number in ${JSON.stringify(numbers)}), sep='|')`]);
  const right = JSON.parse(`"${String(other).trim()}"`).split("|");
  console.log(right);
  assert.deepEqual(right.slice(0, 3), ["صد و بیست و یک", "یک هزار و پانصد", "پنج هزار و صد"]);
}).catch((error) => { console.error(error); process.exit(1); });
NODE
