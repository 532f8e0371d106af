#!/usr/bin/env bash
# commcare-export 1.16.0 writes two quotation marks for a name of which one part is missing. Seen: join
# of the first, the father's and the last name is `Aigul Omarkyzy Sample` as long as all three are
# there; without the father's name, a question that was skipped, the cell is `""`, and likewise with
# a number among the parts; with an answer that is empty it is `Aigul  Sample`. CommCare leaves a
# skipped question out of the form, so this is the ordinary case. One expects the parts that there
# are: on the list for payment some people are called `""`, all by the same name.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check commcare-export==1.16.0
venv/bin/python - <<'PYTHON' || { echo "commcare-export-join-loses-the-whole-name: not as described any more"; exit 1; }
from commcare_export.env import BuiltInEnv, JsonPathEnv
from commcare_export.minilinq import Apply, Literal, Reference

parts = [Reference(f"form.{part}") for part in ("first", "father", "last")]
name = Apply(Reference("join"), Literal(" "), *parts)
people = (
    {"first": "Aigul", "father": "Omarkyzy", "last": "Sample"},
    {"first": "Aigul", "last": "Sample"},
    {"first": "Aigul", "father": "", "last": "Sample"},
    {"first": "Aigul", "father": 7, "last": "Sample"},
)
seen = [name.eval(BuiltInEnv() | JsonPathEnv({"form": person})) for person in people]
print(seen)
assert seen == ["Aigul Omarkyzy Sample", '""', "Aigul  Sample", '""']
PYTHON
