#!/usr/bin/env bash
# csvkit 2.2.0 turns houses and flats into days of the year 2001. Seen: csvsort by household
# writes a column `house` of 12-1, 7-2 and 11/3 (house 12, flat 1, and so on) as 2001-12-01,
# 2001-07-02 and 2001-11-03; with one house 31-12-b in it the column stays as it was. One expects
# dates where a year is written, and sorting to change no cell: the sorted list sends the visitor
# to no address, and which lists are changed depends on the highest house in them.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps csvkit==2.2.0 \
    agate==1.14.2 babel==2.19.0 isodate==0.7.2 leather==0.4.1 parsedatetime==2.6 python-slugify==9.2.0 \
    text-unidecode==1.3 pytimeparse==1.1.10
venv/bin/python - <<'PYTHON' || { echo "csvkit-house-numbers-become-dates: not as described any more"; exit 1; }
import subprocess
from pathlib import Path


def houses(*numbers: str) -> list[str]:
    """The houses of a list after it was sorted by its households."""
    lines = [f"H{place},{number}" for place, number in enumerate(numbers, 1)]
    Path("list.csv").write_text("\n".join(["household,house", *lines, ""]))
    done = subprocess.run(["venv/bin/csvsort", "-c", "household", "list.csv"],
                          check=True, capture_output=True, text=True).stdout
    return [line.split(",")[1] for line in done.splitlines()[1:]]


small, large = houses("12-1", "7-2", "11/3"), houses("12-1", "7-2", "31-12-b")
print(small, large)
assert small == ["2001-12-01", "2001-07-02", "2001-11-03"]
assert large == ["12-1", "7-2", "31-12-b"]
PYTHON
