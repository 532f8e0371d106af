#!/usr/bin/env bash
# csvkit 2.2.0 turns the sex of every person into False when a list holds women only. Seen:
# csvsort by name writes the column `sex` with F, F, F as False, False, False, and csvjson has
# false for each; with one M among them it stays as it was. The letter f is among the words that
# agate takes for a boolean. One expects sorting to change the order of lines alone:
# distributions to women, mothers or widows lose the column that the donor's report counts by,
# and no line of the result looks wrong beside the others.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps csvkit==2.2.0 \
    agate==1.14.2 babel==2.19.0 isodate==0.7.2 leather==0.4.1 parsedatetime==2.6 python-slugify==9.2.0 \
    text-unidecode==1.3 pytimeparse==1.1.10
venv/bin/python - <<'PYTHON' || { echo "csvkit-lists-of-women-lose-the-sex: not as described any more"; exit 1; }
import json
import subprocess
from pathlib import Path


def run(tool: str, *words: str) -> str:
    """What one of csvkit's tools prints."""
    return subprocess.run([f"venv/bin/{tool}", *words], check=True, capture_output=True, text=True).stdout


Path("women.csv").write_text("name,sex\nSample C,F\nSample A,F\nSample B,F\n")
Path("mixed.csv").write_text("name,sex\nSample C,F\nSample A,M\nSample B,F\n")
women, mixed = run("csvsort", "-c", "name", "women.csv"), run("csvsort", "-c", "name", "mixed.csv")
print(women + mixed)
assert women.splitlines()[1:] == ["Sample A,False", "Sample B,False", "Sample C,False"]
assert mixed.splitlines()[1:] == ["Sample A,M", "Sample B,F", "Sample C,F"]
assert {one["sex"] for one in json.loads(run("csvjson", "women.csv"))} == {False}
PYTHON
