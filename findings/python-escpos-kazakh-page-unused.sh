#!/usr/bin/env bash
# python-escpos 3.1 prints question marks for the Kazakh letters on printers that it knows to
# have them. Its own table says that nine profiles (`default`, TM-T88V, TM-T20II ...) have the
# Kazakh code page RK1048 as number 53, and Python has that encoding (kz1048). Seen: of
# `Qazyna` in Cyrillic Kazakh the first letter is sent as `?`, the rest on the Russian page 17;
# no byte selects page 53, nothing is raised. One expects a page that is listed for the printer
# to be used: a receipt names another person than the list.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check python-escpos==3.1
venv/bin/python - <<'PYTHON' || { echo "python-escpos-kazakh-page-unused: not as described any more"; exit 1; }
import codecs

from escpos.printer import Dummy

printer = Dummy(profile="TM-T88V")
pages = {name: int(number) for number, name in printer.profile.codePages.items()}
word = "\u049a\u0430\u0437\u044b\u043d\u0430"
printer.text(word)
print(pages["RK1048"], codecs.encode(word, "kz1048"), printer.output)
assert pages["RK1048"] == 53 and codecs.decode(codecs.encode(word, "kz1048"), "kz1048") == word
assert b"?" in printer.output and b"\x1bt\x35" not in printer.output
assert b"\x1bt\x11" in printer.output
PYTHON
