#!/usr/bin/env bash
# exceljs 4.4.0 (npm) writes a name of which one part is bold into a CSV file as a piece of program text.
# Seen: a cell with `Aigul ` and, bold, `Sample` becomes `{"richText":[{"text":"Aigul "},...` in the
# file, and a name with a mail address behind it becomes the address; plain names are written as they
# are. The README names csv.writeFile as the way from a workbook to CSV and says nothing of it, and
# Excel's own export writes what the cell shows. One expects the name: the persons whom somebody
# marked in the list are no longer in the list for the bank.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . exceljs@4.4.0 >&2
node - <<'NODE' || { echo "exceljs-marked-names-become-json: not as described any more"; exit 1; }
const assert = require("assert");
const fs = require("fs");
const { Workbook } = require("exceljs");

const book = new Workbook();
const sheet = book.addWorksheet("people");
sheet.addRow([1, { richText: [{ text: "Aigul " }, { font: { bold: true }, text: "Sample" }] }]);
sheet.addRow([2, { text: "Omar Sample", hyperlink: "mailto:omar@example.org" }]);
sheet.addRow([3, "Gul Sample"]);
(async () => {
  await book.xlsx.writeFile("people.xlsx");
  const again = new Workbook();
  await again.xlsx.readFile("people.xlsx");
  await again.csv.writeFile("people.csv");
  const lines = fs.readFileSync("people.csv", "utf8").split("\n");
  console.log(lines);
  assert.ok(lines[0].startsWith('1,"{""richText"":[{'));
  assert.equal(lines[1], "2,mailto:omar@example.org");
  assert.equal(lines[2], "3,Gul Sample");
})().catch((error) => { console.log(error.message); process.exit(1); });
NODE
