#!/usr/bin/env bash
# tojiki 0.1.0 has no Э at the beginning of a Tajik name when it goes from Latin to Cyrillic. Seen: Эмомалӣ,
# Эраҷ and Эшонов are `Emomalī`, `Eraj` and `Eshonov` in Latin and come back as `Емомалӣ`, `Ераҷ` and
# `Ешонов`; Qodirov and Yusuf come back whole. In Tajik a word that begins with that sound is written
# with Э and no other letter; Е there is said ye. One expects Эраҷ: a list of the bank, in Latin, no
# longer agrees with the passports, and a search by name does not find the person.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check tojiki==0.1.0
venv/bin/python - <<'PYTHON' || { echo "tojiki-a-name-in-e-begins-with-ye: not as described any more"; exit 1; }
from tojiki import to_cyrillic, to_latin

names = ("Эмомалӣ", "Эраҷ", "Эшонов", "Қодиров", "Юсуф")
seen = {name: (to_latin(name), to_cyrillic(to_latin(name))) for name in names}
print(seen)
assert seen == {
    "Эмомалӣ": ("Emomalī", "Емомалӣ"), "Эраҷ": ("Eraj", "Ераҷ"), "Эшонов": ("Eshonov", "Ешонов"),
    "Қодиров": ("Qodirov", "Қодиров"), "Юсуф": ("Yusuf", "Юсуф"),
}
PYTHON
