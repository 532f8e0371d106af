#!/usr/bin/env bash
# pytrovich 0.2.0 declines Ermek, one of the commonest names of men in Kazakhstan, into nobody's name.
# Seen: dative `Ермьку`, genitive `Ермька`; Эрмек and Тилек, as they are called in Kyrgyzstan, become
# `Эрмьку` and `Тильку`, by a rule for words like царёк, while Берик and Айбек are right, and so are
# Ермек as a last name and with the npm petrovich 0.2.1. One expects `Ермеку`: receipts and acts in
# Russian say to whom the money was given in the dative, and the person named there does not exist.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check pytrovich==0.2.0
venv/bin/python - <<'PYTHON' || { echo "pytrovich-ermek-loses-a-letter: not as described any more"; exit 1; }
from pytrovich.enums import Case, Gender, NamePart
from pytrovich.maker import PetrovichDeclinationMaker

maker = PetrovichDeclinationMaker()


def given_to(name, part=NamePart.FIRSTNAME):
    return maker.make(part, Gender.MALE, Case.DATIVE, name)


seen = {name: given_to(name) for name in ("Ермек", "Эрмек", "Тилек", "Берик", "Айбек")}
print(seen, given_to("Ермек", NamePart.LASTNAME))
assert seen == {"Ермек": "Ермьку", "Эрмек": "Эрмьку", "Тилек": "Тильку", "Берик": "Берику", "Айбек": "Айбеку"}
assert given_to("Ермек", NamePart.LASTNAME) == "Ермеку"
PYTHON
