#!/usr/bin/env bash
# countryinfo 1.0.1 has Nur-Sultan as the capital of Kazakhstan (Astana again since 2022), none
# of the regions Abai, Zhetisu and Ulytau of 2022 nor Turkistan of 2018, and 30 provinces of
# Afghanistan without Khost, Nuristan, Panjshir and Daikundi. Seen: those lists. One expects the
# provinces of today, as the package names no date for its lists: a list check by province turns
# down real addresses.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check countryinfo==1.0.1
venv/bin/python - <<'PYTHON' || { echo "countryinfo-old-provinces: not as described any more"; exit 1; }
from countryinfo import CountryInfo

kazakhstan, afghanistan = CountryInfo("Kazakhstan"), CountryInfo("Afghanistan")
here, there = kazakhstan.provinces(), afghanistan.provinces()
print(kazakhstan.capital(), here, len(there))
assert kazakhstan.capital() == "Nur-Sultan" and len(there) == 30
assert not any(name[:4] in ("Abai", "Abay", "Zhet", "Ulyt", "Turk") for name in here)
assert not any(name[:4] in ("Khos", "Khow", "Nuri", "Panj", "Dayk", "Daik") for name in there)
PYTHON
