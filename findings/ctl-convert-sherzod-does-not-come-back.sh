#!/usr/bin/env bash
# ctl-convert 0.0.1 cannot read the Uzbek names that it writes. Seen: Шерзод Ўктамов is `SHerzod O'ktamov` in
# Latin and from there `СҲерзод Оъктамов`; Ғулом comes back as `Гъулом` and Ёқуб as `ЙОқуб`, while Қодир
# is whole. It is for both directions, and sh, oʻ, gʻ and yo are letters of the alphabet that it
# writes. One expects the name that was given: nobody is called so, and no list of people goes
# through it and back.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check ctl-convert==0.0.1
venv/bin/python - <<'PYTHON' || { echo "ctl-convert-sherzod-does-not-come-back: not as described any more"; exit 1; }
import ctlconvert

names = ("Шерзод Ўктамов", "Ғулом", "Ёқуб", "Қодир")
seen = {}
for name in names:
    latin = ctlconvert.cyrillic_to_latin(name)
    seen[name] = (latin, ctlconvert.latin_to_cyrillic(latin))
print(seen)
assert [back for _, back in seen.values()] == ["СҲерзод Оъктамов", "Гъулом", "ЙОқуб", "Қодир"]
PYTHON
