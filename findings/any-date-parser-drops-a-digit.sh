#!/usr/bin/env bash
# any-date-parser 2.2.4 (npm) drops a digit of a date that is not in the order of its language. Seen:
# in English `25/12/2026` is 12 May 2026, `15/03/2026` 3 May and `31/04/2026` 4 January, all valid:
# as there is no month 25, it reads on from the second character, `5/12/2026`. With en-GB they are
# what was written. The README says that what it cannot read is invalid. One expects that, or 25
# December: in a list of days and months every date after the 12th becomes another good date.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . any-date-parser@2.2.4 >&2
node - <<'NODE' || { echo "any-date-parser-drops-a-digit: not as described any more"; exit 1; }
process.env.TZ = "UTC";
const assert = require("assert");
const loaded = require("any-date-parser");
const parser = loaded.default || loaded;

const day = (text, locale) => {
  const read = parser.fromString(text, locale);
  return read.isValid() ? read.toISOString().slice(0, 10) : "invalid";
};
const seen = Object.fromEntries(["25/12/2026", "15/03/2026", "31/04/2026"].map((text) => [text, day(text)]));
console.log(seen, day("25/12/2026", "en-GB"), day("someday"));
assert.deepEqual(seen, { "25/12/2026": "2026-05-12", "15/03/2026": "2026-05-03", "31/04/2026": "2026-01-04" });
assert.equal(day("25/12/2026", "en-GB"), "2026-12-25");
assert.equal(day("someday"), "invalid");
NODE
