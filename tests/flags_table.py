"""Measure the red flags on invented campaigns, and write the table in `docs/flags.md`.

    python -m tests.flags_table [--first SEED] [--campaigns N] [--write]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cbi.practice.suspicious import Campaign, campaign
from cbi.practice.suspicious_records import RECORD_KINDS
from cbi.reports.flags.patterns import RedFlag, sale_flags
from cbi.reports.flags.records import record_flags

PAGE = Path(__file__).parents[1] / "docs" / "flags.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
KINDS = ("burst", "consecutive", "after-hand-over", "opening-hour", "cashier", "other-city",
         "round-amounts", "just-under", "typed", "late-reversals", *RECORD_KINDS)
HELD_OUT = 10_001
"""Campaigns from this seed on were not looked at when the limits were fixed."""
SIZES = {400: 2, 1_200: 4, 4_000: 8}
"""People of a campaign, and how many patterns are planted in it: more would crowd each other."""


@dataclass
class Measured:
    """What was found and what was raised for nothing."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    vouchers: int = 0
    clean_vouchers: int = 0
    clean_false: int = 0

    @property
    def rate(self) -> float:
        """The share of what was planted that was found."""
        return sum(self.found.values()) / max(sum(self.planted.values()), 1)

    @property
    def false_per_thousand(self) -> float:
        """Flags raised for nothing, by a thousand vouchers."""
        return sum(self.false.values()) * 1_000 / max(self.vouchers, 1)


def flags(made: Campaign) -> list[RedFlag]:
    """All flags of a campaign."""
    return [*sale_flags(made.happened), *record_flags(made.happened)]


def evidence(one: RedFlag) -> set[bytes]:
    """The lines that a flag shows; where it has none, the serials or numbers that it names."""
    return set(one.lines) or {serial.encode() for serial in one.serials}


def judged(made: Campaign, raised: Iterable[RedFlag], into: Measured) -> None:
    """Count a campaign: a pattern is found if a flag of its kind shows half of its lines."""
    all_planted = frozenset().union(*(one.lines for one in made.planted)) if made.planted else \
        frozenset[bytes]()
    listed = list(raised)
    for planted in made.planted:
        into.planted[planted.kind] += 1
        into.found[planted.kind] += any(
            len(planted.lines & evidence(one)) * 2 >= len(planted.lines)
            for one in listed if one.kind == planted.kind
        )
    for one in listed:
        if not evidence(one) & all_planted:
            into.false[one.kind] += 1
            into.clean_false += not made.planted
    into.vouchers += made.vouchers
    into.clean_vouchers += 0 if made.planted else made.vouchers


def planted_in(seed: int, count: int) -> tuple[str, ...]:
    """Which patterns a campaign has: all in turn."""
    start = seed // len(SIZES) * count % len(KINDS)
    return tuple((KINDS + KINDS)[start:start + count])


def measured(first: int, campaigns: int) -> Measured:
    """So many campaigns with patterns planted and as many with none, of three sizes."""
    into = Measured()
    for seed in range(first, first + campaigns):
        people, count = list(SIZES.items())[seed % len(SIZES)]
        for kinds in (planted_in(seed, count), ()):
            made = campaign(seed, people, kinds)
            judged(made, flags(made), into)
    return into


def table(told: Measured, first: int, campaigns: int) -> str:
    """The table as it stands on the page."""
    lines = [
        f"Seeds {first} to {first + campaigns - 1}: {campaigns} campaigns with patterns planted "
        f"(two, four and eight) and {campaigns} with none, of 400, 1,200 and 4,000 people.",
        "", "| Pattern | Planted | Found | Share | Raised for nothing |", "|---|---|---|---|---|",
    ]
    for kind in KINDS:
        planted, found = told.planted[kind], told.found[kind]
        share = f"{found * 100 / planted:.0f} %" if planted else "–"
        lines.append(f"| {kind} | {planted} | {found} | {share} | {told.false[kind]} |")
    lines += [
        f"| **together** | {sum(told.planted.values())} | {sum(told.found.values())} | "
        f"**{told.rate * 100:.1f} %** | {sum(told.false.values())} |", "",
        f"Raised for nothing: **{told.false_per_thousand:.3f}** for 1,000 vouchers "
        f"({told.vouchers:,} vouchers); in campaigns with nothing planted {told.clean_false} for "
        f"{told.clean_vouchers:,} vouchers.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table, or put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=HELD_OUT)
    parser.add_argument("--campaigns", type=int, default=120)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    told = table(measured(asked.first, asked.campaigns), asked.first, asked.campaigns)
    if not asked.write:
        sys.stdout.write(told + "\n")
        return
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
