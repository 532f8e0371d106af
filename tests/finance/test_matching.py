"""Which claim is for which redemption: the rules in small tables, and what always holds."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.finance.reconciliation.matching import (
    ClaimLine,
    ClaimMatch,
    Redemption,
    agreed,
    match_voucher,
)

STATUSES = ("", "", "", "reversed", "settled-before", "another-retailer")


def claim(
    line: int, amount: int, receipt: str | None = None, date: str | None = None,
    store: str | None = None,
) -> ClaimLine:
    return ClaimLine(line, amount, receipt, date, store)


def redemption(
    seq: int, amount: int, receipt: str = "R1", date: str = "2022-08-20", store: str = "s1",
    status: str = "",
) -> Redemption:
    return Redemption(bytes([seq]), seq, amount, receipt, date, store, status)


def told(
    claims: list[ClaimLine], redemptions: list[Redemption],
) -> dict[int, tuple[str, list[int]]]:
    """Line: outcome and the redemptions' numbers."""
    return {
        match.claim.line: (match.outcome, [one.seq for one in match.redemptions])
        for match in match_voucher(claims, redemptions)
    }


def test_a_claim_of_the_redeemed_amount_matches_whatever_its_receipt() -> None:
    assert told([claim(1, 500)], [redemption(1, 500)]) == {1: ("matched", [1])}
    assert told([claim(1, 500, "R9")], [redemption(1, 500)]) == {1: ("matched", [1])}


def test_the_receipt_decides_between_redemptions_of_one_amount() -> None:
    parts = [redemption(1, 500, "R1"), redemption(2, 500, "R2")]
    assert told([claim(1, 500, "R2")], parts) == {1: ("matched", [2])}
    assert told([claim(1, 500, "R2"), claim(2, 500, "R1")], parts) == {
        1: ("matched", [2]), 2: ("matched", [1]),
    }


def test_a_receipts_number_is_read_without_leading_zeros_and_only_at_its_store() -> None:
    parts = [redemption(1, 500, "R1"), redemption(2, 500, "000412", store="s2")]
    assert told([claim(1, 500, "412")], parts) == {1: ("matched", [2])}
    assert told([claim(1, 500, "412", store="s1")], parts) == {1: ("matched", [1])}


def test_the_date_decides_where_no_receipt_does() -> None:
    parts = [redemption(1, 500, "R1", "2022-08-20"), redemption(2, 500, "R2", "2022-08-25")]
    assert told([claim(1, 500, None, "2022-08-25")], parts) == {1: ("matched", [2])}


def test_a_line_of_the_right_receipt_and_a_wrong_amount_differs() -> None:
    parts = [redemption(1, 500, "R1"), redemption(2, 900, "R2")]
    assert told([claim(1, 900, "R1"), claim(2, 900, "R2")], parts) == {
        1: ("amount-differs", [1]), 2: ("matched", [2]),
    }


def test_one_claim_may_cover_several_redemptions_of_its_voucher() -> None:
    parts = [redemption(1, 500, "R1"), redemption(2, 900, "R2", "2022-08-22")]
    assert told([claim(1, 1400, "R1")], parts) == {1: ("matched", [1, 2])}


def test_a_claim_covers_the_redemptions_of_its_day_and_another_the_rest() -> None:
    parts = [redemption(1, 500, "R1"), redemption(2, 900, "R2"),
             redemption(3, 100, "R3", "2022-08-25")]
    claims = [claim(1, 1400, None, "2022-08-20"), claim(2, 100, None, "2022-08-25")]
    assert told(claims, parts) == {1: ("matched", [1, 2]), 2: ("matched", [3])}


def test_a_last_claim_covers_all_that_is_left_if_that_is_nearer() -> None:
    parts = [redemption(1, 500, "R1"), redemption(2, 900, "R2")]
    assert told([claim(1, 1500)], parts) == {1: ("amount-differs", [1, 2])}
    assert told([claim(1, 950)], parts) == {1: ("amount-differs", [2])}


def test_the_second_line_for_one_redemption_is_billed_twice_and_names_the_first() -> None:
    twice = match_voucher([claim(1, 500, "R1"), claim(2, 500, "R1")], [redemption(1, 500)])
    assert [(one.claim.line, one.outcome, one.first_line) for one in twice] == [
        (1, "matched", None), (2, "billed-twice", 1),
    ]


@pytest.mark.parametrize("status", ["reversed", "settled-before", "another-retailer"])
def test_a_claim_for_what_cannot_be_paid_says_why(status: str) -> None:
    assert told([claim(1, 500)], [redemption(1, 500, status=status)]) == {1: (status, [1])}
    other_amount = match_voucher([claim(1, 700)], [redemption(1, 500, status=status)])
    assert other_amount[0].outcome == status
    assert other_amount[0].payable_minor == 0


def test_a_receipt_that_was_reversed_is_not_another_redemption_of_that_amount() -> None:
    parts = [redemption(1, 500, "R1", status="reversed"), redemption(2, 500, "R2")]
    assert told([claim(1, 500, "R1")], parts) == {1: ("reversed", [1])}
    assert told([claim(1, 500)], parts) == {1: ("matched", [2])}


def test_a_receipt_done_again_after_a_reversal_matches_what_stands() -> None:
    parts = [redemption(1, 500, "R1", status="reversed"), redemption(2, 500, "R1")]
    assert told([claim(1, 500, "R1")], parts) == {1: ("matched", [2])}


