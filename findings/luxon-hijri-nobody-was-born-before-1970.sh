#!/usr/bin/env bash
# luxon-hijri 1.0.4 (npm) has no Hijri date for anybody born before March 1970. Seen: toHijri of 15 May 1960
# and of 1 February 1970 is null, without an error, of 20 March 1970 it is 13 Muharram 1390; its own table
# of months goes back to 1900, and the other way 1 Ramadan 1379 is a day of February 1960. The search for
# the year begins with 1970, where the computer's clock does. One expects the table's range, or the error
# that the function raises for what is no date: the elderly of a list, who are to be served first, get an
# empty cell, or end the run when a field of nothing is asked for.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . luxon-hijri@1.0.4 luxon@3.7.2 >&2
node - <<'NODE' || { echo "luxon-hijri-nobody-was-born-before-1970: not as described any more"; exit 1; }
const assert = require("assert");
const { toHijri, toGregorian, hDatesTable } = require("luxon-hijri");

const seen = [[1960, 4, 15], [1970, 1, 1], [1970, 2, 20], [1986, 2, 6]].map((date) => toHijri(new Date(...date)));
console.log(seen, hDatesTable[0].gy, toGregorian(1379, 9, 1));
assert.deepEqual(seen.slice(0, 2), [null, null]);
assert.deepEqual(seen[2], { hy: 1390, hm: 1, hd: 13 });
assert.equal(seen[3].hy, 1406);
assert.equal(hDatesTable[0].gy, 1900);
assert.ok(toGregorian(1379, 9, 1).toISOString().startsWith("1960-02-"));
assert.throws(() => toHijri(new Date("not a date")));
NODE
