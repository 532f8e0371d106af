#!/usr/bin/env bash
# num2words 0.5.14 writes a sum in Arabic as Saudi riyals and halalas whatever currency is asked
# for, except three that it knows. Seen: 1500.50 in Syrian, Lebanese and Yemeni money, in Iraqi
# and Jordanian dinars and in a code that does not exist all give the same words, one thousand
# five hundred riyals and fifty halalas; in English an unknown currency is a NotImplementedError.
# One expects the error or the currency: a voucher for 1500 Syrian pounds says in words, which
# count where they differ from the figures, what is worth many times as much.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-arabic-any-money-is-riyals: not as described any more"; exit 1; }
from num2words import num2words

codes = ("SYP", "LBP", "YER", "IQD", "JOD", "ZZZ")
seen = {num2words(1500.50, lang="ar", to="currency", currency=code) for code in codes}
print(ascii(seen))
assert seen == {num2words(1500.50, lang="ar", to="currency", currency="SR")}
(words,) = seen
assert "\u0631\u064a\u0627\u0644" in words and "\u0647\u0644\u0644\u0629" in words
assert "\u062c\u0646\u064a\u0647" in num2words(1500.50, lang="ar", to="currency", currency="EGP")
try:
    num2words(1500.50, lang="en", to="currency", currency="SYP")
except NotImplementedError as error:
    print("English:", error)
else:
    raise SystemExit(1)
PYTHON
