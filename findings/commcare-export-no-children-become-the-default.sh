#!/usr/bin/env bash
# commcare-export 1.16.0 takes a count of zero for a missing answer. Seen: default(str2num(kids), 99) is
# 99 for the answer `0`, as for none, 3 for `3`; its own `or` gives 0, 99 and 3, and default without
# str2num `0`. One expects a default where nothing was answered and the number where a number was:
# households without children are exported as unknown, or with the programme's usual number, and
# are paid by it.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check commcare-export==1.16.0
venv/bin/python - <<'PYTHON' || { echo "commcare-export-no-children-become-the-default: not as described any more"; exit 1; }
from commcare_export.env import BuiltInEnv, JsonPathEnv
from commcare_export.minilinq import Apply, Literal, Reference

number = Apply(Reference("str2num"), Reference("form.kids"))
seen = {}
for word in ("default", "or"):
    value = Apply(Reference(word), number, Literal(99))
    seen[word] = [value.eval(BuiltInEnv() | JsonPathEnv({"form": form}))
                  for form in ({"kids": "0"}, {}, {"kids": "3"})]
print(seen)
assert seen == {"default": [99, 99, 3], "or": [0, 99, 3]}
PYTHON
