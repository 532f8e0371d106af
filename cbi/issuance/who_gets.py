"""Who would get what and why, as a workbook to try a round's rules on a list. Pseudonyms only."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from cbi.base.money import plain_amount
from cbi.files import Column, Sheet, write_workbook
from cbi.issuance.drafting import Preview
from cbi.issuance.entitlements import Entitled
from cbi.messages import text

Why = Callable[[Entitled], str]
"""Says in the words of the rules how somebody's amount came about."""


def parts_by_person(seen: Preview) -> dict[tuple[str, str], list[int]]:
    """The vouchers to be of each beneficiary and category, in minor units."""
    found: dict[tuple[str, str], list[int]] = {}
    for line in seen.lines:
        found.setdefault((line.beneficiary, line.category), []).append(line.amount_minor)
    return found


def split_words(parts: list[int], currency: str) -> str:
    """`2 × 5 000 + 1 × 2 000`, the largest first."""
    counted = Counter(parts)
    return " + ".join(
        f"{count} × {plain_amount(value, currency)}"
        for value, count in sorted(counted.items(), reverse=True)
    )


def write_who_gets(
    path: Path, seen: Preview, why: Why, *, language: str = "en", made_at: int | None = None
) -> int:
    """Write everybody who would get something, in list order; returns how many rows.

    Raises:
        BadFile: the file can't be written.
    """
    def say(name: str) -> str:
        return text(f"issuance.who-{name}", language)

    columns = (
        Column(say("city")), Column(say("point")), Column(say("beneficiary")),
        Column(say("household")), Column(say("size"), "count"), Column(say("category")),
        Column(say("amount"), "amount", total=True), Column(say("vouchers")),
        Column(say("lost"), "amount", total=True), Column(say("why")),
    )
    title = (say("title"), f"{seen.programme} {seen.round}")
    rows = list(_rows(seen, why))
    sheet = Sheet(seen.round, columns, rows, title=title, currency=seen.currency)
    write_workbook(path, [sheet], title=title[0], language=language, made_at=made_at)
    return len(rows)


def _rows(seen: Preview, why: Why) -> Iterator[tuple[object, ...]]:
    parts = parts_by_person(seen)
    for one in seen.entitled:
        person = one.beneficiary
        own = parts.get((person.number, one.category), [])
        yield (
            person.city, person.point or None, person.number, person.household,
            person.household_size, one.category, one.amount_minor,
            split_words(own, seen.currency) or None, one.lost_minor, why(one),
        )
