"""Every listing on a small screen: no value is lost, none is cut; and each command that lists runs.

The first draws tables of the kinds of values that cbi has; the second finds the commands
themselves, so that a new one is looked at too.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from cbi.cli.commands import COMMANDS, build_root
from cbi.operators.permissions import ROLES
from tests.conftest import World
from tests.lines import TypedIn

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals there", allow_module_level=True)

from cbi.cli.views.listing import show_listing
from tests.screen import screen

WHOLE = [
    "KZ22-R1-{:06}", "MAGNUM-S1/KZ22-R1-{:06}/3", "B-{:03}-534-677", "{:04}-08-16",
    "{:04}-08-16 09:02", "{}\u00a0690\u00a0000\u00a0тенге", "{}115", "-{}\u00a0500,50\u00a0тенге",
]
"""Numbers, days and amounts: each stays in one piece."""
NAMES = [
    "\u2068رویا هاشمی {}\u2069", "Roia Hashimi / Роя Хашими {}", "администратор, аудитор {}",
    "Magnum, ул. Серебряный ручей, {}", "{} магазин ещё не прислал реестра",
    "Unit{:050}",
]
"""What may be folded, but of which no letter is lost."""
ELSEWHERE = {("referral", "list"), ("laptop", "list")}
"""What takes a key or a laptop's own folder."""
CODES = {*ROLES, "food", "nonfood", "non-food", "issued", "active", "blocked", "void", "expired",
         "draft", "approved", "open", "closed", "enrolled", "eligible"}
"""What a Russian reader is shown as a word."""
WHO = ("manager1", "admin1", "finance1", "auditor1")


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[tuple[str, bool]]], list[int]]:
    """Rows of cells, no two of them alike, each with whether it stays whole; and the ranks of their
    columns, of which the first always shows."""
    wide, deep = draw(st.integers(1, 9)), draw(st.integers(1, 4))
    kinds = draw(st.lists(st.booleans(), min_size=wide, max_size=wide))
    numbers = iter(range(101, 999))
    rows = [
        [(draw(st.sampled_from(WHOLE if kind else NAMES)).format(next(numbers)), kind)
         for kind in kinds] for _ in range(deep)
    ]
    return rows, [0] + [draw(st.integers(0, 3)) for _ in kinds[1:]]


@given(drawn=tables(), size=st.sampled_from([(80, 24), (40, 20)]))
@settings(deadline=None, max_examples=150)
def test_no_value_is_lost_or_cut(
    drawn: tuple[list[list[tuple[str, bool]]], list[int]], size: tuple[int, int],
) -> None:
    rows, ranks = drawn
    titles = [f"Титул{place}" for place in range(len(ranks))]
    left: list[str] = []

    def named(names: str) -> str:
        left.extend(names.split(", "))
        return f"Left out: {names}"

    with screen(*size) as shown:
        show_listing(titles, [[cell for cell, _ in cells] for cells in rows], ranks, named)
    assert shown.widest <= size[0]
    assert not {titles[place] for place, rank in enumerate(ranks) if rank == 0} & set(left)
    told = "\n".join(shown.lines)
    for cells in rows:
        for title, (cell, whole) in zip(titles, cells, strict=True):
            if title in left:
                assert title in told, "what is left out is named"
            else:
                assert all(unit in told for unit in ([cell] if whole else pieces(cell))), told


def pieces(cell: str) -> list[str]:
    """What of a cell stands on one line wherever it is folded: its words without their marks."""
    return [word.strip("\u2068\u2069")[:8] for word in cell.split()]


def listings() -> Iterator[tuple[str, str]]:
    """The commands named for what they list that need no argument."""
    root: Any = build_root()
    for name in COMMANDS:
        for inner, command in getattr(root.get_command(Context(), name), "commands", {}).items():
            if inner in ("list", "shifts", "conflicts") and not any(
                one.required for one in command.params
            ):
                yield name, inner


class Context:
    """All of a command's surroundings that building it asks for."""

    obj = None


@pytest.fixture
def engine() -> str:
    """What is drawn is no matter of the engine."""
    return "sqlite"


def test_every_listing_fits_a_small_screen_with_each_record_by_its_name(
    lived: World, cbi: TypedIn,
) -> None:
    found = list(listings())
    assert len(found) > 20
    for line in found:
        who = next((one for one in WHO if cbi(*line, who=one)[0] == 0), None)
        if who is None:
            assert line in ELSEWHERE, (line, cbi(*line)[2])
            continue
        rows = cbi(*line, who=who, lang="ru")[1].splitlines()[1:]
        with screen(40, 20) as shown:
            assert cbi(*line, who=who, lang="ru")[0] == 0
        told = "".join("".join(shown.lines).split())
        said = set(re.split(r"[\s,;]+", "\n".join(shown.lines)))
        assert not said & CODES, (line, said & CODES)
        for row in rows:
            if "\t" in row:
                assert "".join(row.partition("\t")[0].split()) in told, (line, row)
        assert all(cell_len(one) <= 40 or "cbi " in one for one in shown.lines), (line, shown.lines)
