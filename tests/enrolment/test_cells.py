"""Cells by their own rules: phones, documents, sex, yes and no; what was destroyed is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import UsageError
from cbi.enrolment.values.cells import (
    read_consent_way,
    read_language,
    read_phones,
    read_sex,
    read_yes,
    text_of,
    told,
)
from cbi.enrolment.values.counts import read_count
from cbi.enrolment.values.documents import read_document
from tests.countries import KZ
from tests.there import there


def code_of(call: Callable[..., object], *args: Any) -> str:
    with pytest.raises(UsageError) as refused:
        call(*args)
    return refused.value.code.rpartition(".")[2]


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("+7 701 000 00 01", ["+77010000001"]), ("8 701 000 00 01", ["+77010000001"]),
        ("8(701)000-00-01", ["+77010000001"]), ("7010000001", ["+77010000001"]),
        ("77010000001", ["+77010000001"]), (77010000001.0, ["+77010000001"]),
        (7010000001.0, ["+77010000001"]), ("۸۷۰۱۰۰۰۰۰۰۱", ["+77010000001"]),
        ("٨٧٠١٠٠٠٠٠٠١", ["+77010000001"]), ("+7\u00a0701\u200b0000001", ["+77010000001"]),
        ("8 701 000 00 01 (жена)", ["+77010000001"]), ("+93 70 123 4567", ["+93701234567"]),
        ("0701234567", ["+93701234567"]), ("0093701234567", ["+93701234567"]),
        ("8 701 000 00 01, 8 702 000 00 02", ["+77010000001", "+77020000002"]),
        ("87010000001 / 87020000002", ["+77010000001", "+77020000002"]),
        ("87010000001; 87010000001", ["+77010000001"]),
        ("87010000001\n87020000002", ["+77010000001", "+77020000002"]),
        (None, []), ("-", []), ("нет", []), ("ندارد", []), ("no phone", []), ("0", []),
    ],
)
def test_phones_are_read_in_every_dress(cell: str | float | None, phones: list[str]) -> None:
    assert list(read_phones(cell, "KZ")) == phones


@pytest.mark.parametrize(
    ("cell", "region", "phone"),
    [
        ("0712 009 616", "KE", "+254712009616"), ("0333-0004521", "PK", "+923330004521"),
        ("03/123456", "LB", "+9613123456"), ("0700 123 456", "KZ", "+93700123456"),
    ],
)
def test_a_zero_before_is_ones_own_country_where_numbers_begin_so(
    cell: str, region: str, phone: str,
) -> None:
    assert read_phones(cell, region, "AF") == (phone,)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("7.70123E+10", "cell-scientific"), ("7,70123E+10", "cell-scientific"),
        (77012300000.0, "cell-scientific"), (7.7e15, "cell-scientific"),
        (701234567.0, "zeros-lost"), ("12345", "phone-unreadable"), ("mobile", "phone-unreadable"),
        ("+7 701 000 00 01 23 45", "phone-unreadable"), (True, "cell-not-text"),
        (date(1990, 5, 12), "cell-became-date"), ("#N/A", "cell-error-value"),
    ],
)
def test_a_phone_that_was_destroyed_or_is_none_is_refused(cell: Any, code: str) -> None:
    assert code_of(read_phones, cell, "KZ") == code


@pytest.mark.parametrize(
    ("cell", "kind", "found", "number"),
    [
        ("1401-3679-35980", "tazkira", "tazkira", "1401367935980"),
        ("۱۴۰۱-۳۶۷۹-۳۵۹۸۰", "tazkira", "tazkira", "1401367935980"),
        (1401367935980.0, "tazkira", "tazkira", "1401367935980"),
        ("Vol. 3 p. 5 no. 77", "tazkira", "tazkira", "3 5 77"),
        ("جلد ۳ صفحه ۵ ثبت ۷۷", "tazkira", "tazkira", "3 5 77"),
        ("12345", "tazkira", "tazkira", "12345"),
        ("p 01234567", "passport", "passport", "P01234567"),
        ("Р01234567", "passport", "passport", "P01234567"),
        ("KZ-RC-723036", "refugee-certificate", "refugee-certificate", "KZRC723036"),
        ("061211600012", "national-number", "iin", "061211600012"),
        ("900101300007", "national-number", "iin", "900101300007"),
        ("900101300811", "national-number", "iin", "900101300811"),
        (900101300811.0, "national-number", "iin", "900101300811"),
        ("061211 600012", "document", "iin", "061211600012"),
        ("1401-3679-35980", "document", "tazkira", "1401367935980"),
        ("P01234567", "document", "passport", "P01234567"),
        ("XX/12/777", "document", "other", "XX12777"),
        ("Passport № P01234567", "document", "passport", "P01234567"),
        ("паспорт: P 01234567", "document", "passport", "P01234567"),
        ("tazkira 1401-3679-35980", "passport", "tazkira", "1401367935980"),
        ("ID card 55-777", "document", "other", "55777"),
    ],
)
def test_documents_are_read_by_kind(cell: str | float, kind: str, found: str, number: str) -> None:
    document = there(read_document(cell, kind, KZ))
    assert (document.kind, document.number) == (found, number)


@pytest.mark.parametrize("cell", [None, "", "нет", "-", "N/A", "ندارد"])
def test_no_document_is_none(cell: str | None) -> None:
    assert read_document(cell, "passport", KZ) is None


@pytest.mark.parametrize(
    ("cell", "kind", "code"),
    [
        (61211600013.0, "national-number", "zeros-lost"),
        ("61211600012", "national-number", "national-length"),
        ("900101300812", "national-number", "national-check"),
        ("900101300801", "national-number", "national-check"),
        ("1.40136E+12", "tazkira", "cell-scientific"), (1.40136e12, "tazkira", "cell-scientific"),
        (367935980123.0, "tazkira", "zeros-lost"),
        (date(2022, 1, 3), "tazkira", "cell-became-date"),
        ("lost", "passport", "document-unreadable"), (12.5, "document", "cell-scientific"),
        ("1" * 80, "document", "document-unreadable"),
    ],
)
def test_a_document_that_was_destroyed_or_is_mistyped_is_refused(
    cell: float | str | date, kind: str, code: str,
) -> None:
    assert code_of(read_document, cell, kind, KZ) == code


@pytest.mark.parametrize(
    ("words", "sex"),
    [
        ("F f female Woman ж Ж. жен женский Женщина әйел қыз زن مونث اناث ښځه ښځینه", "f"),
        ("M m male man м муж мужской Мужчина ер еркек ұл مرد مذکر ذکور نر نارینه", "m"),
    ],
)
def test_sex_is_read_in_five_languages(words: str, sex: str) -> None:
    assert {read_sex(word) for word in words.split()} == {sex}


def test_sex_that_is_not_said_is_empty_and_a_number_is_no_sex() -> None:
    assert {read_sex(cell) for cell in (None, "", "-", "other", "не указан")} == {""}
    assert code_of(read_sex, "1") == "sex-unreadable"


def test_yes_and_no_are_read_in_five_languages() -> None:
    yes: list[Any] = ["yes", "Да", "иә", "بلی", "هو", True, "1", 1.0, "+", "TRUE"]
    no: list[Any] = ["no", "Нет", "жоқ", "نخیر", "نه", False, "0", 0.0, "-"]
    assert {read_yes(cell) for cell in yes} == {True}
    assert {read_yes(cell) for cell in no} == {False}
    assert read_yes(None) is None
    assert code_of(read_yes, "perhaps") == "yes-unreadable"


def test_how_consent_was_given_is_read() -> None:
    assert read_consent_way("Подпись") == "signature"
    assert read_consent_way("نشان انگشت") == "thumbprint"
    assert read_consent_way("устно") == "spoken"
    assert read_consent_way("yes") == "spoken"
    assert read_consent_way("нет") == ""
    assert read_consent_way(None) is None
    assert code_of(read_consent_way, "maybe") == "consent-unreadable"


def test_counts_and_languages_are_read() -> None:
    assert [read_count(cell, 99) for cell in ("5", 5.0, "۵", None, "-")] == [5, 5, 5, None, None]
    assert code_of(read_count, "0.5", 99) == "count-unreadable"
    assert code_of(read_count, "100", 99) == "count-unreadable"
    assert [read_language(word) for word in ("Dari", "пушту", "қазақша", "")] == [
        "fa", "ps", "kk", "",
    ]
    assert code_of(read_language, "Klingon") == "language-unreadable"


def test_text_loses_what_is_not_seen_and_nothing_else() -> None:
    assert text_of("\ufeff Фарид\u00a0\u200bАхмадзай \t") == "Фарид Ахмадзай"
    assert text_of("سیف‌الله") == "سیف‌الله", "a joiner belongs to the word"
    assert text_of(12.0) == "12"
    assert told("N/A") == ""


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.text()))
def test_any_cell_is_read_or_refused(cell: Any) -> None:
    for reader in (
        read_sex, read_yes, read_consent_way, read_language, lambda one: read_phones(one, "KZ"),
        lambda one: read_count(one, 99), lambda one: read_document(one, "document", KZ),
        lambda one: read_document(one, "tazkira", KZ),
        lambda one: read_document(one, "national-number", KZ),
    ):
        try:
            reader(cell)
        except UsageError:
            continue


@pytest.mark.parametrize(
    ("reader", "cell", "meant"),
    [
        (read_sex, "F / زن", "f"), (read_sex, "Мужской (male)", "m"), (read_sex, "زن/Female", "f"),
        (read_yes, "Да, согласна", True), (read_yes, "No / نخیر", False),
        (read_consent_way, "Yes, I agree", "spoken"), (read_language, "Dari / دری", "fa"),
        (read_consent_way, "Подпись (signature)", "signature"),
    ],
)
def test_what_is_said_twice_in_one_cell_is_understood(
    reader: Callable[..., object], cell: str, meant: str,
) -> None:
    assert reader(cell) == meant


@pytest.mark.parametrize(("reader", "cell"), [(read_sex, "M/F"), (read_yes, "yes/no")])
def test_what_says_two_things_is_refused(reader: Callable[..., object], cell: str) -> None:
    assert code_of(reader, cell).endswith("unreadable")


def test_zeros_that_a_check_digit_bears_out_are_put_back() -> None:
    read = there(read_document(61211600012.0, "national-number", KZ))
    assert (read.number, read.as_written) == ("061211600012", "61211600012")
