#!/usr/bin/env bash
# jalali-plugin-dayjs 1.1.4 (npm) with dayjs 1.11.13 lets a Solar Hijri month begin at one in the morning
# and end at two on its last day. Seen: for 15 Sunbula 1403 startOf("month") is the 1st at 01:00:00 and
# endOf("month") the 31st at 01:59:59; so the 31st at noon and the 1st at 00:00, a date without a time,
# are not isSame(..., "month"). startOf("year") is an hour late too. It is so in every time zone, and
# dayjs alone has 00:00:00 to 23:59:59. One expects whole days: what was paid on the last day of a
# month is in no monthly report.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . jalali-plugin-dayjs@1.1.4 dayjs@1.11.13 >&2
node - <<'NODE' || { echo "jalali-plugin-dayjs-month-ends-at-two-in-the-morning: not as described any more"; exit 1; }
const assert = require("assert");
const dayjs = require("dayjs");
dayjs.extend(require("jalali-plugin-dayjs"));

const jalali = (text) => dayjs(text, { jalali: true }).calendar("jalali");
const pattern = "YYYY/MM/DD HH:mm:ss";
const month = jalali("1403/06/15");
const [first, last] = [month.startOf("month"), month.endOf("month")];
const noon = jalali("1403/06/31").add(12, "hour");
console.log(first.format(pattern), last.format(pattern));
console.log(noon.format(pattern), noon.isBefore(last), noon.isSame(month, "month"));
assert.equal(first.format(pattern), "1403/06/01 01:00:00");
assert.equal(last.format(pattern), "1403/06/31 01:59:59");
assert.equal(noon.format(pattern), "1403/06/31 12:00:00");
assert.deepEqual([noon, jalali("1403/06/01")].map((day) => month.isSame(day, "month")), [false, false]);
assert.equal(jalali("1403/06/01").format(pattern), "1403/06/01 00:00:00");
assert.equal(month.startOf("year").format(pattern), "1403/01/01 01:00:00");
assert.equal(dayjs("2026-03-15").endOf("month").format("DD HH:mm:ss"), "31 23:59:59");
NODE
