#!/usr/bin/env bash
# icu-rbnf 0.2.0, with ICU 78.3, answers in English when it is asked for a number in Pashto, Uzbek, Tajik, Somali or
# Uyghur. Seen: spellout(15000, "ps") is `fifteen thousand`, as it is for the others, and is_locale_supported says
# True for each of them and for `xx`, a language that there is not; Dari (fa_AF), Kazakh and Kyrgyz have words of
# their own. One expects an error or a False: a receipt made in the language of whoever gets the money has
# its sum in a language that they can't read, and the check that should tell it says that all is well.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check icu-rbnf==0.2.0
venv/bin/python - <<'PYTHON' || { echo "icu-rbnf-pashto-is-english: not as described any more"; exit 1; }
from icu_rbnf import is_locale_supported, spellout

languages = ("ps", "uz", "tg", "so", "ug", "xx", "fa_AF", "kk", "ky")
seen = {language: spellout(15000, language) for language in languages}
print(seen)
assert all(is_locale_supported(language) for language in languages)
assert [seen[language] for language in languages[:6]] == ["fifteen thousand"] * 6
assert [seen[language] for language in languages[6:]] == ["پانزده هزار", "он бес мың", "он беш миң"]
PYTHON
