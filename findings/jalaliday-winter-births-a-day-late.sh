#!/usr/bin/env bash
# jalaliday 3.1.1 (npm) with dayjs 1.11.23 has each day of January and February of a leap year a day too
# late. Seen: 1 January 2024, 11 Jadi 1402, is written 1402/10/12, 29 February 2024 is 1402/12/11 as well
# as 1 March, and so in 2000, 1984 and every leap year, in all time zones; in other years and months, and
# from Jalali to Gregorian, it is right, so 26 Dalw 1378 comes back as the 27th. JavaScript's own Intl
# has 11 and 26. One expects that: in each leap year two months of births, expiries and payments go into
# the list under the next day, and the identity paper that was shown says another.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . jalaliday@3.1.1 dayjs@1.11.23 >&2
node - <<'NODE' || { echo "jalaliday-winter-births-a-day-late: not as described any more"; exit 1; }
const assert = require("assert");
const dayjs = require("dayjs");
dayjs.extend(require("jalaliday/dayjs").default);

const own = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { timeZone: "UTC", year: "numeric", month: "2-digit", day: "2-digit" });
const intl = (text) => {
  const part = Object.fromEntries(own.formatToParts(new Date(`${text}T00:00:00Z`)).map(({ type, value }) => [type, value]));
  return `${part.year}/${part.month}/${part.day}`;
};
const days = { "2024-01-01": "1402/10/12", "2024-02-29": "1402/12/11", "2000-02-15": "1378/11/27", "1984-01-20": "1362/11/01" };
for (const [day, late] of Object.entries(days)) {
  const seen = dayjs(day).calendar("jalali").format("YYYY/MM/DD");
  console.log(day, seen, intl(day));
  assert.equal(seen, late);
  assert.notEqual(intl(day), late);
}
for (const day of ["2024-03-01", "2023-01-01", "2025-02-15", "2024-12-31"])
  assert.equal(dayjs(day).calendar("jalali").format("YYYY/MM/DD"), intl(day));
assert.equal(intl("2000-02-15"), "1378/11/26");
assert.equal(dayjs("1378/11/26", { jalali: true }).calendar("gregory").format("YYYY-MM-DD"), "2000-02-15");
NODE
