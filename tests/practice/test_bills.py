"""What is planted in a bill is told, complete and true; and matching finds just that."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.files import read_table
from cbi.finance.reading.structure import contents
from cbi.finance.reading.structure.layouts import find_layout
from cbi.finance.reconciliation.matching import (
    AMOUNT_DIFFERS,
    ANOTHER_RETAILER,
    ANOTHER_STORE,
    BILLED_ELSEWHERE,
    BILLED_TWICE,
    DAY_DIFFERS,
    IMPOSSIBLE_DAY,
    MATCHED,
    MISTYPED,
    NOT_REDEEMED,
    OUTCOMES,
    OUTSIDE_PERIOD,
    RECEIPT_DIFFERS,
    RECEIPT_OVER,
    RECEIPT_USED,
    REVERSED,
    SETTLED_BEFORE,
    UNKNOWN,
    ClaimLine,
    Redemption,
    match_voucher,
)
from cbi.practice.bills import UNBILLED, Bill, Redeemed, make_bill
from cbi.practice.shop_files import write_statement
from tests.countries import KZ

LOOKED_UP = {
    IMPOSSIBLE_DAY, ANOTHER_STORE, RECEIPT_USED, RECEIPT_OVER, OUTSIDE_PERIOD, BILLED_ELSEWHERE,
    RECEIPT_DIFFERS, DAY_DIFFERS,
}
"""What a line and its voucher alone do not tell: the ledger or another statement does."""
ALL = (*(outcome for outcome in OUTCOMES if outcome not in {MATCHED, *LOOKED_UP}), UNBILLED)


def redeemed(count: int, *, seed: int = 0) -> list[Redeemed]:
    """Redemptions at two retailers: reversed, settled before, in parts and plain."""
    made = []
    for number in range(count):
        other = number % 7 == 6
        made.append(Redeemed(
            f"KZ22-R1-{number - (number % 10 == 3):06d}", "tulpar" if other else "magnum",
            "tulpar-semey-1" if other else f"magnum-semey-{number % 2 + 1}",
            f"2022-08-{16 + number * 13 // count:02d}", f"{number + 500:06d}",
            (300 + (number * 7 + seed) % 40 * 5) * 5_000, reversed=number % 12 == 5,
            settled=number % 9 == 4 and number % 12 != 5 and not other,
        ))
    return made


REDEEMED = redeemed(400)
NAMES = {"magnum-semey-1": "Magnum, ул. Речная, 5"}
UNSPENT = [f"KZ22-R1-{number:06d}" for number in range(500, 520)]


def found_in(bill: Bill, redemptions: list[Redeemed]) -> Any:
    """What matching says of each line, by number, and the redemptions that nobody claimed."""
    statuses = {True: REVERSED}
    ledger = defaultdict(list)
    for seq, one in enumerate(redemptions):
        status = statuses.get(one.reversed, "")
        if not status and one.settled:
            status = SETTLED_BEFORE
        if one.retailer != bill.retailer:
            status = ANOTHER_RETAILER
        ledger[one.serial].append(Redemption(
            seq.to_bytes(16, "big"), seq, one.amount_minor, one.receipt, one.day, one.store, status
        ))
    claims = defaultdict(list)
    outcomes, claimed = {}, set()
    for line in bill.lines:
        if len(line.voucher.rpartition("-")[2]) < 6:
            outcomes[line.number] = MISTYPED
        elif line.voucher not in ledger and line.voucher not in UNSPENT:
            outcomes[line.number] = UNKNOWN
        else:
            claims[line.voucher].append(ClaimLine(
                line.number, line.amount_minor, line.receipt, line.day, line.store
            ))
    for serial, lines in claims.items():
        for match in match_voucher(lines, ledger.get(serial, [])):
            outcomes[match.claim.line] = match.outcome
            if match.outcome in (MATCHED, AMOUNT_DIFFERS):
                claimed |= {one.entry for one in match.redemptions}
    left = [
        (serial, one.amount_minor) for serial, listed in ledger.items() for one in listed
        if one.status == "" and one.entry not in claimed
    ]
    return outcomes, left


def assert_told_truly(bill: Bill, redemptions: list[Redeemed]) -> None:
    """The told truth is what matching finds: no more, no less."""
    outcomes, left = found_in(bill, redemptions)
    told = {planted.line: planted.outcome for planted in bill.planted if planted.line is not None}
    wrong = {line: outcome for line, outcome in outcomes.items() if outcome != MATCHED}
    assert wrong == told
    unbilled = [
        (planted.serial, planted.redeemed_minor) for planted in bill.planted
        if planted.outcome == UNBILLED
    ]
    assert sorted(left) == sorted(unbilled)


def test_every_way_to_fail_is_planted_as_often_as_asked_and_found() -> None:
    bill = make_bill(3, "magnum", REDEEMED, UNSPENT, each=3)
    counted = Counter(planted.outcome for planted in bill.planted)
    assert set(counted) == set(ALL)
    assert all(counted[outcome] == 3 for outcome in ALL if outcome != UNBILLED)
    assert counted[UNBILLED] == 3 + 3  # what is mistyped is not billed either
    assert_told_truly(bill, REDEEMED)


def test_amounts_differ_both_ways() -> None:
    bill = make_bill(3, "magnum", REDEEMED, UNSPENT, each={AMOUNT_DIFFERS: 4})
    differing = [planted for planted in bill.planted if planted.outcome == AMOUNT_DIFFERS]
    assert Counter(planted.detail for planted in differing) == {"higher": 2, "lower": 2}
    for planted in differing:
        higher = planted.claimed_minor > planted.redeemed_minor
        assert higher == (planted.detail == "higher")
        assert planted.claimed_minor > 0
    assert {planted.outcome for planted in bill.planted} == {AMOUNT_DIFFERS}


def test_the_same_seed_gives_the_same_bill() -> None:
    first = make_bill(3, "magnum", REDEEMED, UNSPENT)
    assert make_bill(3, "magnum", REDEEMED, UNSPENT) == first
    assert make_bill(4, "magnum", REDEEMED, UNSPENT) != first


def test_nothing_planted_is_a_bill_that_holds() -> None:
    bill = make_bill(1, "magnum", REDEEMED, UNSPENT, each=0)
    assert bill.planted == ()
    own = [one for one in REDEEMED
           if one.retailer == "magnum" and not one.reversed and not one.settled]
    assert len(bill.lines) == len(own)
    assert bill.claimed_minor == sum(one.amount_minor for one in own)
    assert_told_truly(bill, REDEEMED)


def test_lines_are_numbered_in_the_order_of_days() -> None:
    bill = make_bill(3, "magnum", REDEEMED, UNSPENT)
    assert [line.number for line in bill.lines] == list(range(1, len(bill.lines) + 1))
    assert [line.day for line in bill.lines] == sorted(line.day for line in bill.lines)


@pytest.mark.parametrize("redemptions", [[], redeemed(1), redeemed(3)])
def test_a_small_ledger_gets_as_many_mistakes_as_it_has_room_for(
    redemptions: list[Redeemed],
) -> None:
    bill = make_bill(1, "magnum", redemptions, UNSPENT[:1] if redemptions else [], each=5)
    assert_told_truly(bill, redemptions)


@given(
    st.integers(0, 50), st.integers(1, 120),
    st.dictionaries(st.sampled_from(ALL), st.integers(0, 6)),
)
def test_the_told_truth_is_what_is_found(seed: int, count: int, each: dict[str, int]) -> None:
    redemptions = redeemed(count, seed=seed)
    assert_told_truly(make_bill(seed, "magnum", redemptions, UNSPENT, each=each), redemptions)


def test_the_statements_file_has_its_headings_in_row_eight_and_its_total_below(
    tmp_path: Path,
) -> None:
    bill = make_bill(3, "magnum", REDEEMED, UNSPENT)
    path = tmp_path / "statement.xlsx"
    write_statement(
        path, bill, retailer="Magnum Cash&Carry", stores=NAMES,
        period=("2022-08-16", "2022-08-31"), by_hand=frozenset({"magnum-semey-2"}),
    )
    table = read_table(path)
    layout = find_layout(table, {}, contents.ColumnReading("KZT", KZ.money, lambda _text: False))
    assert layout is not None
    assert table.rows[layout.heading].number == 8
    assert table.rows[layout.heading].cells[:6] == (
        "№", "Дата", "Магазин", "Чек", "Номер ваучера", "Сумма"
    )
    lines = table.rows[layout.heading + 1 :]
    assert len(lines) == len(bill.lines) + 2
    assert lines[-2].cells[4:6] == ("Итого:", bill.claimed_minor / 100)
    by_hand = [row for row in lines if row.cells[2] == "magnum-semey-2"]
    assert by_hand
    assert all(str(row.cells[5]).endswith(",00") for row in by_hand)
    named = [row for row in lines if row.cells[2] == "Magnum, ул. Речная, 5"]
    assert all(isinstance(row.cells[5], float | int) for row in named)
    assert len(by_hand) + len(named) == len(bill.lines)
    first = path.read_bytes()
    write_statement(
        path, bill, retailer="Magnum Cash&Carry", stores=NAMES,
        period=("2022-08-16", "2022-08-31"), by_hand=frozenset({"magnum-semey-2"}),
    )
    assert path.read_bytes() == first


def test_every_outcome_there_is_can_be_planted() -> None:
    assert set(ALL) == {
        AMOUNT_DIFFERS, UNKNOWN, MISTYPED, NOT_REDEEMED, BILLED_TWICE, SETTLED_BEFORE,
        ANOTHER_RETAILER, REVERSED, UNBILLED,
    }
