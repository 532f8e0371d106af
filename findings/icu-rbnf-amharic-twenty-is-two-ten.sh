#!/usr/bin/env bash
# icu-rbnf 0.2.0, with ICU 78.3, counts in Amharic by figures. Seen: spellout of 20 is `ሁለት አስር`, two ten, of 50 `አምስት
# አስር`, five ten, of 15 `አስር አምስት` and of 21 `ሁለት አስር አንድ`; 100 and 3 are right. Amharic has words of their own for the
# tens, ሃያ and ሃምሳ, and አስራ before a unit, as the package am-num2word 1.0.2 has them. One expects these: a
# sum in words on a receipt in Ethiopia is put together in a way that nobody says, and against another program's
# words for the same sum none agrees.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check icu-rbnf==0.2.0 am-num2word==1.0.2
venv/bin/python - <<'PYTHON' || { echo "icu-rbnf-amharic-twenty-is-two-ten: not as described any more"; exit 1; }
from am_num2word import Number2WordsConverter
from icu_rbnf import spellout

words = Number2WordsConverter()
numbers = (20, 50, 15, 21, 100, 3)
seen = [spellout(number, "am") for number in numbers]
right = [words.convert(number)[0] for number in numbers]
print(seen, right)
assert seen == ["ሁለት አስር", "አምስት አስር", "አስር አምስት", "ሁለት አስር አንድ", "መቶ", "ሦስት"]
assert right[:4] == ["ሃያ", "ሃምሳ", "አስራ አምስት", "ሃያ አንድ"]
PYTHON
