"""Whether two records are one person: what proves it, what is weak, what speaks against."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.people.matching.scoring import STRENGTHS, Match, Setting, match
from cbi.people.records.keys import KINDS, guessed_keys, guessed_words, search_keys
from cbi.people.records.profile import profile
from cbi.people.records.record import BirthDate, Document, PersonalData, WrittenName

DAY = BirthDate("12.05.1990", "1990-05-12")
OTHER_DAY = BirthDate("03.11.1984", "1984-11-03")
NEW_YEAR = BirthDate("01.01.1990", "1990-01-01")
YEAR = BirthDate("1990", "1990", "year")


def one(text: str, father: str = "", script: str = "Latn", **more: Any) -> PersonalData:
    return PersonalData(names=(WrittenName(text, father, script),), **more)


def of(ours: PersonalData, theirs: PersonalData, **around: Any) -> Match:
    return match(profile(ours), profile(theirs), Setting(people=1_000, **around))


def kinds(found: Match) -> set[str]:
    return {reason.kind for reason in found.reasons}


AHMADZAI = one("Najib Ahmadzai", "Ghulam Sarwar", birth=DAY)


@pytest.mark.parametrize(
    "other",
    [
        one("نجیب احمدزی", "غلام سرور", "Arab", birth=DAY),
        one("Наджиб Ахмадзай", "Гулам Сарвар", "Cyrl", birth=DAY),
        one("Najeeb Ahmedzay", "Gholam Sarvar", birth=DAY),
        one("Ahmadzai Najib", "Ghulam Sarwar", birth=DAY),
        one("Najib Ahmad Zai", "Ghulamsarwar", birth=DAY),
        one("Najib Ahmadzai", birth=DAY),
    ],
)
def test_one_person_is_known_again_in_every_script_and_spelling(other: PersonalData) -> None:
    assert of(AHMADZAI, other).strength == "likely"


def test_the_reasons_show_both_as_written() -> None:
    found = of(AHMADZAI, one("نجیب احمدزی", "غلام سرور", "Arab", birth=DAY))
    told = {(reason.ours, reason.theirs) for reason in found.reasons}
    assert ("Ahmadzai", "احمدزی") in told
    assert ("12.05.1990", "12.05.1990") in told
    assert set(found.evidence.split()) == {"name-sounds", "birth-day"}


def test_names_alone_are_never_more_than_possible() -> None:
    found = of(one("Zarmina Stanikzai", "Baryalai"), one("زرمینه ستانکزی", "بریالی", "Arab"))
    assert found.strength == "possible"
    assert "name-alone" in kinds(found)


def test_the_first_of_january_is_weak() -> None:
    january = of(one("Karim Rahimi", "Ali", birth=NEW_YEAR), one("Karim Rahimi", birth=NEW_YEAR))
    day = of(one("Karim Rahimi", "Ali", birth=DAY), one("Karim Rahimi", birth=DAY))
    assert "birth-january" in kinds(january)
    assert january.bits < day.bits - 8


def test_a_shared_phone_and_surname_is_nothing_in_a_household() -> None:
    mother = one("Zahra Stanikzai", birth=DAY, phones=("+77015550142",))
    son = one("Omid Stanikzai", birth=OTHER_DAY, phones=("+77015550142",))
    assert of(mother, son, same_household=True).strength == "none"
    assert of(mother, son).strength == "none"


def test_twins_are_not_likely() -> None:
    hasan = one("Hasan Stanikzai", "Baryalai", birth=DAY, phones=("+77015550142",))
    husain = one("Husain Stanikzai", "Baryalai", birth=DAY, phones=("+77015550142",))
    assert of(hasan, husain, same_household=True).strength == "none"
    assert of(hasan, husain).strength in ("possible", "none")
    farid = one("Farid Stanikzai", "Baryalai", birth=DAY)
    farida = one("Farida Stanikzai", "Baryalai", birth=DAY)
    found = of(farid, farida, same_household=True, sexes_differ=True)
    assert found.strength in ("possible", "none")


def test_another_sex_is_never_likely_whatever_else_agrees() -> None:
    known = one("Najib Ahmadzai", "Ghulam Sarwar", birth=DAY, phones=("+77015550142",),
                documents=(Document("passport", "P0123456"),))
    other = one("Najib Ahmadzai", "Ghulam Sarwar", birth=DAY, phones=("+77015550142",),
                documents=(Document("tazkira", "P0123456"),))
    assert of(known, other).strength == "likely"
    assert of(known, other, sexes_differ=True).strength == "possible"


def test_a_father_and_a_son_of_his_name_are_two() -> None:
    father = one("Zabihullah Zadran", "Karim", birth=DAY)
    son = one("Karim Zadran", "Zabihullah", birth=DAY)
    assert of(father, son).strength in ("possible", "none")


def test_the_same_member_written_down_twice_is_found() -> None:
    once = one("Hasan Stanikzai", "Baryalai", birth=DAY)
    again = one("حسن ستانکزی", "بریالی", "Arab", birth=DAY)
    assert of(once, again, same_household=True).strength == "likely"


def test_the_same_document_is_certain_with_the_name_and_likely_without() -> None:
    tazkira = (Document("tazkira", "1399050200123"),)
    ours = one("Zahra Haidari", documents=tazkira)
    assert of(ours, one("زهرا حیدری", script="Arab", documents=tazkira)).strength == "certain"
    other = of(ours, one("Omid Popal", documents=tazkira, birth=DAY))
    assert other.strength in ("likely", "possible")


def test_a_document_and_the_day_outweigh_one_vowel_of_the_name() -> None:
    tazkira = (Document("tazkira", "1399050200123"),)
    ours = one("Zahra Haidari", documents=tazkira, birth=DAY)
    assert of(ours, one("Zohra Haidary", documents=tazkira, birth=DAY)).strength == "certain"
    assert of(ours, one("Zohra Haidary", documents=tazkira)).strength == "likely"
    assert of(ours, one("Zohra Haidary", birth=DAY)).strength == "possible"


def test_one_document_across_many_years_is_to_be_looked_at() -> None:
    tazkira = (Document("tazkira", "1399050200123"),)
    old, young = (BirthDate(year, year, "year") for year in ("1956", "1985"))
    mistyped = BirthDate("1958", "1958", "year")
    ours = one("Sher Popalzai", documents=tazkira, birth=young)
    assert of(ours, one("Sher Popalzai", documents=tazkira, birth=old)).strength == "possible"
    assert of(ours, one("Sher Popalzai", documents=tazkira, birth=mistyped)).strength == "likely"


def test_a_refugee_certificate_is_a_familys() -> None:
    paper = (Document("refugee-certificate", "KZ-2021-0042"),)
    ours = one("Zahra Haidari", documents=paper, birth=DAY)
    theirs = one("Omid Haidari", documents=paper, birth=OTHER_DAY)
    assert of(ours, theirs, same_household=True).strength == "none"


def test_another_document_of_one_kind_speaks_against_and_a_paper_one_does_not() -> None:
    ours = one("Karim Rahimi", birth=DAY, documents=(Document("tazkira", "1399050200123"),))
    other = one("Karim Rahimi", birth=DAY, documents=(Document("tazkira", "1401020300999"),))
    paper = one("Karim Rahimi", birth=DAY, documents=(Document("tazkira", "14/37/58281"),))
    assert "document-differs" in kinds(of(ours, other))
    assert "document-differs" not in kinds(of(ours, paper))


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        (DAY, BirthDate("05.12.1990", "1990-12-05"), "birth-slip"),
        (DAY, BirthDate("12.05.1980", "1980-05-12"), "birth-slip-far"),
        (DAY, BirthDate("22 ثور 1369", "1990-05-13", "day", "solar-hijri"), "birth-slip"),
        (DAY, BirthDate("1990-05", "1990-05", "month"), "birth-month"),
        (DAY, YEAR, "birth-year"),
        (DAY, BirthDate("1991", "1991", "year"), "birth-near"),
        (DAY, OTHER_DAY, "birth-far"),
        (DAY, NEW_YEAR, "birth-year"),
        (NEW_YEAR, NEW_YEAR, "birth-january"),
        (DAY, DAY, "birth-day"),
    ],
)
def test_dates_count_by_how_well_they_are_known(
    ours: BirthDate, theirs: BirthDate, kind: str,
) -> None:
    name = {"text": "Najib Ahmadzai", "father": "Ghulam Sarwar"}
    assert kind in kinds(of(one(**name, birth=ours), one(**name, birth=theirs)))


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    rare = of(one("Zarmina Stanikzai", birth=YEAR), one("Zarmina Stanikzai", birth=YEAR))
    common = of(one("Mohammad Ahmadi", birth=YEAR), one("Mohammad Ahmadi", birth=YEAR))
    assert rare.bits > common.bits + 10
    assert common.strength in ("possible", "none")


NAMES = st.sampled_from(
    ["Najib Ahmadzai", "نجیب احمدزی", "Наджиб Ахмадзай", "Zahra Haidari", "زهرا حیدری", "Ali",
     "Mohammad Reza Karimi", "محمدرضا کریمی", "Mohammadreza", "M. Karimi", "Каримов Ринат", ""]
)
BIRTHS = st.sampled_from([None, DAY, OTHER_DAY, NEW_YEAR, YEAR])
PEOPLE = st.builds(
    lambda text, father, birth, phone, number: PersonalData(
        names=(WrittenName(text, father),), birth=birth, phones=(phone,) if phone else (),
        documents=(Document("passport", number),) if number else (),
    ),
    NAMES, NAMES, BIRTHS, st.sampled_from(["", "+77015550142"]), st.sampled_from(["", "P1234567"]),
)


@given(PEOPLE, PEOPLE, st.booleans())
def test_the_verdict_is_the_same_whichever_comes_first(
    ours: PersonalData, theirs: PersonalData, home: bool,
) -> None:
    there, back = of(ours, theirs, same_household=home), of(theirs, ours, same_household=home)
    assert there.strength == back.strength
    assert there.bits == pytest.approx(back.bits)
    assert there.strength in STRENGTHS


@given(PEOPLE)
def test_a_record_has_a_key_for_all_that_it_can_be_found_by(data: PersonalData) -> None:
    keys = search_keys(data)
    assert len(keys) == len(set(keys))
    assert {kind for kind, _ in keys} <= set(KINDS)
    assert not set(guessed_keys(data)) - {key for key in guessed_keys(data) if key[1]}
    if data.phones:
        assert ("phone", data.phones[0]) in keys
    if data.birth == NEW_YEAR:
        assert "birth" not in {kind for kind, _ in keys}


@given(PEOPLE, st.data())
def test_of_words_that_are_known_just_those_keys_are_guessed(
    data: PersonalData, drawn: st.DataObject
) -> None:
    words = guessed_words(data)
    every = [(kind, value) for kind, value in guessed_keys(data) if kind != "whole"]
    assert {word for _, value in every for word in value.split()} <= words
    known = drawn.draw(st.sets(st.sampled_from(sorted(words)))) if words else set()
    assert guessed_keys(data, known) == [
        (kind, value) for kind, value in every if known.issuperset(value.split())
    ]


@given(st.sampled_from([
    ("Najib Ahmadzai", "نجیب احمدزی"), ("Zahra Haidari", "Захра Хайдари"),
    ("Mohammad Reza Karimi", "محمد رضا کریمی"), ("Habiburrahman Popal", "Habib ur Rahman Popal"),
]))
def test_spellings_of_one_name_meet_in_a_key_of_two_words(names: tuple[str, str]) -> None:
    ours, theirs = (
        {key for key in search_keys(one(text)) if key[0] in ("pair", "whole")} for text in names
    )
    assert ours & theirs


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Najib Ahmadzai", "Najib Ahmadi"), ("Abdul Rahman Safi", "Rahman Safi"),
        ("Ахмад Каримович Рахимов", "Ahmad Rahimi"), ("Jawad Sahak", "J. Sahak"),
    ],
)
def test_a_longer_form_or_an_initial_is_no_other_name(ours: str, theirs: str) -> None:
    found = of(one(ours, birth=DAY), one(theirs, birth=DAY))
    assert found.strength in ("likely", "possible")
    assert not {kind for kind in kinds(found) if kind.endswith("differs")}


@pytest.mark.parametrize("theirs", ["Gulagha Sahak", "Sahak Gulagha", "PolPot"])
def test_words_joined_or_turned_round_are_one(theirs: str) -> None:
    ours = "Pol Pot" if theirs == "PolPot" else "Agha Gul Sahak"
    assert of(one(ours, birth=DAY), one(theirs, birth=DAY)).strength == "likely"


def test_an_initial_must_be_the_words_own_letter() -> None:
    found = of(one("Alison Hearn", birth=DAY), one("Keele Y Heron", birth=DAY))
    assert "name-initial" not in kinds(found)


def test_brothers_whose_names_begin_alike_are_not_likely_one() -> None:
    shared: dict[str, Any] = {"phones": ("+77015550142",), "address": "Almaty, Abay 115, 23"}
    ali = one("Ghulam Ali", "Baryalai", birth=DAY, **shared)
    husain = one("Ghulam Husain", "Baryalai", birth=DAY, **shared)
    for around in ({}, {"same_household": True}):
        assert of(ali, husain, **around).strength in ("possible", "none")


def test_the_same_day_of_a_year_far_away_is_chance() -> None:
    young, old = BirthDate("03.05.1993", "1993-05-03"), BirthDate("03.05.1972", "1972-05-03")
    assert "birth-far" in kinds(of(one("Zarmina Sahak", "Wais", birth=young),
                                   one("Zarmina Sahak", "Wais", birth=old)))
