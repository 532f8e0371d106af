#!/usr/bin/env bash
# arabic-reshaper 3.1.0 leaves ten of the letters of Pashto as they are and turns the letters
# beside them into the forms of a word's end. Seen: of the word Pashto itself (pe, kshin, te,
# waw) pe gets its end form between a letter before and the kshin after it, though both join,
# and te its start form; with shin in place of kshin each inner letter gets its middle form.
# Unicode has no presentation forms for these letters; the README names Arabic, Farsi, Urdu
# `and most probably all other languages that use Arabic script`, and nothing is raised. One
# expects a refusal or the word untouched: a renderer that could shape it is handed a broken
# word, and names fall to pieces on printed cards.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check arabic-reshaper==3.1.0
venv/bin/python - <<'PYTHON' || { echo "arabic-reshaper-breaks-pashto-words: not as described any more"; exit 1; }
import arabic_reshaper

beh = "\u0628"
letters = "\u067c \u0681 \u0685 \u0689 \u0693 \u0696 \u069a \u06ab \u06bc \u06cd".split()
kept = [letter for letter in letters if letter in arabic_reshaper.reshape(beh + letter + beh)]
word = arabic_reshaper.reshape(beh + "\u067e\u069a\u062a\u0648")
plain = arabic_reshaper.reshape(beh + "\u067e\u0634\u062a\u0648")
print(len(kept), ascii(word), ascii(plain))
assert kept == letters
assert word == "\ufe91\ufb57\u069a\ufe97\ufeee"
assert plain == "\ufe91\ufb59\ufeb8\ufe98\ufeee"
PYTHON
