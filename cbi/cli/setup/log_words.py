"""The log in words: what was done, with what, in the reader's language; as lines or a workbook.

The log itself keeps short names (`batch.approve`, `amount_minor`), for programs to read.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from cbi.base.money import parse_amount, show_amount
from cbi.cli.command_context import CommandContext
from cbi.messages import text, texts
from cbi.operators.log import LogLine

LISTED_MAX = 5
HASH_SHOWN = 8
COLUMNS = ("seq", "at", "operator", "action", "object", "detail", "origin")
_HASH = re.compile(r"[0-9a-f]{32,}\Z")
_MINOR = "_minor"


def deed(action: str, language: str) -> str:
    """An action in words; one that a package brings is shown by its own name."""
    return _known("did", action.replace(".", "-"), language) or action


def details(line: LogLine, currency: str, language: str) -> str:
    """What more a line says, in words; what was left empty is not told."""
    return "; ".join(
        f"{_label(name, language)}: {said}"
        for name, value in line.detail.items()
        if (said := _value(name, value, currency, language))
    )


def cells(context: CommandContext, currency: str) -> Callable[[LogLine], Sequence[str]]:
    """What makes a line's cells."""
    return lambda line: (
        str(line.seq), context.instant(line.at), line.operator,
        deed(line.action, context.language), _object(line.object, context.language),
        details(line, currency, context.language), line.origin,
    )


def of_person(lines: Iterable[LogLine], number: str) -> list[LogLine]:
    """Lines that were about a beneficiary, or name them."""
    return [line for line in lines if number in (line.object, *map(str, line.detail.values()))]


def of_amount(lines: Iterable[LogLine], amount: str, currency: str) -> list[LogLine]:
    """Lines that name this sum of money.

    Raises:
        UsageError: it is no amount.
    """
    minor = parse_amount(amount, currency)
    return [
        line for line in lines
        if any(name.endswith(_MINOR) and value == minor for name, value in line.detail.items())
    ]


def written(context: CommandContext, lines: Sequence[LogLine], currency: str, path: Path) -> None:
    """Write lines into a workbook.

    Raises:
        BadFile: the file can't be written.
    """
    from cbi.files import Column, Sheet, write_workbook

    title = context.say("log.title")
    columns = tuple(Column(context.say(f"help-operators.column-{name}")) for name in COLUMNS)
    rows = [tuple(map(_or_none, cells(context, currency)(line))) for line in lines]
    write_workbook(
        path, [Sheet(title, columns, rows, title=(title,))], title=title,
        language=context.language, made_at=context.session.clock(),
    )


def _or_none(cell: str) -> str | None:
    return cell or None


def _object(named: str, language: str) -> str:
    """What a line is about: its number or name, or what a seal was made for, in words."""
    what, _, number = named.partition(" ")
    return _known("object", named.replace(" ", "-"), language) or " ".join(
        filter(None, (_known("object", what, language) or what, number)))


def _known(kind: str, name: str, language: str) -> str:
    key = f"{kind}-{name}"
    return texts(language, "log").get(key) or texts("en", "log").get(key) or ""


def _label(name: str, language: str) -> str:
    """A detail's name in words; an outcome of reconciling is named as finance names it."""
    key = name.removesuffix(_MINOR).replace("_", "-")
    outcome = texts(language, "finance").get(f"outcome-{key}")
    return _known("detail", key, language) or outcome or key.replace("-", " ")


def _value(name: str, value: Any, currency: str, language: str) -> str:
    if value is None or value is False or value in ("", []):
        return ""
    if name.endswith(_MINOR) and isinstance(value, int):
        return show_amount(value, currency)
    if value is True:
        return text("log.yes", language)
    if isinstance(value, list):
        shown = [_value(name, one, currency, language) for one in value[:LISTED_MAX]]
        more = len(value) - LISTED_MAX
        return ", ".join(shown) + (text("log.more", language, count=more) if more > 0 else "")
    if isinstance(value, dict):
        return ", ".join(
            f"{_label(key, language)} {_value(key, one, currency, language)}"
            for key, one in value.items()
        )
    said = str(value)
    return said[:HASH_SHOWN] if _HASH.match(said) else _known("value", said, language) or said
