"""A corpus of small invented lists: each read from its text, brought as the file it stands for.

`lists/NAME.txt` holds a list: its shape in words (`% …`), how it is brought (`%kind xlsx`,
`%sheet`, `%merge`, `%hidden`, `%1904`), and its rows, cells apart by `|`; in a workbook
`=n 5` is a number, `=d 1990-05-12` a date, `=b true` a yes, `=e #N/A` an error.
`lists/NAME.json` is what must come of it: people, a question, or a refusal.
"""

import io
import json
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from cbi.base.errors import CbiError
from cbi.enrolment.importing.importing import ImportPreview, preview
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.record import NewPerson

FOLDER = Path(__file__).parent / "lists"
ENCODINGS = {
    "cp1251": "cp1251", "utf-16": "utf-16", "cp1254": "cp1254", "cp1256": "cp1256",
    "cp866": "cp866",
}


@dataclass
class Listed:
    """A list of the corpus: its name, its shape in words, its sheets of rows, what must come."""

    name: str
    shape: str
    kind: str
    sheets: list[dict[str, Any]]
    wanted: dict[str, Any]
    flags: set[str] = field(default_factory=set)


@dataclass
class Outcome:
    """What came of a list: `people`, `question` or `refusal`, and all that was said."""

    kind: str
    people: list[dict[str, Any]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    shown: ImportPreview | None = None


@cache
def corpus(folder: Path = FOLDER) -> tuple[Listed, ...]:
    """All lists, by name."""
    return tuple(listed(path) for path in sorted(folder.glob("*.txt")))


def listed(path: Path) -> Listed:
    """One list as its files tell it."""
    shape, kind, sheets, flags = "", "csv", [_sheet("List")], set()
    for line in path.read_text("utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "%":
            shape = rest
        elif word == "%kind":
            kind = rest
        elif word == "%sheet":
            sheets = [*(one for one in sheets if one["rows"]), _sheet(rest)]
        elif word == "%merge":
            sheets[-1]["merges"].append(rest)
        elif word == "%hidden":
            sheets[-1]["hidden"].append(int(rest))
        elif word == "%1904":
            flags.add("1904")
        else:
            sheets[-1]["rows"].append(line)
    wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Listed(path.stem, shape, kind, sheets, wanted, flags)


def _sheet(name: str) -> dict[str, Any]:
    return {"name": name, "rows": [], "merges": [], "hidden": []}


def brought(one: Listed, folder: Path) -> Path:
    """The list as a file in a folder (or a folder of files)."""
    if one.kind == "xlsx":
        path = folder / f"{one.name}.xlsx"
        path.write_bytes(_workbook(one))
        return path
    if one.kind == "folder":
        path = folder / one.name
        path.mkdir()
        for sheet in one.sheets:
            (path / f"{sheet['name']}.csv").write_text(_separated(sheet["rows"]), "utf-8")
        return path
    path = folder / f"{one.name}.csv"
    if one.kind in ("raw", *ENCODINGS):
        encoding = ENCODINGS.get(one.kind, "utf-8")
        path.write_text("\n".join(one.sheets[0]["rows"]) + "\n", encoding)
    else:
        path.write_text(_separated(one.sheets[0]["rows"]), "utf-8")
    return path


def _separated(rows: list[str]) -> str:
    lines = []
    for row in rows:
        cells = [_plain(cell).replace('"', '""') for cell in row.split("|")]
        lines.append(",".join(f'"{cell}"' if re.search('[",\n]', cell) else cell for cell in cells))
    return "\n".join(lines) + "\n"


def _plain(cell: str) -> str:
    return cell.replace("\\n", "\n")


def _workbook(one: Listed) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    if "1904" in one.flags:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for sheet in one.sheets:
        made = book.create_sheet(sheet["name"])
        for number, row in enumerate(sheet["rows"], 1):
            for column, cell in enumerate(row.split("|"), 1):
                if cell:
                    _put(made.cell(number, column), cell)
        for merge in sheet["merges"]:
            made.merge_cells(merge)
        for number in sheet["hidden"]:
            made.row_dimensions[number].hidden = True
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _put(into: Any, cell: str) -> None:
    kind, _, rest = cell.partition(" ")
    if kind == "=n":
        into.value = float(rest)
    elif kind == "=d":
        into.value = date.fromisoformat(rest)
    elif kind == "=b":
        into.value = rest == "true"
    elif kind == "=e":
        into.value, into.data_type = rest, "e"
    else:
        into.value, into.data_type = _plain(cell), "s"


def outcome(session: OperatorSession, one: Listed, folder: Path, **asked: Any) -> Outcome:
    """What a preview of the list says."""
    try:
        shown = preview(session, brought(one, folder), **asked)
    except CbiError as error:
        return Outcome("refusal", codes=[error.code])
    codes = [problem.code for problem in (*shown.notices, *shown.problems, *shown.questions)]
    kind = "question" if shown.questions else "people"
    return Outcome(kind, [_told(person) for person in shown.people], codes, shown)


def _told(person: NewPerson) -> dict[str, Any]:
    data, consent = person.data, person.consent
    fathers = {name.father for name in data.names if name.father} | {person.facts.get("father", "")}
    return {
        "name": " / ".join(name.text for name in data.names),
        "sex": person.sex, "birth": data.birth.date if data.birth else "", "city": person.city,
        "phones": list(data.phones),
        "documents": [f"{one.kind}:{one.number.replace(' ', '')}" for one in data.documents],
        "household": person.household_ref, "head": person.head, "size": str(person.household_size),
        "father": " / ".join(sorted(fathers - {""})), "address": data.address,
        "consent": consent.way if consent else "", "consent_date": consent.date if consent else "",
    }


def differences(wanted: dict[str, Any], came: Outcome) -> list[str]:
    """What is not as it must be; nothing where all is."""
    if wanted["outcome"] != came.kind:
        return [f"{wanted['outcome']} wanted, {came.kind} came: {sorted(set(came.codes))}"]
    if wanted["outcome"] == "refusal":
        return [] if came.codes == [wanted["code"]] else [f"{wanted['code']}: {came.codes}"]
    if wanted["outcome"] == "question":
        return [code for code in wanted["asks"] if code not in came.codes]
    found = [f"not told: {code}" for code in wanted.get("tells", ()) if not _is_told(code, came)]
    back = came.shown.rejected_count if came.shown else 0
    if back != wanted.get("goes_back", 0):
        found.append(f"{back} went back: {came.codes}")
    return found + _people(wanted["people"], came.people)


def _is_told(code: str, came: Outcome) -> bool:
    if code.startswith("refusals="):
        shown = came.shown
        return shown is not None and shown.skipped.get("refused") == int(code.partition("=")[2])
    return code in came.codes


def _people(wanted: list[dict[str, Any]], came: list[dict[str, Any]]) -> list[str]:
    found = []
    by_name = sorted(came, key=lambda one: (one["name"], one["birth"]))
    wanted = sorted(wanted, key=lambda one: (one.get("name", ""), one.get("birth", "")))
    if [one["name"] for one in by_name] != [one.get("name", "") for one in wanted]:
        return [f"people: {[one['name'] for one in by_name]}"]
    for want, have in zip(wanted, by_name, strict=True):
        full = {"sex": "", "birth": "", "city": "", "phones": [], "documents": [], "size": "1",
                "father": "", "consent": "", "address": "", **want}
        full.setdefault("head", True)
        found += [
            f"{want['name']}: {key} is {have[key]!r}, not {value!r}"
            for key, value in full.items() if key != "household" and have[key] != value
        ]
    homes: dict[str, set[str]] = {}
    for place, (want, have) in enumerate(zip(wanted, by_name, strict=True)):
        homes.setdefault(want.get("household") or f"alone {place}", set()).add(
            have["household"] or f"alone {place}"
        )
    several = [home for home, refs in homes.items() if len(refs) > 1]
    shared = [refs for refs in homes.values() for other in homes.values()
              if refs is not other and refs & other]
    return found + [f"household {one} is split" for one in several] + (
        ["households run together"] if shared else []
    )
