#!/usr/bin/env bash
# jellyfish 1.3.0's match_rating_codex raises ValueError for the Uzbek name G'ani written with
# the apostrophe of a keyboard, and codes the same name written with the letter U+02BB; soundex,
# nysiis and metaphone take both. Seen: `Strings must only contain alphabetical characters`. One
# expects either all or no spelling of the same letter to be taken, and the comparison, which
# swallows the error and gives None, to say that it could not tell: keying a list of households
# ends at the first such name.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jellyfish==1.3.0
venv/bin/python - <<'PYTHON' || { echo "jellyfish-match-rating-uzbek-apostrophe: not as described any more"; exit 1; }
import jellyfish

proper, typed = "G\u02bbani", "G'ani"
print(jellyfish.match_rating_codex(proper), jellyfish.soundex(typed), jellyfish.nysiis(typed))
print("compared:", jellyfish.match_rating_comparison(proper, typed))
try:
    print(jellyfish.match_rating_codex(typed))
except ValueError as error:
    print(error)
else:
    raise SystemExit(1)
PYTHON
