#!/usr/bin/env bash
# kenat 3.2.0 (npm) has Genna, the Ethiopian Christmas, a day late in each fourth year. Seen: it is on 29
# Tahsas in every year, which was 7 January in 2023 and 2025 and is 8 January in 2020, 2024 and 2028; Timket,
# on 11 Tirr, comes to 20 January then, as it should. After a year with six days of Pagume Genna is kept on 28
# Tahsas, so that it is on 7 January, as holidays 0.109 of Python has it for each of these years. The README
# promises all public and religious feasts. One expects 28 Tahsas: in these years a payment is planned
# for the feast, when banks and offices are shut, and none for the day after.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . kenat@3.2.0 >&2
node - <<'NODE' || { echo "kenat-genna-moves-to-the-eighth: not as described any more"; exit 1; }
import("kenat").then(({ getHolidaysForYear, toGC }) => {
  const assert = require("assert");
  const { execFileSync } = require("child_process");
  const day = (feast, year) => {
    const { ethiopian } = getHolidaysForYear(year).find(({ key }) => key === feast);
    const there = toGC(ethiopian.year, ethiopian.month, ethiopian.day);
    return [ethiopian.month, ethiopian.day, `${there.year}-${there.month}-${there.day}`];
  };
  const seen = [2012, 2015, 2016, 2017, 2020].map((year) => day("gena", year));
  console.log(seen, day("timket", 2016));
  assert.deepEqual(seen, [[4, 29, "2020-1-8"], [4, 29, "2023-1-7"], [4, 29, "2024-1-8"], [4, 29, "2025-1-7"], [4, 29, "2028-1-8"]]);
  assert.deepEqual(day("timket", 2016), [5, 11, "2024-1-20"]);

  execFileSync("python3", ["-m", "venv", "venv"]);
  execFileSync("venv/bin/pip", ["install", "-qq", "--disable-pip-version-check", "holidays==0.109"]);
  const other = execFileSync("venv/bin/python", ["-c", "import holidays; print(*('Christmas' in holidays.country_holidays('ET').get(f'{year}-01-07', '') for year in (2020, 2023, 2024, 2025, 2028)))"]);
  assert.equal(String(other).trim(), "True True True True True");
}).catch((error) => { console.error(error); process.exit(1); });
NODE
