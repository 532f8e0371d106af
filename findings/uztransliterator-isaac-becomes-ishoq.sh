#!/usr/bin/env bash
# uztransliterator 2.0.2 writes the Uzbek с and ҳ of two syllables like the one letter ш. Seen: Исҳоқ and
# Асҳоб are `Ishoq` and `Ashob` in Latin and come back as `Ишоқ` and `Ашоб`; Isʼhoq is read rightly as
# Исъҳоқ. The alphabet puts an apostrophe there, Isʼhoq, as sh is a letter of its own (law of 1995,
# rules of spelling), and names with it are common. One expects that: the name on the list is
# another than on the passport, and the way back cannot mend it.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check uztransliterator==2.0.2
venv/bin/python - <<'PYTHON' || { echo "uztransliterator-isaac-becomes-ishoq: not as described any more"; exit 1; }
from UzTransliterator import UzTransliterator

tool = UzTransliterator()
seen = {}
for name in ("Исҳоқ", "Асҳоб", "Шерзод", "Саъдулла"):
    latin = tool.transliterate(name, from_="cyr", to="lat")
    seen[name] = (latin, tool.transliterate(latin, from_="lat", to="cyr"))
print(seen)
assert seen["Исҳоқ"] == ("Ishoq", "Ишоқ") and seen["Асҳоб"] == ("Ashob", "Ашоб")
assert seen["Шерзод"][1] == "Шерзод" and seen["Саъдулла"][1] == "Саъдулла"
PYTHON
