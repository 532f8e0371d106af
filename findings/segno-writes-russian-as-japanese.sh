#!/usr/bin/env bash
# segno 1.6.6 writes Russian text into a QR code in Shift JIS, a Japanese encoding which has the
# Russian letters too, without a mark of it (ECI); its documentation names ISO 8859-1 and, where
# that does not fit, UTF-8. Seen: of `vaucher 500` in Cyrillic OpenCV 5 reads pairs of control
# characters and Latin letters, of a Cyrillic name alone, which becomes kanji, it raises
# UnicodeDecodeError; Kazakh and Dari, and Russian with encoding="utf-8", are read as they were
# written. One expects what is documented: of the cards of one household those with a Kazakh
# letter in the name can be read at the till and the purely Russian ones not.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps segno==1.6.6 \
    numpy==2.4.6 opencv-python-headless==5.0.0.93
venv/bin/python - <<'PYTHON' || { echo "segno-writes-russian-as-japanese: not as described any more"; exit 1; }
import cv2
import numpy
import segno


def read(code: segno.QRCode) -> str:
    """What OpenCV reads from a picture of a code, a quiet zone of four modules around it."""
    dark = numpy.array([list(line) for line in code.matrix_iter(scale=6, border=4)])
    return str(cv2.QRCodeDetector().detectAndDecode(numpy.where(dark, 0, 255).astype(numpy.uint8))[0])


russian, name = "\u0432\u0430\u0443\u0447\u0435\u0440 500", "\u0410\u0439\u0433\u0435\u0440\u0438\u043c"
plain = [("\u049a\u0430\u0437\u044b\u043d\u0430 500", {}), ("\u0641\u0631\u0648\u0634\u06af\u0627\u0647 500", {}),
         (russian, {"encoding": "utf-8"})]
for text, more in plain:
    assert read(segno.make(text, micro=False, **more)) == text
seen = read(segno.make(russian, micro=False))
print(ascii(seen))
assert seen.encode("latin-1") == russian.encode("shift_jis")
code = segno.make(name, micro=False)
print(code.mode)
assert code.mode == "kanji"
try:
    print(read(code))
except UnicodeDecodeError as error:
    print(error)
else:
    raise SystemExit(1)
PYTHON
