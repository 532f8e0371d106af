#!/usr/bin/env bash
# validateuz 0.1.0, which checks input of people in Uzbekistan, refuses names that hold the letters Oʻ and Gʻ of
# the Uzbek alphabet. Seen: fullname_validator of `Gʻani Oʻktamov` raises ValidationError, with the letter's own
# sign (U+02BB) and with the quotation mark (U+2018) that many keyboards give and the package's own messages
# use; `G'ani O'ktamov` with the typewriter's apostrophe and `Aziz Karimov` are valid. One expects a name as it
# stands in the passport to be one: thousands can be registered only under another spelling.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check validateuz==0.1.0
venv/bin/python - <<'PYTHON' || { echo "validateuz-refuses-two-letters-of-the-alphabet: not as described any more"; exit 1; }
import validateuz


def taken(name: str) -> bool:
    try:
        return validateuz.fullname_validator(name)
    except validateuz.main.ValidationError:
        return False


seen = [taken(f"G{sign}ani O{sign}ktamov") for sign in ("\u02bb", "\u2018", "'")]
print(seen, taken("Aziz Karimov"))
assert seen == [False, False, True] and taken("Aziz Karimov")
PYTHON
