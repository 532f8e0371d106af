"""`cbi start --from office.toml`: the same lines from a file, what is there already passed over."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cbi.base.errors import BadFile
from cbi.cli.setup.start_lines import Typist, named, round_line

KNOWN = {
    "profile": str, "operator": str, "roles": list, "backup": str, "slips": str, "city": list,
    "retailer": list, "store": list, "person": list, "programme": dict, "round": dict,
}
PARTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # a table: what it must say, what it may say besides
    "city": (frozenset({"code", "name"}), frozenset({"kato"})),
    "retailer": (frozenset({"code", "name"}), frozenset({"number"})),
    "store": (frozenset({"code", "retailer", "city", "name"}), frozenset[str]()),
    "person": (frozenset({"name", "roles"}), frozenset({"stores"})),
    "programme": (
        frozenset({"code", "name", "budget"}),
        frozenset({"currency", "zone", "short_name", "hotline", "language", "one_person",
                   "reversal_alone_max"}),
    ),
    "round": (
        frozenset({"code", "from", "until", "entitlements", "retailers"}), frozenset[str](),
    ),
}


def read_office(path: Path) -> dict[str, Any]:
    """What an office file says, each entry known by name and of its kind.

    Raises:
        BadFile: it cannot be read, or an entry is unknown, missing or of another kind.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile("start.file-unreadable", file=str(path), detail=str(error)) from error
    for name, value in found.items():
        kind = KNOWN.get(name)
        if kind is None:
            raise BadFile("start.entry-unknown", file=str(path), entry=name)
        if not isinstance(value, kind):
            raise BadFile("start.entry-wrong", file=str(path), entry=name)
        for part in (value if isinstance(value, list) else [value]) if name in PARTS else ():
            _check_part(path, name, part)
    return found


def lines_of(office: Mapping[str, Any], there: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """The lines that make what the ledger lacks, places first; operators are apart."""
    for one in office.get("city", ()):
        if one["code"] not in there["city"]:
            yield ["city", "add", one["code"], *named("name", one["name"]), *_given(one, "kato")]
    for one in office.get("retailer", ()):
        if one["code"] not in there["retailer"]:
            yield ["retailer", "add", one["code"], "--name", one["name"], *_given(one, "number")]
    for one in office.get("store", ()):
        if one["code"] not in there["store"]:
            yield ["store", "add", one["code"], "--retailer", one["retailer"], "--city",
                   one["city"], *named("name", one["name"])]


def last_lines(office: Mapping[str, Any], there: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """The programme and its round: with the programme the founding team is complete."""
    programme = office.get("programme")
    if programme is None:
        return
    if programme["code"].upper() not in there["programme"]:
        more = _given(programme, "currency", "zone", "short_name", "hotline", "language",
                      "reversal_alone_max")
        yield ["programme", "add", programme["code"], "--name", programme["name"], "--budget",
               str(programme["budget"]), *more,
               *(["--one-person"] if programme.get("one_person") else [])]
    one = office.get("round")
    if one is not None and one["code"].upper() not in there["round"]:
        yield round_line(
            programme["code"], one["code"], (str(one["from"]), str(one["until"])),
            one["entitlements"], one["retailers"],
        )


def people_of(
    office: Mapping[str, Any], there: Mapping[str, set[str]], typist: Typist
) -> Iterator[int]:
    """Add the people who have no account yet; each exit code."""
    for one in office.get("person", ()):
        if one["name"] not in there["operator"]:
            yield typist.adds_operator(one["name"], one["roles"], one.get("stores", ()))


def _check_part(path: Path, name: str, part: object) -> None:
    must, may = PARTS[name]
    if not isinstance(part, dict):
        raise BadFile("start.entry-wrong", file=str(path), entry=name)
    for lacking in sorted(must - part.keys()):
        raise BadFile("start.entry-missing", file=str(path), entry=f"{name}.{lacking}")
    for unknown in sorted(part.keys() - must - may):
        raise BadFile("start.entry-unknown", file=str(path), entry=f"{name}.{unknown}")


def _given(part: Mapping[str, Any], *names: str) -> Sequence[str]:
    return [
        word for name in names if part.get(name)
        for word in (f"--{name.replace('_', '-')}", str(part[name]))
    ]
