#!/usr/bin/env bash
# alifbe 0.2.0 reads the Uzbek Yoʻ as yo. Seen: Yoʻldosh, one of the commonest names, is `Ёʻлдош` in
# Cyrillic, with the apostrophe left over, and so with each of the apostrophes that are in use;
# Йўлдош is `Yoʻldosh` in its own other direction, so no such name comes back. Mashʼal is `Масҳъал`. In
# the alphabet oʻ is one letter and goes before yo, as in yoʻl, йўл, a road. One expects Йўлдош: the
# name on the list of the bank or of the mahalla is another than that on the passport.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check alifbe==0.2.0
venv/bin/python - <<'PYTHON' || { echo "alifbe-yoldosh-is-nobodys-name: not as described any more"; exit 1; }
import alifbe

latin = ("Yo\u02bbldosh", "Yo'ldosh", "Yo\u2018ldosh", "yo\u02bbl", "Mash\u02bcal", "Yoqub")
seen = {name: str(alifbe.latin_to_cyrillic(name)) for name in latin}
there = str(alifbe.cyrillic_to_latin("Йўлдош"))
print(seen, there)
assert [seen[name] for name in latin[:3]] == ["Ёʻлдош"] * 3
assert (seen["yo\u02bbl"], seen["Mash\u02bcal"], seen["Yoqub"]) == ("ёʻл", "Масҳъал", "Ёқуб")
assert there == "Yo\u02bbldosh"
PYTHON
