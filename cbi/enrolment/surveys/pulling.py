"""Submissions straight from a survey's server, as a file that is imported like any other.

What is spoken is what KoboToolbox (`/api/v2/assets/UID/data.json`) and ODK Central
(`/v1/projects/ID/forms/FORM/submissions.csv.zip`) document; tests speak to a double of our own.
Only submissions that somebody approved come, and those since the last time, a day over: an import
knows again what it has.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cbi.base.clock import DAY_US, date_at
from cbi.base.errors import Unusable, UsageError
from cbi.enrolment.surveys.serving import Server, server_at
from cbi.files import atomic_file
from cbi.operators.log import entries, record_by
from cbi.operators.operator_session import OperatorSession

ACTION = "people.pull"
KINDS = ("kobo", "odk")
_DRESS = {"kobo": "Token", "odk": "Bearer"}
_PAGE, _PAGES_MAX = 1_000, 500
_MAIN = "submissions"
_ZIP_BEGINS = b"PK"
_OVERLAP_US = DAY_US
Tables = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came: how many submissions, None where the server counts them itself in its file; the
    day (ISO text) from which they were asked for, empty for all."""

    path: Path
    count: int | None
    since: str


def pull(
    session: OperatorSession, kind: str, form: str, path: Path, *, url: str, token_file: Path,
    since: str = "",
) -> Pulled:
    """Write a form's approved submissions to a ZIP of CSV files. `form` is Kobo's asset, or ODK's
    project and form (`3/household`); `since` a day (ISO text), else the last time's.

    Raises:
        UsageError: no such kind, address or form.
        BadFile: the token's file or the new file is none.
        Unusable: the server is not reached or refuses.
    """
    session.require("people.enrol")
    if kind not in KINDS:
        raise UsageError("enrolment.pull-kind", text=kind, known=", ".join(KINDS))
    server = server_at(url, _DRESS[kind], token_file)
    name = f"{kind} {urlsplit(url).netloc} {form}"
    now = session.clock()
    begin = since or _last_time(session, name)
    if kind == "kobo":
        found = list(_kobo(server, form, begin))
        content, count = _zipped(found), len(found)
    else:
        content, count = _odk(server, form, begin), None
    with atomic_file(path, private=True) as file:
        file.write(content)
    session.ledger.transact(lambda tx: record_by(
        tx, session, action=ACTION, object=name, at=now,
        detail={"since": begin, "submissions": count},
    ))
    return Pulled(path, count, begin)


def _last_time(session: OperatorSession, name: str) -> str:
    """The day before this form was last asked for; empty if it never was."""
    with session.ledger.read() as tx:
        lines = entries(tx, action=ACTION, object=name, limit=1)
    return date_at(lines[0].at - _OVERLAP_US, "UTC") if lines else ""


def _kobo(server: Server, form: str, since: str) -> Iterator[Mapping[str, Any]]:
    """Kobo's approved submissions, page by page."""
    wanted: dict[str, Any] = {"_validation_status.uid": "validation_status_approved"}
    if since:
        wanted["_submission_time"] = {"$gte": since}
    path = f"/api/v2/assets/{quote(form, safe='')}/data.json"
    for page in range(_PAGES_MAX):
        answer = server.json(
            path, query=json.dumps(wanted), start=str(page * _PAGE), limit=str(_PAGE),
            sort=json.dumps({"_id": 1}),
        )
        results = answer.get("results")
        if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
            raise Unusable("enrolment.pull-failed", host=server.url, status="JSON")
        yield from results
        if not answer.get("next") or not results:
            return


def _odk(server: Server, form: str, since: str) -> bytes:
    """ODK's approved submissions, as the ZIP of CSV files that it makes itself."""
    project, slash, name = form.partition("/")
    if not slash or not project.isdecimal() or not name:
        raise UsageError("enrolment.pull-odk-form", text=form)
    wanted = "__system/reviewState eq 'approved'"
    if since:
        day = f"{since}T00:00:00.000Z"
        wanted += f" and (__system/submissionDate ge {day} or __system/updatedAt ge {day})"
    content = server.get(
        f"/v1/projects/{project}/forms/{quote(name, safe='')}/submissions.csv.zip",
        attachments="false", **{"$filter": wanted},
    )
    if not content.startswith(_ZIP_BEGINS):
        raise Unusable("enrolment.pull-failed", host=server.url, status="ZIP")
    return content


def _zipped(submissions: Sequence[Mapping[str, Any]]) -> bytes:
    """Submissions as CSV files, one for the form and one for each repeat, joined by index."""
    tables: Tables = {_MAIN: []}
    for submission in submissions:
        _put(tables, _MAIN, submission, {})
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", _separated(rows))
    return kept.getvalue()


def _put(
    tables: Tables, name: str, told: Mapping[str, Any], parent: Mapping[str, str]
) -> None:
    """One row of a table, and the rows of the repeats in it."""
    rows = tables.setdefault(name, [])
    index = str(len(rows) + 1)
    row = {**parent, "_index": index}
    rows.append(row)
    for key, value in told.items():
        if isinstance(value, list) and not key.startswith("_"):
            inner = key.rpartition("/")[2]
            for one in value:
                if isinstance(one, dict):
                    _put(tables, inner, one, {
                        "_parent_table_name": name, "_parent_index": index,
                    })
        elif isinstance(value, dict):
            row[key] = str(value.get("uid", ""))
        elif not isinstance(value, list):
            row[key] = "" if value is None else str(value)


def _separated(rows: Sequence[Mapping[str, str]]) -> str:
    headings = list(dict.fromkeys(key for row in rows for key in row))
    kept = io.StringIO()
    writer = csv.DictWriter(kept, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue()
