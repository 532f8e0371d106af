#!/usr/bin/env bash
# jalali-moment 3.3.11 (npm) with moment 2.30.1 counts months and years between two Solar Hijri dates
# wrongly once they are set to Persian. Seen: from 1 Hamal to 1 Sawr 1403 are 649 months or 54
# years, from 15 Jawza 1364 to 15 Jawza 1403 are 27, from 1 Hamal 1400 to 30 Hut 1403 minus 7; the
# days are right, and so are the months once both are set to English. The README has locale("fa") as
# the switch to the Jalali calendar, after which moment's own methods work in it. One expects 1, 39
# and 3: ages, and the months that a family was helped, are invented.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . jalali-moment@3.3.11 moment@2.30.1 >&2
node - <<'NODE' || { echo "jalali-moment-one-month-is-649: not as described any more"; exit 1; }
const assert = require("assert");
const moment = require("jalali-moment");

const day = (text, locale) => moment.from(text, "fa", "YYYY/MM/DD").locale(locale);
const between = (from, to, unit, locale = "fa") => day(to, locale).diff(day(from, locale), unit);

const seen = [
  between("1403/01/01", "1403/02/01", "months"),
  between("1403/01/01", "1403/02/01", "years"),
  between("1364/03/15", "1403/03/15", "years"),
  between("1400/01/01", "1403/12/30", "years"),
];
console.log(seen);
assert.deepEqual(seen, [649, 54, 27, -7]);
assert.equal(between("1403/01/01", "1403/02/01", "days"), 31);
assert.equal(between("1403/01/01", "1403/02/01", "months", "en"), 1);
NODE
