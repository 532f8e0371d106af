#!/usr/bin/env bash
# ethiopian-calendar-new 1.1.0 (npm) has all of each fourth Ethiopian year a day ahead. Seen: 12 September
# 2023, New Year's day of 2016, is 2 Meskerem and 1 March 2024 is 23 Yekatit, where JavaScript's own Intl
# has 1 and 22; so has each of the 366 days from 11 September 2023 to 10 September 2024, and the last of them
# and the next are both 1 Meskerem 2017; 6 Pagume 2015 and 1 Meskerem 2016 both become 11 September. The
# README says that leap years are kept. One expects 1 Meskerem: births, expiries and distribution days of
# one year in four are a day off, today's, by which it is tried, perhaps not.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . ethiopian-calendar-new@1.1.0 >&2
node - <<'NODE' || { echo "ethiopian-calendar-new-one-year-in-four-a-day-ahead: not as described any more"; exit 1; }
const assert = require("assert");
const { toEthiopian, toGregorian } = require("ethiopian-calendar-new");

const own = new Intl.DateTimeFormat("en-u-ca-ethiopic-nu-latn", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" });
const number = (year, month, day) => (year * 13 + month) * 30 + day;
function intl(moment) {
  const part = Object.fromEntries(own.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return [part.year, part.month, part.day];
}
function ethiopian(moment) {
  const { year, month, day } = toEthiopian(moment.getUTCFullYear(), moment.getUTCMonth() + 1, moment.getUTCDate());
  return [year, month, day];
}
const moments = (first, days) => Array.from({ length: days }, (_, day) => new Date(Date.UTC(...first) + day * 864e5));
for (const moment of moments([2023, 8, 11], 366)) assert.ok(number(...ethiopian(moment)) > number(...intl(moment)));
for (const moment of [...moments([2024, 8, 11], 1095), ...moments([2020, 8, 11], 1095)]) assert.deepEqual(ethiopian(moment), intl(moment));
const seen = moments([2024, 8, 10], 2).map(ethiopian);
console.log(ethiopian(new Date("2023-09-12")), ethiopian(new Date("2024-03-01")), seen);
assert.deepEqual([ethiopian(new Date("2023-09-12")), ethiopian(new Date("2024-03-01"))], [[2016, 1, 2], [2016, 6, 23]]);
assert.deepEqual(seen, [[2017, 1, 1], [2017, 1, 1]]);
assert.deepEqual(toGregorian(2015, 13, 6), toGregorian(2016, 1, 1));
NODE
