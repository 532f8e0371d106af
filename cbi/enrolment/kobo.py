"""Exports of KoboToolbox and ODK: their own columns, and repeats joined to their submission. Pure.

Kobo gives a submission `_uuid` and a repeat's rows `_parent_table_name`, `_parent_index` and
`_submission__uuid`; ODK gives `KEY` and `PARENT_KEY`. Either names a submission for good, so that
uploading an export again, or a longer one, enrols nobody twice.
"""

from collections.abc import Sequence

from cbi.enrolment.headings import Meaning

_OWN = {
    "_uuid": "submission", "meta/instanceid": "submission", "instanceid": "submission",
    "meta-instanceid": "submission", "key": "submission",
    "_submission_time": "submitted", "submissiondate": "submitted",
    "_validation_status": "verdict", "_parent_index": "parent", "parent_key": "parent",
}
_SILENT = frozenset({
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "simid", "username",
    "audit", "formhub/uuid", "__version__", "meta/rootuuid", "meta/deprecatedid", "instancename",
    "meta/instancename", "meta-instancename", "submitterid", "submittername", "attachmentspresent",
    "attachmentsexpected", "status", "reviewstate", "edits", "formversion", "isvalidated", "rank",
})
_SILENT_UNLESS_ASKED = "_"


def system_meaning(label: str) -> Meaning | None:
    """What a survey tool's own column means; an empty field if nothing for us; None if it is a
    question of the form's.
    """
    name = label.strip().casefold()
    if name in _OWN:
        return Meaning(_OWN[name])
    if name.startswith(_SILENT_UNLESS_ASKED) or name in _SILENT:
        return Meaning("")
    return None


def column_named(labels: dict[int, str], *names: str) -> int | None:
    """The index of the first of these columns that is there."""
    by_name = {label.strip().casefold(): index for index, label in labels.items()}
    return next((by_name[name] for name in names if name in by_name), None)


def is_export(labels: Sequence[str]) -> bool:
    """Whether a sheet's headings are those of a survey tool's export."""
    names = {label.strip().casefold() for label in labels}
    return bool(names & {"_uuid", "_submission__uuid", "_parent_index", "parent_key"}) or (
        "key" in names and bool(names & {"submissiondate", "instanceid", "meta-instanceid"})
    )
