#!/usr/bin/env bash
# hijri-converter 1.1.1 (npm), which says that it has the Umm al-Qura calendar, has the whole of
# December 2024 a day behind it. Seen: 2 December 2024 is 30 Jumada I 1446, which had 29 days, 15 December
# is 13 Jumada II, and 31 December the 29th where the calendar, as JavaScript's own Intl and Python's
# hijridate 2.6.0 have it, says 1, 14 and 30; the months before and after are right, and 1 Jumada II goes
# to 3 December. One expects the published months, as the calendar goes by a table and no rule: births,
# residence permits and rents of that month, which are dated by it on papers, are a day off.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . hijri-converter@1.1.1 >&2
node - <<'NODE' || { echo "hijri-converter-december-2024-a-day-behind: not as described any more"; exit 1; }
const assert = require("assert");
const { execFileSync } = require("child_process");
const { toHijri, toGregorian } = require("hijri-converter");

const own = new Intl.DateTimeFormat("en-u-ca-islamic-umalqura-nu-latn", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" });
const intl = (year, month, day) => {
  const part = Object.fromEntries(own.formatToParts(new Date(Date.UTC(year, month - 1, day))).map(({ type, value }) => [type, value]));
  return [part.year, part.month, part.day].map(Number);
};
const seen = (...date) => { const { hy, hm, hd } = toHijri(...date); return [hy, hm, hd]; };
for (let day = 2; day <= 31; day += 1) {
  const published = [1446, 6, day - 1];
  assert.deepEqual(intl(2024, 12, day), published);
  assert.deepEqual(seen(2024, 12, day), day === 2 ? [1446, 5, 30] : [1446, 6, day - 2]);
}
for (const date of [[2024, 11, 3], [2024, 12, 1], [2025, 1, 1], [2025, 1, 15]]) assert.deepEqual(seen(...date), intl(...date));
const { gy, gm, gd } = toGregorian(1446, 6, 1);
console.log(seen(2024, 12, 2), intl(2024, 12, 2), gy, gm, gd);
assert.deepEqual([gy, gm, gd], [2024, 12, 3]);

execFileSync("python3", ["-m", "venv", "venv"]);
execFileSync("venv/bin/pip", ["install", "-qq", "--disable-pip-version-check", "hijridate==2.6.0"]);
const other = execFileSync("venv/bin/python", ["-c", "from hijridate import Gregorian; print(Gregorian(2024, 12, 2).to_hijri())"]);
assert.equal(String(other).trim(), "1446-06-01");
NODE
