#!/usr/bin/env bash
# kobo2pandas 0.9.0 gives the columns of different questions one name. Seen: head/name and spouse/name,
# two questions in two groups of a form, both become a column `name`, as it keeps what follows the
# last slash; df["name"] is then a table of two columns, and the records made of it have one name for
# each household, the spouse's, and none where there is no spouse. Kobo's own exports keep the group
# wherever the name alone is not enough. One expects every answer to be found: the head of the
# household, who is to be paid, is not in the list.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check kobo2pandas==0.9.0 pandas==2.3.3
venv/bin/python - <<'PYTHON' || { echo "kobo2pandas-head-and-spouse-in-one-column: not as described any more"; exit 1; }
import warnings

import pandas as pd
from kobo2pandas.processor import JSONDataProcessor
from kobo2pandas.types import ProcessingConfig

warnings.simplefilter("ignore")  # pandas says that columns are omitted
answers = {"results": [
    {"_id": 1, "head/name": "Aigul", "spouse/name": "Omar"},
    {"_id": 2, "head/name": "Gul"},
]}
table = JSONDataProcessor(ProcessingConfig()).process(answers)["root"]
records = table.to_dict("records")
print(list(table.columns), records)
assert list(table.columns) == ["_index", "_id", "name", "name"]
assert records[0]["name"] == "Omar" and pd.isna(records[1]["name"])
assert table["name"].shape == (2, 2)
PYTHON
