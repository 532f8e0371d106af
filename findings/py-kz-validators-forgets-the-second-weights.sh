#!/usr/bin/env bash
# py-kz-validators 0.0.2 turns down each Kazakh IIN whose first check sum is 10, about one in
# twelve. The rule is to count such a number again with the weights 3 to 11, 1, 2; the package
# keeps both rows of weights in a set, which has no order, so the second count repeats the
# first. Seen: of ninety-nine invented numbers it takes the ninety that need one count and none
# of the nine that need two; kz-iin-validator 0.7.1 takes them all. One expects two checks of
# one published rule to agree: a household in twelve is told that its number is wrong.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check py-kz-validators==0.0.2 kz-iin-validator==0.7.1
venv/bin/python - <<'PYTHON' || { echo "py-kz-validators-forgets-the-second-weights: not as described any more"; exit 1; }
from kz.validators import IIN
from kz_iin_validator import safe_validate_iin


def first_sum(digits):
    return sum(place * int(digit) for place, digit in enumerate(digits[:11], 1)) % 11


def made(start):
    second = sum(weight * int(digit)
                 for weight, digit in zip([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], start))
    first = first_sum(start)
    return start + str(second % 11 if first == 10 else first)


starts = [f"900101300{serial:02d}" for serial in range(100)]
numbers = [number for number in map(made, starts) if len(number) == 12]
twice = [number for number in numbers if first_sum(number) == 10]
once = [number for number in numbers if first_sum(number) != 10]
print(len(once), len(twice), once[0], twice[0])
assert once and twice
assert all(safe_validate_iin(number)[1] is None for number in numbers)
assert all(IIN.is_valid(number) for number in once)
assert not any(IIN.is_valid(number) for number in twice)
PYTHON
