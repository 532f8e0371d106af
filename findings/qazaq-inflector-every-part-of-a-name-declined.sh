#!/usr/bin/env bash
# qazaq-inflector 0.5.0 declines each part of a Kazakh name on its own. Seen: the genitive of Абай Құнанбаев
# is `Абайдың Құнанбаевтың`, of Abai's Kunanbayev, and the dative of Нұрлан Қайратұлы Серік is
# `Нұрланға Қайратұлы Серікке`, to Nurlan and to Serik; its README says so of full names. In Kazakh the
# ending comes once, at the end of the whole name, as in Абай Құнанбаевтың өлеңдері on every school
# book. One expects `Абай Құнанбаевтың`: an act in Kazakh names two people who were paid, not one.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check qazaq-inflector==0.5.0
venv/bin/python - <<'PYTHON' || { echo "qazaq-inflector-every-part-of-a-name-declined: not as described any more"; exit 1; }
from qazaq_inflector import QazaqNameInflector

inflector = QazaqNameInflector()
seen = [
    inflector.inflect("Абай Құнанбаев", "genitive"),
    inflector.inflect("Нұрлан Қайратұлы Серік", "dative"),
    inflector.inflect("Құнанбаев", "genitive"),
]
print(seen)
assert seen == ["Абайдың Құнанбаевтың", "Нұрланға Қайратұлы Серікке", "Құнанбаевтың"]
PYTHON
