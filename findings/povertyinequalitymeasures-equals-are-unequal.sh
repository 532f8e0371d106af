#!/usr/bin/env bash
# povertyInequalityMeasures 1.1.1 finds inequality among people who all have the same. Seen: the Gini coefficient of two
# equal incomes is 0.25, of four 0.0625, and should be 0; of a household of three persons with 100 each and one
# person with 200 it is 0.6 with the household as one row of weight 3 and 0.2 with four rows, and 0.15 by the
# definition. It leaves out the poorest row's share of the area below the curve. One expects a weight to be so many
# rows, as its headcount has it: the Sen index takes the Gini in, and villages with few, large households look worst.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check povertyInequalityMeasures==1.1.1 pandas==2.3.3 numpy==2.4.6
venv/bin/python - <<'PYTHON' || { echo "povertyinequalitymeasures-equals-are-unequal: not as described any more"; exit 1; }
import pandas
from povertyInequalityMeasures import inequality, poverty


def table(*rows: tuple[int, int]) -> pandas.DataFrame:
    return pandas.DataFrame(rows, columns=["income", "persons"])


def gini(rows: pandas.DataFrame) -> float:
    return float(inequality.get_gini(rows, "income", "persons"))


weighted, spread = table((100, 3), (200, 1)), table((100, 1), (100, 1), (100, 1), (200, 1))
seen = [gini(table(*[(100, 1)] * number)) for number in (2, 4)] + [gini(weighted), gini(spread)]
print(seen)
assert seen == [0.25, 0.0625, 0.6, 0.2]
persons = list(spread["income"])
differences = sum(abs(one - other) for one in persons for other in persons)
assert differences / (2 * len(persons) * sum(persons)) == 0.15
heads = [float(poverty.get_headcount_index(125, rows, "income", "persons")) for rows in (weighted, spread)]
assert heads == [0.75, 0.75]
PYTHON
