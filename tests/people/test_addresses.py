"""Addresses as evidence: the same house in every script and order, weak, and never proof."""

from dataclasses import replace
from typing import Any

import pytest

from cbi.people.matching.bulk import bulk
from cbi.people.matching.duplicates import find_duplicates
from cbi.people.matching.evidence import addresses
from cbi.people.matching.scoring import Match, Setting, match
from cbi.people.names.common import known_rarity
from cbi.people.persons import enrol
from cbi.people.records.addresses import address
from cbi.people.records.keys import search_keys
from cbi.people.records.profile import profile
from cbi.people.records.record import BirthDate, NewPerson, PersonalData, WrittenName
from tests.conftest import World

HOUSE = "Almaty, Abay ave. 115, flat 23"


def one(text: str, where: str = HOUSE, father: str = "Baryalai", **more: Any) -> PersonalData:
    return PersonalData(names=(WrittenName(text, father),), address=where, **more)


def born(year: int) -> BirthDate:
    return BirthDate(f"07.03.{year}", f"{year}-03-07")


def of(ours: PersonalData, theirs: PersonalData, **around: Any) -> Match:
    return match(profile(ours), profile(theirs), Setting(people=1_000, **around))


def told(ours: str, theirs: str) -> tuple[str, float]:
    found = addresses(address(ours), address(theirs), known_rarity)
    return (found.kind, found.bits) if found else ("", 0.0)


@pytest.mark.parametrize(
    "written",
    [
        "г. Алматы, пр. Абая, д. 115, кв. 23",
        "Алматы қаласы, Абай даңғылы 115, пәтер 23",
        "الماتی، خیابان آبای ۱۱۵، واحد ۲۳",
        "115 Abai avenue, apt 023, Almaty",
    ],
)
def test_one_house_is_one_house_in_every_script_and_order(written: str) -> None:
    kind, bits = told(HOUSE, written)
    assert kind == "address-same"
    assert bits >= 9


def test_neighbours_of_a_building_share_less_than_a_flat() -> None:
    flat, building = told(HOUSE, HOUSE)[1], told(HOUSE, "Almaty, Abay ave. 115, flat 41")[1]
    assert 0 < building <= 6 < flat


def test_the_same_town_alone_says_little() -> None:
    kind, bits = told("Шымкент, мкр Нурсат, 12, 4", "Shymkent, Nursat 37, 9")
    assert kind == "address-part"
    assert bits <= 3


def test_another_town_says_more_against_than_another_street() -> None:
    street = told("Almaty Abay 115 23", "Almaty Tole Bi 9 1")[1]
    town = told("Almaty Abay 115 23", "Karaganda Yerubayev 9 1")[1]
    assert town < street < 0


def test_what_is_hardly_written_says_nothing() -> None:
    assert told("Almaty", "Karaganda") == ("", 0.0)
    assert told("", HOUSE) == ("", 0.0)


def test_an_address_is_never_proof() -> None:
    found = of(one("Zarmina Stanikzai"), one("Zarmina Stanikzai"))
    assert found.strength == "possible"
    assert "address-same" in found.evidence.split()


def test_who_shares_only_what_a_family_shares_is_not_shown() -> None:
    brother = one("Omid Stanikzai", birth=born(1990), phones=("+77015550142",))
    later = BirthDate("21.11.1993", "1993-11-21")
    other = one("Najib Stanikzai", birth=later, phones=("+77015550142",))
    assert of(brother, other).strength == "none"
    twin = replace(other, birth=born(1990))
    assert of(brother, twin).strength == "possible"


def test_an_address_strengthens_a_misheard_birth_date() -> None:
    near = one("Zarmina Stanikzai", birth=born(1990))
    moved = replace(near, address="", birth=born(1994))
    there = replace(moved, address="Abay 115-23")
    assert of(near, there).bits > of(near, moved).bits + 6


def test_both_addresses_are_shown_as_written() -> None:
    found = of(one("Zarmina"), one("Zarmina", "пр. Абая 115, кв. 23"))
    reason = next(reason for reason in found.reasons if reason.kind == "address-same")
    assert (reason.ours, reason.theirs) == (HOUSE, "пр. Абая 115, кв. 23")
    assert reason.weak


def test_a_home_is_among_the_keys_and_tells_no_script() -> None:
    ours, theirs = (
        {value for kind, value in search_keys(one("Zarmina", where)) if kind == "home"}
        for where in (HOUSE, "Алматы, Абая 115-23")
    )
    assert ours == theirs
    assert len(ours) <= 4


def enrolled(data: PersonalData, source: str) -> NewPerson:
    return NewPerson(data=data, city="almaty", source_ref=source)


def test_a_hostel_where_many_live_says_little(world: World) -> None:
    session = world.session("field1")
    crowd = [one(f"Gul{place}", birth=born(1960 + place % 40)) for place in range(60)]
    enrol(session, [enrolled(data, f"l:{place}") for place, data in enumerate(crowd)])
    context, alone = one("Zarmina Sahak", birth=born(1980)), "Almaty, Satpayev 7, 1"
    enrol(session, [enrolled(context, "z:1"), enrolled(replace(context, address=alone), "z:2")])
    bits = {
        reason.ours: reason.bits
        for where in (HOUSE, alone)
        for found in find_duplicates(session, replace(context, address=where))
        for reason in found.match.reasons if reason.kind in ("address-same", "address-crowd")
    }
    assert bits[HOUSE] < bits[alone] - 3


def test_many_at_once_use_the_address_too(world: World) -> None:
    session = world.session("field1")
    named = one("Zarmina Sahak", birth=born(1980))
    enrol(session, [enrolled(named, "z:1"), enrolled(replace(named, birth=None), "z:2")])
    (pair,) = bulk(session).pairs
    assert pair.strength == "possible"
    assert "address-same" in pair.evidence.split()
