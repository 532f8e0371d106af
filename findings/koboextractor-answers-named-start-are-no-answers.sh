#!/usr/bin/env bash
# koboextractor 0.2.1 takes answers for the form's own data about itself if the question's name begins
# like one of those. Seen: of the answers to `name`, `start_of_help`, `phonenumber_2` and `endorsed`
# label_result has only the first among the results, with its label; the others are in `meta`, with
# neither question nor label, as every name that begins with start, end, today, username,
# phonenumber or deviceid is. The documentation has a key for metadata and one for answers, and Kobo
# lets such names be. One expects the answers of the form: telephone numbers and the month in which
# the help began are missing from the list that is made of the results.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check koboextractor==0.2.1
venv/bin/python - <<'PYTHON' || { echo "koboextractor-answers-named-start-are-no-answers: not as described any more"; exit 1; }
from koboextractor import KoboExtractor

kobo = KoboExtractor("no token is needed here", "https://kobo.example.org/api/v2")
answers = {"name": "Aigul", "start_of_help": "2026-03", "phonenumber_2": "+77010000000", "endorsed": "yes"}
asset = {"content": {"choices": [], "survey": [
    {"type": "text", "name": name, "label": [f"Question {name}"]} for name in answers]}}
questions = kobo.get_questions(asset=asset, unpack_multiples=True)
seen = kobo.label_result(
    unlabeled_result={"_id": 1, "start": "2026-03-15T10:00:00.000+05:00", **answers},
    choice_lists=kobo.get_choices(asset), questions=questions, unpack_multiples=True)
print(seen)
assert list(seen["results"]) == ["name"]
assert seen["results"]["name"]["label"] == "Question name"
assert set(seen["meta"]) == {"_id", "start", "start_of_help", "phonenumber_2", "endorsed"}
PYTHON
