#!/usr/bin/env bash
# jellyfish 1.3.0 gives a Soundex code to names in Cyrillic and Arabic letters that holds the
# first letter and three zeros, Metaphone (jellyfish and Metaphone 0.6) gives an empty string.
# Seen: different Kazakh names with one initial share one code, and all names of a list share
# the empty Metaphone, no error. One expects a refusal of letters that the method has no rule
# for: the keys are used to find a person who is registered twice, and here everyone is.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check jellyfish==1.3.0 Metaphone==0.6
venv/bin/python - <<'PYTHON' || { echo "jellyfish-soundex-of-cyrillic-and-arabic: not as described any more"; exit 1; }
import jellyfish
import metaphone

names = ["\u049a\u0430\u0437\u044b\u043d\u0430", "\u049a\u0430\u0439\u0440\u0430\u0442", "\u049a\u043e\u0439\u043b\u044b\u0431\u0430\u0439"]
codes = {jellyfish.soundex(name) for name in names}
sounds = {(jellyfish.metaphone(name), metaphone.doublemetaphone(name)) for name in names}
print(codes, sounds)
assert codes == {"\u049a000"} and sounds == {("", ("", ""))}
PYTHON
