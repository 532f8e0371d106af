#!/usr/bin/env bash
# hdx-python-country 4.2.5's own table of countries (use_live=False) has money that was replaced
# up to 27 years ago. Seen: Mozambique MZM, Zambia ZMK, Sierra Leone SLL and Bulgaria BGL, each a
# thousandth of what came after, Venezuela VEF, a hundred-thousandth of the next alone, Zimbabwe
# ZWL. ISO 4217 has none of them any more (pycountry 26.2.16 does not know the codes), and Babel
# 2.19.0 has MZN, ZMW, SLE, BGN and EUR, VES, USD and ZWG. One expects today's codes: an amount
# labelled with the old one is a thousandth to whoever looks the code up, and has no rate of
# today.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check --no-deps \
    hdx-python-country==4.2.5 hdx-python-utilities==4.2.5 libhxl==5.2.2 pycountry==26.2.16 babel==2.19.0 \
    annotated-types==0.8.0 attrs==26.1.0 certifi==2026.10.19.post1 chardet==7.7.0 frictionless==5.21.0 \
    humanize==4.17.0 idna==3.20 jsonschema==4.26.0 jsonschema-specifications==2025.9.1 pydantic==2.14.4 \
    pydantic_core==2.50.5 python-dateutil==4.0.0 python-slugify==9.2.0 ratelimit==2.2.1 referencing==0.37.0 \
    requests==2.34.2 requests-file==3.0.1 rpds-py==2026.9.1 ruamel.yaml==0.19.1 simpleeval==1.0.8 six==1.17.0 \
    tabulate==0.10.0 tenacity==9.2.1 typing-inspection==0.4.5 typing_extensions==4.16.0 urllib3==2.8.0 \
    xlsx2csv==0.8.6
venv/bin/python - <<'PYTHON' || { echo "hdx-country-money-of-before-the-reforms: not as described any more"; exit 1; }
from datetime import date

import pycountry
from babel.numbers import get_territory_currencies
from hdx.location.country import Country

Country.countriesdata(use_live=False)
old = {"MOZ": "MZM", "ZMB": "ZMK", "SLE": "SLL", "BGR": "BGL", "VEN": "VEF", "ZWE": "ZWL"}
for country, money in old.items():
    place = pycountry.countries.get(alpha_3=country)
    today = get_territory_currencies(place.alpha_2, date(2026, 1, 1))
    seen = Country.get_currency_from_iso3(country)
    print(place.name, seen, "today", today)
    assert seen == money and money not in today
    assert pycountry.currencies.get(alpha_3=money) is None
assert Country.get_currency_from_iso3("KAZ") == "KZT"
PYTHON
