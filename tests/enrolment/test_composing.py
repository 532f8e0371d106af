"""Headings that nobody listed: known by the stem of each word, unknown where one word is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbi.enrolment.headings.composing import asked_of_oneself, asks_to_take_part, composed
from cbi.enrolment.headings.headings import match
from cbi.enrolment.values.vocabulary import folded

MEANT = [
    ("Address in host country", "address"), ("Моб. тел. для связи", "phone"),
    ("Number of persons in family incl. head", "household-size"),
    ("Қазіргі тұрғылықты мекенжайы", "address"), ("Ville actuelle de résidence", "city"),
    ("Місто перебування", "city"), ("К-сть членів родини", "household-size"),
    ("تعداد مجموعی افراد خانوار", "household-size"), ("اسم رب الأسرة الرباعي", "name"),
    ("Паспорт серияси ва рақами", "passport"),
    ("Даёте ли Вы согласие на сбор и обработку персональных данных?", "consent"),
    ("Состав семьи / дети", "size-part"), ("Состав семьи / всего", "household-size"),
]
OF_OTHERS = [
    "Телефон куратора", "Phone model", "Birthplace", "Место рождения", "Phone holder's village",
    "Контакт: имя", "Country of birth phone", "Family phone company",
]


@pytest.mark.parametrize(("heading", "field"), MEANT)
def test_words_that_are_each_known_tell_what_is_asked(heading: str, field: str) -> None:
    found = match(heading)
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize("heading", OF_OTHERS)
def test_a_word_that_is_not_known_may_say_whose_it_is(heading: str) -> None:
    assert match(heading) is None


@given(word=st.text("qwxzжщфъ", min_size=4, max_size=9), place=st.integers(0, 2))
@settings(max_examples=200, deadline=None)
def test_any_unknown_word_leaves_a_heading_unknown(word: str, place: int) -> None:
    tokens = folded("контактный телефон").split()
    assert composed(tokens) == "phone"
    assert composed([*tokens[:place], word, *tokens[place:]]) == ""


QUESTIONS = [
    ("B1. What is the name of the person who will receive the voucher?", "name"),
    ("Укажите Ваши фамилию, имя и отчество", "name"),
    ("رقم هاتفك للتواصل", "phone"), ("What is your brother's phone number?", ""),
    ("In which city did you live previously?", ""), ("Phone and city", ""),
]


@pytest.mark.parametrize(("heading", "field"), QUESTIONS)
def test_a_question_to_the_person_is_about_one_thing_and_nobody_else(
    heading: str, field: str,
) -> None:
    assert asked_of_oneself(heading) == field


@pytest.mark.parametrize(("heading", "asked"), [
    ("Согласны ли Вы принять участие в опросе?", True),
    ("Acceptez-vous que vos données soient enregistrées ?", True),
    ("Do you agree to be photographed for our data?", False),
    ("Do you agree with your neighbours?", False),
    ("Consent of the landlord to process data", False),
])
def test_consent_is_to_take_part_and_to_nothing_else(heading: str, asked: bool) -> None:
    assert asks_to_take_part(heading) is asked