def test_a_voucher_never_redeemed_is_not_redeemed() -> None:
    assert told([claim(1, 500), claim(2, 500)], []) == {
        1: ("not-redeemed", []), 2: ("not-redeemed", []),
    }


def test_what_a_settlement_holds_is_taken() -> None:
    held = agreed(claim(1, 500), [redemption(1, 500)])
    again = match_voucher([claim(2, 500)], [redemption(2, 700)], [held])
    assert [(one.claim.line, one.outcome) for one in again] == [(2, "amount-differs")]
    assert match_voucher([claim(2, 500)], [], [held])[0].outcome == "billed-twice"


@pytest.mark.parametrize("lines", [(1, 2), (2, 1)])
def test_of_two_lines_equally_far_off_the_same_one_wins_in_any_order(
    lines: tuple[int, int],
) -> None:
    matches = match_voucher(
        [claim(lines[0], 100), claim(lines[1], 300)], [redemption(1, 200)]
    )
    assert {one.claim.amount_minor: one.outcome for one in matches} == {
        100: "amount-differs", 300: "billed-twice",
    }
    backwards = match_voucher(
        [claim(lines[1], 300), claim(lines[0], 100)], [redemption(1, 200)]
    )
    assert {one.claim.amount_minor: one.outcome for one in backwards} == {
        100: "amount-differs", 300: "billed-twice",
    }


CLAIMS = st.lists(
    st.tuples(
        st.sampled_from([100, 200, 300, 500]), st.sampled_from([None, "R1", "R2", "R3"]),
        st.sampled_from([None, "2022-08-20", "2022-08-21"]), st.sampled_from([None, "s1", "s2"]),
    ), max_size=6,
)
REDEMPTIONS = st.lists(
    st.tuples(
        st.sampled_from([100, 200, 300]), st.sampled_from(["R1", "R2", "R3"]),
        st.sampled_from(["2022-08-20", "2022-08-21"]), st.sampled_from(["s1", "s2"]),
        st.sampled_from(STATUSES),
    ), max_size=6,
)


def _made(
    said: list[Any], parts: list[tuple[int, str, str, str, str]],
) -> tuple[list[ClaimLine], list[Redemption]]:
    claims = [ClaimLine(number, *one) for number, one in enumerate(said, 1)]
    redemptions = [Redemption(bytes([seq]), seq, *one) for seq, one in enumerate(parts, 1)]
    return claims, redemptions


@given(CLAIMS, REDEMPTIONS)
def test_every_claim_has_one_outcome_and_every_redemption_at_most_one_claim(
    said: list[tuple[int, str | None, str | None, str | None]],
    parts: list[tuple[int, str, str, str, str]],
) -> None:
    claims, redemptions = _made(said, parts)
    matches = match_voucher(claims, redemptions)
    assert sorted(match.claim.line for match in matches) == [one.line for one in claims]
    paid = Counter(
        one.entry for match in matches for one in match.redemptions
        if match.outcome in ("matched", "amount-differs")
    )
    assert all(count == 1 for count in paid.values())
    open_ones = {one.entry for one in redemptions if one.status == ""}
    assert set(paid) <= open_ones


@given(CLAIMS, REDEMPTIONS)
def test_never_is_more_payable_than_claimed_or_redeemed(
    said: list[tuple[int, str | None, str | None, str | None]],
    parts: list[tuple[int, str, str, str, str]],
) -> None:
    claims, redemptions = _made(said, parts)
    matches = match_voucher(claims, redemptions)
    for match in matches:
        redeemed = sum(one.amount_minor for one in match.redemptions if one.status == "")
        assert match.payable_minor <= match.claim.amount_minor
        if match.outcome in ("matched", "amount-differs"):
            assert match.redeemed_minor == redeemed
            assert (match.outcome == "matched") == (redeemed == match.claim.amount_minor)
        else:
            assert match.payable_minor == 0
    assert sum(match.payable_minor for match in matches) <= sum(
        one.amount_minor for one in redemptions if one.status == ""
    )


@given(CLAIMS, REDEMPTIONS, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_rows_does_not_matter(
    said: list[tuple[int, str | None, str | None, str | None]],
    parts: list[tuple[int, str, str, str, str]], order: random.Random,
) -> None:
    claims, redemptions = _made(said, parts)
    numbered = {one.line: one for one in claims}
    shuffled = list(said)
    order.shuffle(shuffled)
    again, rows = _made(shuffled, parts)
    order.shuffle(rows)

    def shown(matches: list[ClaimMatch], lines: dict[int, Any]) -> Counter[Any]:
        return Counter(
            (lines[match.claim.line][1:], match.outcome,
             tuple(one.entry for one in match.redemptions))
            for match in matches
        )

    assert shown(match_voucher(claims, redemptions), numbered) == shown(
        match_voucher(again, rows), {one.line: one for one in again}
    )


@given(REDEMPTIONS)
def test_a_bill_that_copies_the_journal_matches_line_by_line(
    parts: list[tuple[int, str, str, str, str]],
) -> None:
    _, redemptions = _made([], [(*part[:1], f"U{number}", *part[2:4], "")
                                for number, part in enumerate(parts)])
    claims = [
        ClaimLine(one.seq, one.amount_minor, one.receipt, one.date, one.store)
        for one in redemptions
    ]
    matches = match_voucher(claims, redemptions)
    assert {match.outcome for match in matches} <= {"matched"}
    assert all(match.claim.line == match.redemptions[0].seq for match in matches)
