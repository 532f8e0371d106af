#!/usr/bin/env bash
# kyrgyz-transliteration 0.2.0 turns common names into other words on the way back from Latin
# letters. Seen: Esenbek comes out as Enbek (labour), Esenbay as Enbay, Jamal as Jarjamal and
# Myrza as Myrzamyrza, each in Cyrillic; its own to_latin gave these spellings, and with
# wordlist=False each comes back as it was. The README warns of three vowels and consonants that
# Latin does not tell apart, none of which is in these names. One expects every letter to come
# back: the person on the list is not the one on the identity card.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check kyrgyz-transliteration==0.2.0
venv/bin/python - <<'PYTHON' || { echo "kyrgyz-transliteration-swaps-names-for-words: not as described any more"; exit 1; }
from kyrgyz_transliteration import to_cyrillic, to_latin

wrong = {"\u042d\u0441\u0435\u043d\u0431\u0435\u043a": "\u042d\u043d\u0431\u0435\u043a",
         "\u042d\u0441\u0435\u043d\u0431\u0430\u0439": "\u042d\u043d\u0431\u0430\u0439",
         "\u0416\u0430\u043c\u0430\u043b": "\u0416\u0430\u0440\u0436\u0430\u043c\u0430\u043b",
         "\u041c\u044b\u0440\u0437\u0430": "\u041c\u044b\u0440\u0437\u0430\u043c\u044b\u0440\u0437\u0430"}
seen = {name: to_cyrillic(to_latin(name)) for name in wrong}
for name, back in seen.items():
    print(to_latin(name), to_latin(back))
assert seen == wrong
assert all(to_cyrillic(to_latin(name), wordlist=False) == name for name in wrong)
PYTHON
