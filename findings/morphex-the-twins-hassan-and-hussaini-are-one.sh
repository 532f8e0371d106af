#!/usr/bin/env bash
# morphex 0.1.0, which matches Nigerian names, takes Hassan and Hussaini for one name. Seen: match of `Hassan
# Musa` and `Hussaini Musa` is True, both having the code HSN, as is Hassana and Hussaina; Taiwo and Kehinde,
# Aminu and Amina are False. Among the Hausa these are the names of twins, the first and the second born, boys
# and girls; so two children have the same last name, birthday, mother and address. Its README is about not
# merging people wrongly. One expects False: in a list that is cleaned of duplicates with it one twin
# of each pair is taken out, and the household is paid for a child less.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check morphex==0.1.0
venv/bin/python - <<'PYTHON' || { echo "morphex-the-twins-hassan-and-hussaini-are-one: not as described any more"; exit 1; }
from morphex import explain, match

pairs = [("Hassan Musa", "Hussaini Musa"), ("Hassana Musa", "Hussaina Musa"), ("Taiwo", "Kehinde"), ("Aminu", "Amina")]
seen = [match(*pair) for pair in pairs]
print(seen, explain("Hassan", "Hussaini")["shared_codes"])
assert seen == [True, True, False, False]
assert explain("Hassan", "Hussaini")["shared_codes"] == ["HSN"]
PYTHON
