#!/usr/bin/env bash
# num2words 0.5.14 has Kazakh under `kz`, the code of the country; the language's code is `kk`.
# Seen: lang="kk" and "kk_KZ" raise NotImplementedError, lang="kz" works. One expects the
# language codes that all the locales of a translation use (kk): a document in Kazakh that
# passes its own locale gets no amount in words.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check num2words==0.5.14
venv/bin/python - <<'PYTHON' || { echo "num2words-kazakh-is-kz: not as described any more"; exit 1; }
from num2words import num2words

print(num2words(1500, lang="kz"))
for code in ("kk", "kk_KZ"):
    try:
        print(num2words(1500, lang=code))
    except NotImplementedError:
        print(code, "not there")
    else:
        raise SystemExit(1)
PYTHON
