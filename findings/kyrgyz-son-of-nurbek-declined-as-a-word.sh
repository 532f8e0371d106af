#!/usr/bin/env bash
# kyrgyz 0.1.1 declines the patronymic of a Kyrgyz name as a plain word. Seen: the dative of Нурбек уулу is `Нурбек
# уулуга`, the ablative `Нурбек уулудан`, of Марат кызы `кызыга` and `кызыдан`, with no doubt noted by its
# inflect_detailed. Уулу and кызы are son and daughter with the ending of possession, after which the cases
# are -на and -нан: Нурбек уулуна, Марат кызынан. Its README has possessive forms among what is to come and whole
# names among what it does. One expects the right form or an error: so are many people named in their passports,
# and each letter to them addresses them wrongly.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check kyrgyz==0.1.1
venv/bin/python - <<'PYTHON' || { echo "kyrgyz-son-of-nurbek-declined-as-a-word: not as described any more"; exit 1; }
from kyrgyz import inflect, inflect_detailed
from kyrgyz.cases import ABLATIVE, DATIVE

names = ("Нурбек уулу", "Марат кызы", "Айгүл")
seen = [inflect(name, case=case) for name in names for case in (DATIVE, ABLATIVE)]
print(seen, inflect_detailed("Нурбек уулу", case=DATIVE))
assert seen == ["Нурбек уулуга", "Нурбек уулудан", "Марат кызыга", "Марат кызыдан", "Айгүлгө", "Айгүлдөн"]
PYTHON
