#!/usr/bin/env bash
# date-holidays 3.37.0 (npm) has the feasts of Ethiopia a day off in most years, as it looks for a leap
# year in the Gregorian calendar. Seen: Genna, which is on 7 January, is on the 6th in 2025, 2026 and
# 2027, and the 7th is a working day; Enkutatash is on 11 September in 2023 and on the 12th in 2024.
# The Ethiopian leap day comes in September before a Gregorian leap year, so New Year was on
# 12 September 2023 and 11 September 2024. One expects that: payments are planned for days on which
# banks and offices are shut.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . date-holidays@3.37.0 >&2
node - <<'NODE' || { echo "date-holidays-ethiopian-feasts-a-day-off: not as described any more"; exit 1; }
const assert = require("assert");
const Holidays = require("date-holidays");

const ethiopia = new Holidays("ET");
const feast = (year, name) => ethiopia.getHolidays(year).find((one) => one.name.includes(name)).date.slice(0, 10);
const genna = [2024, 2025, 2026, 2027].map((year) => feast(year, "ገና"));
const newYear = [2023, 2024].map((year) => feast(year, "እንቁጣጣሽ"));
const ethiopic = new Intl.DateTimeFormat("en-u-ca-ethiopic-nu-latn", { month: "numeric", day: "numeric", timeZone: "UTC" });
const right = [2023, 2024].map((year) => [10, 11, 12, 13].find((day) => ethiopic.format(new Date(Date.UTC(year, 8, day))) === "1/1"));
console.log(genna, newYear, "the calendar of ICU: September", right);
assert.deepEqual(genna, ["2024-01-07", "2025-01-06", "2026-01-06", "2027-01-06"]);
assert.equal(ethiopia.isHoliday(new Date("2025-01-07T09:00:00+03:00")), false);
assert.deepEqual(newYear, ["2023-09-11", "2024-09-12"]);
assert.deepEqual(right, [12, 11]);
NODE
