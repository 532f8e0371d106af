"""Exports of survey tools: their own columns, and repeats joined to their submission. Pure.

Kobo gives a submission `_uuid` and a repeat's rows `_parent_table_name`, `_parent_index` and
`_submission__uuid`; ODK gives `KEY` and `PARENT_KEY`. Either names a submission for good, so that
uploading an export again, or a longer one, enrols nobody twice.
"""

from collections.abc import Collection, Sequence

from cbi.enrolment.headings.meaning import Meaning

_OWN = {
    "_uuid": "submission", "meta/instanceid": "submission", "instanceid": "submission",
    "meta-instanceid": "submission", "key": "submission", "formid": "submission",
    "meta/rootuuid": "submission-root", "meta-rootuuid": "submission-root",
    "_id": "submission-number",
    "_submission_time": "submitted", "submissiondate": "submitted", "completed_time": "submitted",
    "received_on": "submitted", "_validation_status": "verdict", "reviewstate": "verdict",
    "review_status": "verdict", "_parent_index": "parent", "parent_key": "parent",
}
_SILENT = frozenset({
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "simid", "username",
    "audit", "formhub/uuid", "__version__", "meta/deprecatedid", "instancename",
    "meta/instancename", "meta-instancename", "submitterid", "submittername", "attachmentspresent",
    "attachmentsexpected", "status", "edits", "formversion", "isvalidated", "rank",
    "starttime", "endtime", "devicephonenum", "duration", "caseid", "formdef_version",
    "started_time", "form_link", "number", "hq_user", "devicereport", "review_quality",
    "review_comments", "review_corrections", "text_audit", "set-of-members",
})
_OF_MICROSOFT = frozenset({"start time", "completion time"})
_MICROSOFT = {
    "completion time": "submitted",
    **dict.fromkeys(("id", "start time", "email", "name", "last modified time", "language"), ""),
}
"""Microsoft Forms' own columns; its `Name` is the account's that filled the form in."""
_SILENT_BEGINS = ("_", "@", "set-of-", "set of ", "meta/", "meta-")
OF_A_CASE = "indices."
"""What begins the names of CommCare's columns that hold the case a case belongs to."""
_OF_A_DEVICE = frozenset({"deviceid", "subscriberid", "simserial", "simid", "username"})


def system_meaning(label: str, labels: Collection[str] = ()) -> Meaning | None:
    """What a survey tool's own column means; an empty field if nothing for us; None if it is a
    question of the form's. `labels` are all headings: only beside a device's other columns is
    `phonenumber` its own.
    """
    name = label.strip().casefold()
    names = {one.strip().casefold() for one in labels}
    if names >= _OF_MICROSOFT and name in _MICROSOFT:
        return Meaning(_MICROSOFT[name])
    tool = bool(names & _OF_A_TOOL) or any(one.startswith(OF_A_CASE) for one in names)
    if name in _OWN and (name not in _ONLY_BESIDE or tool):
        return Meaning(_OWN[name])
    if name == "phonenumber" and names & _OF_A_DEVICE:
        return Meaning("")
    if name.startswith(_SILENT_BEGINS) or (name in _SILENT and tool):
        return Meaning("")
    return None


_ONLY_BESIDE = frozenset({"key", "formid", "completed_time", "received_on", "review_status"})
_OF_A_TOOL = frozenset({
    "_uuid", "_id", "_index", "_parent_index", "parent_key", "submissiondate", "deviceid",
    "instanceid", "meta/instanceid", "meta-instanceid", "completed_time", "received_on",
    "_submission_time", "formhub/uuid", "__version__", "starttime",
})


def is_silent(meaning: Meaning) -> bool:
    """Whether a tool's own column says nothing of people."""
    return not meaning.field


def column_named(labels: dict[int, str], *names: str) -> int | None:
    """The index of the first of these columns that is there."""
    by_name = {label.strip().casefold(): index for index, label in labels.items()}
    return next((by_name[name] for name in names if name in by_name), None)


def is_export(labels: Sequence[str]) -> bool:
    """Whether a sheet's headings are those of a survey tool's export."""
    names = {label.strip().casefold() for label in labels}
    return bool(names & {"_uuid", "_submission__uuid", "_parent_index", "parent_key"}) or (
        bool(names & {"key", "formid"})
        and bool(names & {"submissiondate", "instanceid", "meta-instanceid", "completed_time"})
    )
