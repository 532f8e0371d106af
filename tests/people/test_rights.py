"""What a person is told: everything held about them, nothing of others."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cbi.base.errors import NotAllowed, NotFound
from cbi.operators.log import entries
from cbi.people.persons import (
    ProxyPerson,
    correct,
    draw_sample,
    enrol,
    export_person,
    export_text,
    name_proxy,
    record_check,
    set_flags,
    set_status,
    unseal,
)
from tests.conftest import World
from tests.people.given import ZAHRA, somebody, zahra
from tests.vouchers import issued


@pytest.fixture
def number(world: World) -> str:
    """Zahra after a year with us: everything has happened to her once."""
    session = world.session("field1")
    number = enrol(session, [zahra(), somebody(1, household_ref="kobo:77", head=False)]).numbers[0]
    correct(session, number, replace(ZAHRA, address="Abay 7"), reason="moved house")
    set_status(session, number, "left", "went to her sister", "2022-08-10")
    set_flags(session, number, ["disability"])
    name_proxy(session, number, ProxyPerson("Nasir", "P7654321", "son"))
    sample = draw_sample(world.session("manager1"), share_percent=15, frame="enrolled", seed="1")
    if number in {member.person for member in sample.members}:
        record_check(world.session("field2"), sample.number, number, "seen", date="2022-08-20",
                     note="at the market")
    issued(world, [1_500_000], beneficiaries=[number])
    unseal(world.session("manager1"), [number], purpose="asked at the desk")
    return number


def test_an_export_tells_everything_that_is_held(world: World, number: str) -> None:
    held = export_person(world.session("field1"), number)
    told = json.dumps(held, ensure_ascii=False)
    for known in (
        "Zahra Haidari", "زهرا حیدری", "Захра Хайдари", "محمد نبی", "1399050200123",
        "+77015550142", "Abay 7", "Zhibek Zholy", "moved house", "12 ثور 1369", "solar-hijri",
        "walks with a stick", "tailor", "Kobo-7788", "went to her sister", "disability", "Nasir",
        "P7654321", "2022-1", "KZ22-R1", "asked at the desk", "manager1", "field1", "almaty",
    ):
        assert known in told, known


def test_an_export_tells_nothing_of_the_others(world: World, number: str) -> None:
    held: Any = export_person(world.session("field1"), number)
    told = json.dumps(held, ensure_ascii=False)
    assert held["household"]["size"] == 3
    assert len(held["household"]["others"]) == 1
    for other in ("Gul1", "Wali1", "P0000001", "+77010000001"):
        assert other not in told


@pytest.mark.parametrize(("language", "heading"), [
    ("en", "Personal data:"), ("ru", "Личные данные:"),
])  # fmt: skip
def test_an_export_is_readable(world: World, number: str, language: str, heading: str) -> None:
    text = export_text(export_person(world.session("field1"), number), language)
    lines = text.splitlines()
    assert number in lines[0]
    assert heading in lines
    assert any(line.strip().endswith(": Zahra Haidari") for line in lines)
    assert "Occupation: tailor" in text
    assert "None" not in text
    assert "{" not in text
    raw = [line for line in lines if "_" in line.partition(":")[0]]
    assert raw == []


def test_an_export_is_logged(world: World, number: str) -> None:
    export_person(world.session("manager1"), number)
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="people.export")
    assert (line.operator, line.object) == ("manager1", number)


@pytest.mark.parametrize("name", ["auditor1", "finance1", "cashier1", "admin1"])
def test_only_field_staff_and_managers_export(world: World, number: str, name: str) -> None:
    with pytest.raises(NotAllowed):
        export_person(world.session(name), number)


def test_nobody_unknown_is_exported(world: World, number: str) -> None:
    with pytest.raises(NotFound):
        export_person(world.session("field1"), "B-000-000-000")
