#!/usr/bin/env bash
# iuliia 0.13.0 leaves the Cyrillic soft sign among Latin letters when it writes Uzbek names. Seen: with
# its schema for Uzbekistan Эльдар is `Elьdar`, Шамиль `Shamilь` and Игорь `Igorь`; Шерзод Ўктамов is
# right, and ICAO Doc 9303, another of its schemas, has Eldar. The Uzbek Latin alphabet has no such
# letter and the sign is left out: Eldar, Shamil. One expects that: the name looks right to the eye,
# cannot be typed, is not found, and is refused by the bank as a name in two scripts.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check iuliia==0.13.0
venv/bin/python - <<'PYTHON' || { echo "iuliia-uzbek-eldar-keeps-a-soft-sign: not as described any more"; exit 1; }
import iuliia

names = ("Эльдар", "Шамиль", "Игорь", "Шерзод Ўктамов")
seen = {name: iuliia.UZ.translate(name) for name in names}
print(seen, iuliia.ICAO_DOC_9303.translate("Эльдар"))
assert list(seen.values()) == ["El\u044cdar", "Shamil\u044c", "Igor\u044c", "Sherzod O\u02bbktamov"]
assert iuliia.ICAO_DOC_9303.translate("Эльдар") == "Eldar"
PYTHON
