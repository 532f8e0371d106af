#!/usr/bin/env bash
# sophone 0.1.0, a package for Somali mobile numbers, turns down all those of Golis, the operator of Puntland
# whose mobile money is Sahal. Seen: +252 90 712 3456 is INVALID_PREFIX, with 90 not among the ten prefixes
# it knows, and Golis is not in its list of operators; +252 61 712 3456 is valid and Hormuud's. phonenumbers
# 9.0.43 has both as valid mobile numbers, and the first as `Golis Telecom`. Its README says the operators of
# Somalia. One expects 90 among them: people of one whole region cannot be registered for transfers to their
# telephone, or stand as mistyped in every cleaned list.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check sophone==0.1.0 phonenumbers==9.0.43
venv/bin/python - <<'PYTHON' || { echo "sophone-golis-numbers-are-none: not as described any more"; exit 1; }
import phonenumbers
import sophone
from phonenumbers import carrier

seen = {}
for text in ("+252907123456", "+252617123456"):
    number = phonenumbers.parse(text)
    assert phonenumbers.is_valid_number(number)
    assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    answer = sophone.validate(text)
    seen[text] = answer.ok, (answer.error or {}).get("code"), carrier.name_for_number(number, "en")
print(seen)
assert seen == {"+252907123456": (False, "INVALID_PREFIX", "Golis Telecom"), "+252617123456": (True, None, "Hormuud")}
operators = sophone.get_all_operators()
assert not [name for name in (operator["name"] for operator in operators) if "golis" in name.lower()]
assert sum(len(operator["prefixes"]) for operator in operators) == 10
PYTHON
