#!/usr/bin/env bash
# transliterate 1.10.2 and cyrtranslit 1.2.0, told Russian (neither has Kazakh), leave the nine
# Kazakh letters as they are within an otherwise Latin word. Seen: Qazyna comes out as a
# Cyrillic ka with descender and `azyna`. One expects an error or a substitute, not a word of
# two alphabets: it looks right in print, yet no keyboard of one layout can type it, and no
# search finds it.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check transliterate==1.10.2 cyrtranslit==1.2.0
venv/bin/python - <<'PYTHON' || { echo "transliterate-leaves-kazakh-letters: not as described any more"; exit 1; }
import cyrtranslit
import transliterate

name = "\u049a\u0430\u0437\u044b\u043d\u0430"
seen = transliterate.translit(name, "ru", reversed=True), cyrtranslit.to_latin(name, "ru")
print(seen, transliterate.get_available_language_codes(), cyrtranslit.supported())
assert all(word[0] == "\u049a" and word[1:].replace("'", "").isascii() for word in seen)
assert "kk" not in transliterate.get_available_language_codes() + list(cyrtranslit.supported())
PYTHON
