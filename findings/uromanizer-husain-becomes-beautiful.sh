#!/usr/bin/env bash
# uromanizer 1.0.0 makes other words of common names in Urdu script. Seen: حسن, Hasan, is `husn`, beauty, حسین,
# Husain, is `haseen`, beautiful, عبدالرحمن is `bdalrehman` without its first letter, زینب `zayeemb` and قاسم
# `qasaam`, while محمد is `muhammad`; nothing tells a guess from a known word. One expects the first two, a
# family's commonest names, to be told from adjectives, or at least the letters of each: lists of refugees made
# for the bank this way match neither its cards nor anyone's spelling.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check uromanizer==1.0.0
venv/bin/python - <<'PYTHON' || { echo "uromanizer-husain-becomes-beautiful: not as described any more"; exit 1; }
from uromanizer import Romanizer

romanizer = Romanizer()
names = ("حسن", "حسین", "عبدالرحمن", "زینب", "قاسم", "محمد")
seen = [romanizer.convert(name) for name in names]
print(seen)
assert seen == ["husn", "haseen", "bdalrehman", "zayeemb", "qasaam", "muhammad"]
PYTHON
