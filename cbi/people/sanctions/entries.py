"""Reading a list of sanctioned people and firms: a table, or XML as the UN and OFAC give it.

Nothing is fetched: the office brings the file. XML with a document type of its own is refused.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cbi.base.errors import BadFile
from cbi.files import Table, read_bytes, read_table, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMES_MAX = 200
HEADING_ROWS = 20
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_SEVERAL = re.compile(r"\s*[;|\n]\s*")
HEADINGS = {
    "uid": ("id", "uid", "ent_num", "reference", "reference number", "номер", "код"),
    "name": ("name", "full name", "sdn_name", "caption", "имя", "фио", "наименование", "название"),
    "aliases": ("aliases", "alias", "aka", "other names", "weak alias", "псевдонимы",
                "другие имена"),
    "births": ("birth_date", "birth date", "date of birth", "dob", "born", "дата рождения",
               "год рождения"),
    "kind": ("type", "schema", "sdn_type", "kind", "тип", "вид"),
}
FIRMS = re.compile(
    "entity|company|organi[sz]ation|legal|vessel|aircraft|юр|организац|компани", re.I
)


class ListEntry(NamedTuple):
    """An entry: its number in the list, `person` or `firm`, every name, the years of birth."""

    uid: str
    kind: str
    names: tuple[str, ...]
    births: tuple[int, ...] = ()


class ListRead(NamedTuple):
    """A list as read: the file's digest, the day that it says it is of, its entries."""

    digest: str
    dated: str
    entries: tuple[ListEntry, ...]


def read_list(path: Path) -> ListRead:
    """A list from a CSV file or workbook with headings, or from the UN's or OFAC's XML.

    Raises:
        BadFile: it cannot be read, or is none of these.
    """
    content = read_bytes(path)
    begins = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begins.startswith(b"<"):
        dated, told = _of_xml(content, path.name)
    else:
        dated, told = "", list(_of_table(read_table(path)))
    entries = tuple(_whole(told))
    if not entries:
        raise BadFile("sanctions.no-entries", file=path.name)
    return ListRead(hashlib.sha256(content).hexdigest(), dated, entries)


def _whole(found: Iterable[ListEntry]) -> Iterator[ListEntry]:
    """Each entry once, its names without doubles; one without a name is left out."""
    seen: set[str] = set()
    for place, one in enumerate(found, 1):
        names = tuple(dict.fromkeys(
            told for name in one.names if (told := " ".join(name.split()))
        ))[:NAMES_MAX]
        uid = one.uid.strip() or f"row {place}"
        if names and uid not in seen:
            seen.add(uid)
            yield ListEntry(uid, one.kind, names, tuple(sorted(set(one.births))))


def _of_table(table: Table) -> Iterator[ListEntry]:
    known = {word: field for field, words in HEADINGS.items() for word in words}
    for place, row in enumerate(table.rows[:HEADING_ROWS]):
        columns: dict[str, list[int]] = {}
        for at, cell in enumerate(row.cells):
            field = known.get(text_of(cell).strip().casefold())
            if field is not None:
                columns.setdefault(field, []).append(at)
        if "name" in columns:
            return (
                _row({field: [text_of(one.cells[at]) for at in places if at < len(one.cells)]
                      for field, places in columns.items()})
                for one in table.rows[place + 1:]
            )
    raise BadFile("sanctions.no-columns", file=table.file)


def _row(told: Mapping[str, list[str]]) -> ListEntry:
    aliases = [name for text in told.get("aliases", ()) for name in _SEVERAL.split(text)]
    return ListEntry(
        next(iter(told.get("uid", ())), ""),
        "firm" if any(map(FIRMS.search, told.get("kind", ()))) else "person",
        (" ".join(told.get("name", ())), *aliases), _years(told.get("births", ())),
    )


def _of_xml(content: bytes, file: str) -> tuple[str, list[ListEntry]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import parse

    try:
        root = parse(BytesIO(content), forbid_dtd=True).getroot()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadFile("sanctions.unreadable", file=file) from error
    for one in root.iter():
        one.tag = str(one.tag).rpartition("}")[2]
    if root.tag == "CONSOLIDATED_LIST":
        dated = str(root.get("dateGenerated") or "")[:10]
        return dated, [_of_un(one) for kind in ("INDIVIDUAL", "ENTITY") for one in root.iter(kind)]
    if root.tag == "sdnList":
        dated = root.findtext("publshInformation/Publish_Date") or ""
        return dated, [_of_ofac(one) for one in root.iter("sdnEntry")]
    raise BadFile("sanctions.unreadable", file=file)


def _of_un(one: "Element") -> ListEntry:
    parts = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
    names = [" ".join(one.findtext(part) or "" for part in parts),
             one.findtext("NAME_ORIGINAL_SCRIPT") or ""]
    names += [alias.findtext("ALIAS_NAME") or "" for kind in ("INDIVIDUAL_ALIAS", "ENTITY_ALIAS")
              for alias in one.iter(kind)]
    births = [text for birth in one.iter("INDIVIDUAL_DATE_OF_BIRTH") for text in birth.itertext()]
    uid = one.findtext("REFERENCE_NUMBER") or one.findtext("DATAID") or ""
    return ListEntry(uid, "person" if one.tag == "INDIVIDUAL" else "firm", tuple(names),
                     _years(births))


def _of_ofac(one: "Element") -> ListEntry:
    names = [_both(one), *(_both(alias) for alias in one.iter("aka"))]
    births = [text.text or "" for text in one.iter("dateOfBirth")]
    kind = "person" if (one.findtext("sdnType") or "Individual") == "Individual" else "firm"
    return ListEntry(one.findtext("uid") or "", kind, tuple(names), _years(births))


def _both(one: "Element") -> str:
    return f"{one.findtext('firstName') or ''} {one.findtext('lastName') or ''}"


def _years(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(year) for text in texts for year in _YEAR.findall(text))
