#!/usr/bin/env bash
# alifbe 0.2.0 has no letter for the Uzbek Э. Seen: cyrillic_to_latin gives `Эrgash` for Эргаш and
# `Эshonqul` for Эшонқул, with the Cyrillic letter left among Latin ones, and no warning; the other way
# Ergash becomes `Ергаш`, which is said Yergash. alifbo 0.6.0 writes `Ergaş` and back Эргаш. It is
# made to give every spelling of a word one key. One expects E (alphabet of 1995): people whose names
# begin with it are spelt in two scripts, are not found, and their cards cannot be typed.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check alifbe==0.2.0
venv/bin/python - <<'PYTHON' || { echo "alifbe-ergash-keeps-a-cyrillic-letter: not as described any more"; exit 1; }
import alifbe

seen = {}
for name in ("Эргаш", "Эшонқул", "Шуҳрат"):
    result = alifbe.cyrillic_to_latin(name)
    seen[name] = str(result)
    assert not result.warnings
back = str(alifbe.latin_to_cyrillic("Ergash"))
print(seen, back)
assert seen == {"Эргаш": "Эrgash", "Эшонқул": "Эshonqul", "Шуҳрат": "Shuhrat"}
assert back == "Ергаш"
PYTHON
