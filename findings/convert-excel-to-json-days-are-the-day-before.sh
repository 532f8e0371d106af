#!/usr/bin/env bash
# convert-excel-to-json 1.7.0 (npm) with its xlsx 0.12.13 reads every date of a sheet as the day before,
# where the clock is that of Almaty, Bishkek, Tashkent or Addis Ababa. Seen: a cell with 15 March 2026
# is 14 March 2026, 23:59:12, in Asia/Almaty and 23:59:44 the day before in Addis Ababa; in UTC and in
# Kabul it is midnight of the 15th. The time lacking is the part of a minute by which the town's clock
# of 1899, when Excel's days begin, was off. One expects the day that the cell shows: a list of
# payments is a day early, and those of the 1st fall into the month before.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . convert-excel-to-json@1.7.0 xlsx@0.12.13 exceljs@4.4.0 >&2
node - <<'NODE' || { echo "convert-excel-to-json-days-are-the-day-before: not as described any more"; exit 1; }
const assert = require("assert");
const { execFileSync } = require("child_process");
const { Workbook } = require("exceljs");

const book = new Workbook();
const row = book.addWorksheet("paid").addRow([new Date(Date.UTC(2026, 2, 15))]);
row.getCell(1).numFmt = "dd.mm.yyyy";
const read = `
const rows = require("convert-excel-to-json")({ sourceFile: "paid.xlsx" }).paid;
process.stdout.write(rows[0].A.toString().slice(0, 24));`;
book.xlsx.writeFile("paid.xlsx").then(() => {
  const seen = {};
  for (const TZ of ["Asia/Almaty", "Africa/Addis_Ababa", "Asia/Kabul", "UTC"]) {
    seen[TZ] = execFileSync(process.execPath, ["-e", read], { env: { ...process.env, TZ } }).toString();
  }
  console.log(seen);
  assert.deepEqual(seen, {
    "Asia/Almaty": "Sat Mar 14 2026 23:59:12", "Africa/Addis_Ababa": "Sat Mar 14 2026 23:59:44",
    "Asia/Kabul": "Sun Mar 15 2026 00:00:00", UTC: "Sun Mar 15 2026 00:00:00",
  });
}).catch((error) => { console.log(error.message); process.exit(1); });
NODE
