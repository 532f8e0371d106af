#!/usr/bin/env bash
# num2words 0.5.14 has no Amharic words for any whole number from 1100 to 1999 and on, in which a
# hundred stands after a thousand. Seen: 1000 to 1099 and 2000 to 2099 give words, the other 1800
# numbers below 3000, 1500 among them, a TypeError about unpacking, where numbers that the
# package cannot write have an OverflowError of their own. One expects each number below a
# million to have words in a language that is listed as supported: a transfer of 1500 birr cannot
# be put in words, one of 1000 or 2000 can, so the mistake shows only with the grown amount.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-amharic-stops-at-eleven-hundred: not as described any more"; exit 1; }
from num2words import num2words


def has_words(number: int) -> bool:
    """Whether the package writes a number in Amharic."""
    try:
        return bool(num2words(number, lang="am"))
    except TypeError:
        return False


without = [number for number in range(3000) if not has_words(number)]
print(len(without), without[:3], without[-3:])
assert without == [*range(1100, 2000), *range(2100, 3000)]
PYTHON
