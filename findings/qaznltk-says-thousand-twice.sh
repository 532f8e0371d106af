#!/usr/bin/env bash
# qaznltk 1.3.0.3 puts one sum into Kazakh words as two where tens of thousands follow hundreds
# of thousands and nothing follows them. Seen: 150000 is `hundred thousand fifty thousand`,
# 230000 `two hundred thousand thirty thousand`, and so are 81 of the 999 full thousands below a
# million, and likewise the millions; 151000 is `hundred fifty one thousand`, and num2words
# 0.5.14 has `hundred fifty thousand`. Zero has no word at all. One expects the number as one
# says it: on an act of handing over `a hundred thousand, fifty thousand` reads as two payments,
# and the round sums, which assistance is made of, are those hit.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check qaznltk==1.3.0.3 num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "qaznltk-says-thousand-twice: not as described any more"; exit 1; }
from num2words import num2words
from qaznltk.qaznltk import QazNLTK

seen = {number: QazNLTK.num2word(number) for number in (150000, 230000, 151000)}
for number, words in seen.items():
    print(number, ascii(words))
thousand = "\u043c\u044b\u04a3"
assert [words.split().count(thousand) for words in seen.values()] == [2, 2, 1]
assert seen[150000] == "\u0436\u04af\u0437 \u043c\u044b\u04a3 \u0435\u043b\u0443 \u043c\u044b\u04a3"
assert num2words(150000, lang="kz") == "\u0436\u04af\u0437 \u0435\u043b\u0443 \u043c\u044b\u04a3"
other = [number for number in range(1000, 1000000, 1000)
         if " ".join(QazNLTK.num2word(number).split()) != num2words(number, lang="kz")]
print(len(other), other[:4])
assert len(other) == 81 and all(number % 10000 == 0 for number in other)
assert not QazNLTK.num2word(0)
PYTHON
