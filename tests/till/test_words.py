"""What a cashier is told: every answer in every language, what to do next, nobody's name."""

import pytest

from cbi.ledger.vouchers.answers import ANSWERS, Answer
from cbi.messages import LANGUAGES, text
from cbi.messages.catalogue import texts
from cbi.till.words import store_name, told
from tests.conftest import World

FULL = Answer(
    answer="ok", serial="KZ22-R1-000123", category="food", balance_minor=1_050_000,
    amount_minor=450_000, currency="KZT", valid_from="2022-08-16", valid_until="2022-09-30",
    redemption="KZ22-R1-000123/3", store="magnum-almaty-1", when_at=1_661_000_000_000_000,
    zone="Asia/Almaty",
)


def answered(name: str) -> Answer:
    return Answer(**{**{field: getattr(FULL, field) for field in Answer._fields},
                     "answer": name})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_a_whole_sentence_in_every_language(language: str, name: str) -> None:
    said = told(answered(name), language, store="Magnum 1")
    assert "{" not in said
    assert said != f"till.{name}"
    assert said.rstrip("\u2069")[-1] in ".؟۔"
    if language != "en":
        assert said != told(answered(name), "en", store="Magnum 1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_done_is_said_with_what_is_left(language: str) -> None:
    for done in ("redeemed", "reversed"):
        said = told(FULL, language, done=done)
        assert "{" not in said
        assert said != told(FULL, language)


def test_used_up_says_when_and_where() -> None:
    assert told(answered("used-up"), "en", store="Magnum, Abay 1") == (
        "Nothing is left on this voucher: it was last used on 20 Aug 2022 18:53 at Magnum, Abay 1. "
        "Do not accept it; if the customer disagrees, call the help line."
    )


def test_a_replay_says_that_nothing_was_taken_twice() -> None:
    again = Answer(**{**{name: getattr(FULL, name) for name in Answer._fields},
                      "replayed": True})
    assert "Nothing was taken twice" in told(again, "en", done="redeemed")


def test_a_receipt_that_would_come_to_more_than_its_total_is_told_apart() -> None:
    over = Answer(**{**{name: getattr(FULL, name) for name in Answer._fields},
                     "answer": "receipt-used", "redemption": None})
    assert "more than its total" in told(over, "en")


def test_figures_keep_their_order_in_right_to_left_text() -> None:
    said = told(answered("expired"), "fa")
    assert "تا ۳۰ سپتمبر ۲۰۲۲" in said
    assert "\u2066KZ22-R1-000123/3\u2069" in told(FULL, "ps", done="redeemed")


def test_every_text_of_the_till_stands_in_every_language() -> None:
    wanted = set(texts("en", "till"))
    assert set(ANSWERS) <= wanted
    for language in LANGUAGES:
        assert set(texts(language, "till")) == wanted
        assert text("till.ok", language) == texts(language, "till")["ok"]


def test_a_store_is_named_in_the_readers_language_or_by_its_code(world: World) -> None:
    with world.ledger.read() as tx:
        assert store_name(tx, "magnum-almaty-1", "ru") == "x"
        assert store_name(tx, "gone", "en") == "gone"
        assert store_name(tx, None, "en") == ""
