"""Amounts as people type them, in currencies with two, three and no digits after the point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.currencies import EXPONENTS
from cbi.base.errors import UsageError
from cbi.base.money import parse_amount, plain_amount


@pytest.mark.parametrize(("text", "currency", "minor"), [
    ("1,25", "KZT", 125), ("1.5", "KZT", 150), ("0,5", "KZT", 50), ("15 000,50", "KZT", 1_500_050),
    ("1,250.50", "KZT", 125_050), ("1,250,000", "KZT", 125_000_000),
    ("\u06f1\u066c\u06f2\u06f5\u06f0\u066b\u06f5", "AFN", 125_050),
    ("15000 KZT", "KZT", 1_500_000), ("1000.500", "JOD", 1_000_500), ("1.500", "KWD", 1_500),
    ("1000,500", "BHD", 1_000_500), ("1,250", "XOF", 1_250),
    ("700.00", "XOF", 700),
    ("5000000 тенге", "KZT", 500_000_000), ("KZT 5,000,000", "KZT", 500_000_000),
    ("5 000 000 ₸", "KZT", 500_000_000), ("5 000,50 тг.", "KZT", 500_050),
    ("тг. 500", "KZT", 50_000),
    ("15000 kzt", "KZT", 1_500_000), ("$1,250.50", "USD", 125_050), ("300 som", "KGS", 30_000),
    ("300 so'm", "UZS", 30_000), ("700 XOF", "XOF", 700), ("KZT 15 000 тенге", "KZT", 1_500_000),
])
def test_amounts_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(("text", "currency", "thousands", "fraction"), [
    ("0,500", "KZT", "500", "0.50"), ("1,250", "KZT", "1250", "1.25"),
    ("1.250", "KZT", "1250", "1.25"), ("1,500", "JOD", "1500", "1.500"),
    ("12,345 KZT", "KZT", "12345", "12.34"),
])
def test_what_may_mean_two_things_is_asked_with_both(
    text: str, currency: str, thousands: str, fraction: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        parse_amount(text, currency)
    assert refused.value.code == "base.amount-two-readings"
    assert (refused.value.facts["thousands"], refused.value.facts["fraction"]) == (
        thousands, fraction)
    assert parse_amount(thousands, currency) != parse_amount(fraction, currency)


@pytest.mark.parametrize(("text", "currency", "named"), [
    ("5000 USD", "KZT", "USD"), ("$5000", "KZT", "USD"), ("5000 тенге", "AFN", "KZT"),
    ("5 000 руб.", "KZT", "RUB"), ("KZT 5000 $", "KZT", "USD"), ("500 som", "KZT", "KGS"),
])
def test_an_amount_that_names_another_currency_is_refused_by_it(
    text: str, currency: str, named: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        parse_amount(text, currency)
    assert refused.value.code == "base.amount-other-currency"
    assert refused.value.facts == {"text": text, "named": named, "currency": currency}


def test_the_writers_own_mark_leaves_one_reading() -> None:
    assert parse_amount("1,250", "KZT", ",") == 125
    assert parse_amount("1,250", "KZT", ".") == 125_000
    assert parse_amount("1.250", "KZT", ",") == 125_000
    assert parse_amount("1.250,50", "KZT", ",") == 125_050
    assert parse_amount("1,500", "JOD", ",") == 1_500


@pytest.mark.parametrize(("text", "currency", "code"), [
    ("0,005", "KZT", "leading-zeros"), ("007", "KZT", "leading-zeros"),
    ("00", "KZT", "leading-zeros"), ("0,500", "XOF", "leading-zeros"),
    (".50", "XOF", "unreadable"), ("1,2,3", "KZT", "unreadable"), ("-5", "KZT", "unreadable"),
    ("7.50", "XOF", "too-fine"), ("1.250,50", "KZT", "unreadable"),
    ("1.250.000", "KZT", "unreadable"), ("1.250", "JPY", "too-fine"),
    ("1.2345", "JOD", "too-fine"), ("0", "KZT", "not-positive"),
    ("5000 apples", "KZT", "unreadable"), ("тенге", "KZT", "unreadable"),
    ("5000 млн тенге", "KZT", "unreadable"), ("5 тыс", "KZT", "unreadable"),
])
def test_what_cannot_be_an_amount_is_refused_by_its_reason(
    text: str, currency: str, code: str,
) -> None:
    with pytest.raises(UsageError, match=f"amount-{code}"):
        parse_amount(text, currency)


@pytest.mark.parametrize("currency", ["KTZ", "kzt", "", "XAU", "XXX"])
def test_a_currency_that_iso_does_not_know_is_refused(currency: str) -> None:
    with pytest.raises(UsageError, match="currency-unknown"):
        parse_amount("100", currency)


def test_digits_follow_iso_4217() -> None:
    assert [EXPONENTS[code] for code in ("KZT", "AFN", "IQD", "JOD", "XOF", "JPY")] == [
        2, 2, 3, 3, 0, 0]


@given(st.integers(1, 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    assert parse_amount(plain_amount(minor, currency, group=" "), currency) == minor
    assert parse_amount(plain_amount(minor, currency, group=""), currency) == minor
