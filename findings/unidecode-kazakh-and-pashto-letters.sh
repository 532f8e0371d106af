#!/usr/bin/env bash
# Unidecode 1.4.0 writes the Kazakh letter schwa (U+04D9) as `@`, the Kazakh ghain and qaf with
# an apostrophe and the Pashto letter dze (U+0681) as an apostrophe and h. Seen: the name
# Aigerim comes out as `@igerim`, Qazyna as `K'azyna`; anyascii 0.3.3 gives Aygerim and Qazyna.
# One expects letters for letters: such a spelling breaks user names, mail addresses, SMS
# commands and any search for the person.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check Unidecode==1.4.0 anyascii==0.3.3
venv/bin/python - <<'PYTHON' || { echo "unidecode-kazakh-and-pashto-letters: not as described any more"; exit 1; }
from anyascii import anyascii
from unidecode import unidecode

names = ["\u04d8\u0439\u0433\u0435\u0440\u0456\u043c", "\u049a\u0430\u0437\u044b\u043d\u0430", "\u0681\u0644\u0627\u0646\u062f"]
seen = [(unidecode(name), anyascii(name)) for name in names]
print(seen)
assert seen[0] == ("@igerim", "Aygerim") and seen[1] == ("K'azyna", "Qazyna")
assert seen[2][0].startswith("'h")
PYTHON
