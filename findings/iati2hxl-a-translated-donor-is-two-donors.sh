#!/usr/bin/env bash
# iati2hxl 0.2 counts a partner once for each language its name is given in and drops those who come after. Seen: an
# IATI activity has three participating organisations, each with its name in English and Russian; the three columns
# for participants are the donor, the donor in Russian and the agency, and the partner who pays the cash out is
# in none. With names in English alone all three are there. In IATI each narrative of an organisation is a
# translation. One expects a column for each organisation: the table of who does what where lacks the third.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check iati2hxl==0.2 requests==2.32.5
venv/bin/python - <<'PYTHON' || { echo "iati2hxl-a-translated-donor-is-two-donors: not as described any more"; exit 1; }
import io

from iati2hxl.generator import genhxl


def partners(*languages: str) -> list[str]:
    organisations = "".join(
        f'<participating-org role="{role}">'
        + "".join(f'<narrative xml:lang="{language}">{name} {language}</narrative>' for language in languages)
        + "</participating-org>"
        for role, name in (("1", "Donor"), ("2", "Agency"), ("4", "Partner"))
    )
    text = f'<iati-activities version="2.03"><iati-activity>{organisations}</iati-activity></iati-activities>'
    headers, _tags, row = genhxl(io.BytesIO(text.encode()))
    return [value for header, value in zip(headers, row) if header == "Participating org"]


seen = [partners("en"), partners("en", "ru")]
print(seen)
assert seen == [["Donor en", "Agency en", "Partner en"], ["Donor en", "Donor ru", "Agency en"]]
PYTHON
