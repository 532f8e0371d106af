"""programme and round as they are typed, and a round's preview in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import UsageError
from cbi.cli.setup.rule_words import (
    read_rule,
    read_takers,
    read_terms,
    show_rule,
    show_terms,
)
from cbi.programmes.rounds import CategoryTerms, EntitlementRule
from tests.lines import TypedIn

ROUND = (
    "round", "add", "KZ22-R2", "--programme", "KZ22", "--from", "2022-10-01", "--until",
    "2022-11-30", "--entitlement", "food:17000:person", "--entitlement", "non-food:25000:household",
    "--retailer", "food:magnum", "--retailer", "food:other", "--retailer", "non-food:magnum",
)
amounts = st.integers(1, 10**9).map(lambda whole: whole * 100)
bands = st.one_of(
    st.just((None, None)), st.tuples(st.integers(0, 40), st.none()),
    st.tuples(st.integers(0, 40), st.integers(41, 99)), st.integers(1, 99).map(lambda n: (n, n)),
)


def test_a_category_that_no_language_has_a_word_for_is_told_as_the_round_is_added(
    cbi: TypedIn,
) -> None:
    def added(code: str, *categories: str) -> str:
        typed = [word for one in categories for word in (
            "--entitlement", f"{one}:17000:person", "--retailer", f"{one}:magnum")]
        code_, out, err = cbi("round", "add", code, "--programme", "KZ22", "--from", "2022-10-01",
                              "--until", "2022-11-30", *typed)
        assert code_ == 0, err
        return out

    assert "tools" in added("KZ22-R3", "tools", "hygiene").partition("Known by name")[0]
    assert "No other language" not in added("KZ22-R4", "hygiene", "winter")


def test_a_programme_is_added_shown_and_set(cbi: TypedIn) -> None:
    code, out, _ = cbi(
        "programme", "add", "KZ23", "--name", "Kazakhstan 2023", "--budget", "60 000 000",
        "--hotline", "111", "--reversal-alone-max", "5000",
    )
    assert code == 0
    assert "KZ23" in out
    assert "reversal-alone-max" not in out
    unsaid = cbi("programme", "add", "KZ24", "--name", "2024", "--budget", "1")[1]
    assert "cbi programme set KZ24 --reversal-alone-max 5000" in unsaid
    shown = cbi("programme", "show", "kz23")[1].replace("\u00a0", " ")
    assert "Budget 60,000,000 tenge; bound by vouchers 0 tenge; left 60,000,000 tenge." in shown
    assert "Hotline: 111" in shown
    value = json.loads(cbi("programme", "show", "KZ22", "--json")[1])
    assert (value["rounds"], value["bound_minor"]) == (["KZ22-R1"], 0)
    line = ("programme", "set", "KZ23", "--one-person", "--reason", "an office of one")
    assert cbi(*line)[0] == 3
    out = cbi(*line, who="admin1")[1].replace("\u00a0", " ")
    assert out.startswith("Programme KZ23 is changed: budget 60,000,000 tenge, hotline 111, one-")
    code, out, _ = cbi("programme", "set", "KZ23", "--budget", "70 000 000", "--reason", "grant")
    assert (code, "70,000,000" in out) == (0, True)
    assert cbi("programme", "set", "KZ23", "--reason", "grant")[0] == 2
    assert "one-person office" in cbi("programme", "list")[1]


def test_a_round_is_added_listed_and_shown(cbi: TypedIn) -> None:
    code, out, err = cbi(*ROUND)
    assert (code, err) == (0, "")
    assert "cbi round preview KZ22-R2" in out
    assert "food:17000:person, non-food:25000:household" in cbi("round", "list")[1]
    shown = cbi("round", "show", "kz22-r2")[1]
    assert "food: magnum, other" in shown
    assert "in parts" in shown
    assert cbi(*ROUND)[0] == 5


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--entitlement", "food"), ("--entitlement", "food:15000"),
        ("--entitlement", "food:15000:person:size"), ("--entitlement", "food:15000:person:size=a"),
        ("--entitlement", "food:many:person"), ("--entitlement", "food:15000:person:colour=red"),
        ("--retailer", "magnum"), ("--retailer", ":magnum"), ("--terms", "food"),
        ("--terms", "food:cap"), ("--terms", "food:cap=x"), ("--terms", "food:lid=5"),
    ],
)
def test_a_rule_that_cannot_be_read_ends_with_2_and_repeats_it(
    cbi: TypedIn, option: str, words: str,
) -> None:
    code, _, err = cbi(*ROUND, option, words)
    assert code == 2
    assert err.startswith("cbi: ")
    assert len(err.splitlines()) == 1


def test_a_preview_says_who_is_left_out_and_that_it_cannot_be_drafted(cbi: TypedIn) -> None:
    code, out, _ = cbi("round", "preview", "KZ22-R1")
    assert code == 0
    assert "0 people may receive" in out
    assert "It cannot be drafted." in out
    value = json.loads(cbi("round", "preview", "KZ22-R1", "--json", "--city", "almaty")[1])
    assert value["refusal"] == "issuance.nobody-eligible"
    assert value["waiting"] == {}
    assert cbi("round", "preview", "KZ22-R9")[0] == 4
    assert cbi("round", "preview", "KZ22-R1", who="cashier1")[0] == 3


@given(
    amounts, st.sampled_from(("person", "household", "member")), bands, bands,
    st.one_of(st.none(), st.sampled_from(("disability", "single-parent"))),
)
def test_a_rule_is_read_as_it_is_shown(
    amount_minor: int, per: str, size: tuple[int | None, int | None],
    age: tuple[int | None, int | None],
    flag: str | None,
) -> None:
    rule = EntitlementRule("non-food", amount_minor, per, *size, *age, flag)
    assert read_rule(show_rule(rule, "KZT"), "KZT") == rule


@given(
    st.one_of(st.none(), amounts), st.one_of(st.none(), amounts),
    st.lists(amounts, max_size=4).map(tuple),
)
def test_terms_are_read_as_they_are_shown(
    cap: int | None, step: int | None, values: tuple[int, ...],
) -> None:
    terms = CategoryTerms("food", cap, step, values)
    if cap or step or values:
        assert read_terms(show_terms(terms, "KZT"), "KZT") == terms


def test_takers_are_gathered_by_category() -> None:
    assert read_takers(["food:magnum", "food: Other ", "non-food:magnum"]) == {
        "food": ["magnum", "other"], "non-food": ["magnum"]
    }
    with pytest.raises(UsageError):
        read_takers(["food:"])


@pytest.mark.parametrize(("currency", "typed", "shown"), [
    ("JOD", "1000.500", "1,000.500 JOD"), ("XOF", "60 000 000", "60,000,000 XOF"),
])
def test_a_budget_is_told_by_the_currencys_own_digits(
    cbi: TypedIn, currency: str, typed: str, shown: str,
) -> None:
    add = ("programme", "add", "P2", "--name", "Two", "--budget", typed, "--currency")
    assert cbi(*add, "KTZ")[0] == 2
    assert cbi(*add, currency)[0] == 0
    assert f"Budget {shown};" in cbi("programme", "show", "p2")[1].replace("\u00a0", " ")
    assert cbi("programme", "set", "P2", "--budget", "0.5005", "--reason", "x")[0] == 2
