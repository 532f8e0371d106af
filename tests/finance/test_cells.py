"""What the cells of a statement mean."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import UsageError
from cbi.files import text_of
from cbi.finance.reading.values.amounts import signed_amount
from cbi.finance.reading.values.cells import receipt_text, voucher_named, vouchers_within
from cbi.finance.reading.values.moments import moment_of
from cbi.ledger.vouchers.codes import code_hash, make_codes
from tests.countries import KZ

KEY = b"k" * 32
CODE = make_codes(1, lambda count: bytes(range(40, 40 + count)))[0]


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        (15000, 1_500_000), (15000.0, 1_500_000), (15000.5, 1_500_050), ("15 000", 1_500_000),
        ("15\u00a0000,50", 1_500_050), ("15,000.50", 1_500_050), ("15 000,00 ₸", 1_500_000),
        ("15000 тг.", 1_500_000), ("KZT 15000", 1_500_000), (1234.5600000000001, 123_456),
        ("١٥٠٠٠", 1_500_000),
    ],
)
def test_an_amount_is_read_however_it_is_written(cell: float | str, minor: int) -> None:
    assert signed_amount(cell, "KZT", money=KZ.money) == minor


@pytest.mark.parametrize(
    "cell", ["", "пятнадцать", 0, "0", 15.005, True, None, float("inf"), float("nan"), 10**16],
)
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(UsageError):
        signed_amount(cell, "KZT", money=KZ.money)


@given(st.integers(1, 10**12))
def test_an_amount_survives_a_spreadsheets_floating_point(minor: int) -> None:
    assert signed_amount(minor / 100, "KZT") == minor


@pytest.mark.parametrize(
    "cell",
    ["20.08.2022", "20/08/2022", "2022-08-20", "20.08.22", "20.08.2022 14:33", date(2022, 8, 20),
     datetime(2022, 8, 20, 14, 33, tzinfo=UTC), 44793, 44793.6],
)
def test_a_date_is_read_however_it_is_written(cell: str | int | float | date) -> None:
    assert moment_of(cell).day == "2022-08-20"


def test_an_empty_date_is_none_and_a_wrong_one_is_refused() -> None:
    assert moment_of(None).day is None
    for wrong in ("32.08.2022", "2022-02-30", "вчера", 7):
        with pytest.raises(UsageError):
            moment_of(wrong)


def test_a_whole_number_is_text_without_a_fraction() -> None:
    assert [text_of(cell) for cell in (412.0, 412, " 0412 ", None, 1.5)] == [
        "412", "412", "0412", "", "1.5",
    ]


@pytest.mark.parametrize("text", ["KZ22-R1-000123", "kz22-r1-000123 ", "КZ22–R1–000123"])
def test_a_serial_is_known_in_any_dress(text: str) -> None:
    assert voucher_named(text, lambda: KEY).shown == "KZ22-R1-000123"


def test_a_voucher_among_other_words_is_known_and_several_are_told_apart() -> None:
    told = "Ваучер KZ22-R1-000012, чек 40112"
    assert vouchers_within(told) == ["KZ22-R1-000012"]
    assert voucher_named(told, lambda: KEY).shown == "KZ22-R1-000012"
    assert vouchers_within("KZ22-R1-000012; KZ22-R1-000013") == [
        "KZ22-R1-000012", "KZ22-R1-000013",
    ]
    assert vouchers_within("KZ22-R1-000012") == []


@pytest.mark.parametrize("text", ["№40112", "#40112", "No. 40112", "чек № 40112", "۴۰۱۱۲"])
def test_a_receipts_number_is_read_without_what_says_that_it_is_one(text: str) -> None:
    assert receipt_text(text) == "40112"


def test_a_short_serial_belongs_to_the_one_round_that_ends_so() -> None:
    named = voucher_named("r1-000012", lambda: KEY, ["KZ22-R1", "KZ22-R2"])
    assert named.shown == "KZ22-R1-000012"
    assert voucher_named("KZ22-R1-000012", lambda: KEY, ["KZ22-R1"]).shown == "KZ22-R1-000012"


def test_a_code_is_looked_up_and_never_shown_whole() -> None:
    named = voucher_named("-".join(CODE[at : at + 4] for at in range(0, 16, 4)), lambda: KEY)
    assert named.kind == "code"
    assert named.hashed == code_hash(CODE, KEY)
    assert named.shown == f"…{CODE[-4:]}"


def test_the_key_is_not_asked_for_where_serials_alone_are_read() -> None:
    def no_key() -> bytes:
        raise AssertionError

    assert voucher_named("KZ22-R1-000123", no_key).kind == "serial"
    assert voucher_named("что-то", no_key).kind == "mistyped"


@pytest.mark.parametrize("at", range(16))
def test_a_mistyped_code_shows_no_more_than_its_end(at: int) -> None:
    other = "7" if CODE[at] != "7" else "8"
    named = voucher_named(CODE[:at] + other + CODE[at + 1 :], lambda: KEY)
    assert named.kind == "mistyped"
    assert len(named.shown) == 5


def test_a_short_slip_is_shown_whole_for_it_leads_to_no_code() -> None:
    assert voucher_named("KZ22-R1-0003", lambda: KEY).shown == "KZ22-R1-0003"
