#!/usr/bin/env bash
# jalali-moment 3.3.11 (npm) with moment 2.30.1 takes Solar Hijri days that no year has and moves them
# on. Seen: 31 Mizan 1396, its README's own example of an invalid date, is valid and is 1 Aqrab;
# 30 Hut 1404, a day of leap years only, is 1 Hamal 1405, and month 13 is the next year's first. One
# expects isValid() to be false, as the README says and as moment does in its own calendar: a slip of
# the pen in a date of birth or of payment becomes another good date and nobody is asked.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . jalali-moment@3.3.11 moment@2.30.1 >&2
node - <<'NODE' || { echo "jalali-moment-takes-the-31st-of-mizan: not as described any more"; exit 1; }
const assert = require("assert");
const moment = require("jalali-moment");

const seen = {};
for (const text of ["1396/7/31", "1404/12/30", "1403/13/1", "1403/12/30"]) {
  const day = moment(text, "jYYYY/jM/jD");
  seen[text] = [day.isValid(), day.format("jYYYY/jM/jD")];
}
console.log(seen);
assert.deepEqual(seen, {
  "1396/7/31": [true, "1396/8/1"],
  "1404/12/30": [true, "1405/1/1"],
  "1403/13/1": [true, "1404/1/1"],
  "1403/12/30": [true, "1403/12/30"],
});
assert.equal(moment("2026/2/30", "YYYY/M/D").isValid(), false);
NODE
