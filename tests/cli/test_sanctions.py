"""Sanctions lists are brought, matched where a programme asks for it, decided once, and waited for.

Every name is invented; the XML has the shape that the UN and OFAC give theirs.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from cbi.base.errors import BadFile
from cbi.operators.accounts import add_operator
from cbi.operators.row_rules import wrong_rows
from cbi.people.persons import ProxyPerson, approve, enrol, erase, name_proxy
from cbi.people.records.record import PersonalData, WrittenName
from cbi.people.sanctions.entries import read_list
from tests.conftest import World
from tests.issuance.given import issued_to
from tests.lines import TypedIn
from tests.operators.conftest import QUICK
from tests.people.given import somebody, zahra
from tests.rows import all_rows

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2022-08-01T10:00:00">
<INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>OMID</FIRST_NAME>
<SECOND_NAME>POPALZADA</SECOND_NAME><THIRD_NAME/><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
<NAME_ORIGINAL_SCRIPT>امید پوپلزاده</NAME_ORIGINAL_SCRIPT>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Umed Popal-zada</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1971</YEAR>
</INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>Karakum Star Trading LLC</FIRST_NAME>
<REFERENCE_NUMBER>XXe.002</REFERENCE_NUMBER></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""
OFAC = """<?xml version="1.0"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
<publshInformation><Publish_Date>08/02/2022</Publish_Date></publshInformation>
<sdnEntry><uid>77</uid><firstName>Zohra</firstName><lastName>HAYDARI</lastName>
<sdnType>Individual</sdnType><akaList><aka><firstName>Zahra</firstName><lastName>Haidari</lastName>
</aka></akaList><dateOfBirthList><dateOfBirthItem><dateOfBirth>circa 1990</dateOfBirth>
</dateOfBirthItem></dateOfBirthList></sdnEntry>
<sdnEntry><uid>79</uid><firstName>Bahodir</firstName><lastName>QOSIMOV</lastName></sdnEntry>
<sdnEntry><uid>78</uid><lastName>Blue Harrier</lastName><sdnType>Vessel</sdnType></sdnEntry>
</sdnList>"""
CSV = "id;name;aliases;date of birth;type\nA-1;Kamila Dosova;К. Досова|Камила Досова;1980;person\n"


@pytest.fixture
def lists(tmp_path: Path) -> dict[str, str]:
    """Three files, each in a shape of its own."""
    for name, text in (("un.xml", UN), ("ofac.xml", OFAC), ("own.csv", CSV)):
        (tmp_path / name).write_text(text, "utf-8")
    return {name: str(tmp_path / name) for name in ("un.xml", "ofac.xml", "own.csv")}


def told(cbi: TypedIn, *words: str, who: str = "manager1") -> Any:
    code, out, err = cbi(*words, "--json", who=who)
    assert code == 0, err
    return json.loads(out)


def rows(world: World) -> list[dict[str, Any]]:
    with world.ledger.read() as tx:
        return all_rows(tx, "SELECT * FROM sanctions_hit ORDER BY counted")


def waits(cbi: TypedIn) -> dict[str, str]:
    return {one["what"]: one["line"] for one in told(cbi, "waiting")
            if one["what"].startswith("sanctions")}


def ask(cbi: TypedIn, *more: str) -> None:
    assert cbi("sanctions", "policy", "KZ22", *more, who="admin1")[0] == 0


def test_lists_are_read_in_every_shape(lists: dict[str, str]) -> None:
    un, ofac, own = (read_list(Path(path)) for path in lists.values())
    assert un.dated == "2022-08-01"
    assert [(one.uid, one.kind, one.births) for one in un.entries] == [
        ("XXi.001", "person", (1971,)), ("XXe.002", "firm", ())]
    assert un.entries[0].names == ("OMID POPALZADA", "امید پوپلزاده", "Umed Popal-zada")
    assert [(one.uid, one.kind, one.names) for one in ofac.entries] == [
        ("77", "person", ("Zohra HAYDARI", "Zahra Haidari")),
        ("79", "person", ("Bahodir QOSIMOV",)), ("78", "firm", ("Blue Harrier",))]
    assert own.entries[0].names == ("Kamila Dosova", "К. Досова", "Камила Досова")


@pytest.mark.parametrize("content", [
    '<!DOCTYPE a [<!ENTITY b "c">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>',
    "<html><body>not found</body></html>", "<CONSOLIDATED_LIST><INDIVIDUALS>",
    "<CONSOLIDATED_LIST/>", "a;b\n1;2\n", "name\n\n",
])
def test_what_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list.xml"
    path.write_text(content, "utf-8")
    with pytest.raises(BadFile):
        read_list(path)


def test_nothing_is_screened_unless_a_programme_asks(
    cbi: TypedIn, world: World, lists: dict[str, str]
) -> None:
    code, _, err = cbi("sanctions", "load", lists["un.xml"], "--list", "un", who="manager1")
    assert code == 5, err
    assert cbi("sanctions", "screen", who="manager1")[0] == 5
    assert waits(cbi) == {}
    assert cbi("sanctions", "policy", "KZ22", who="manager1")[0] == 3
    assert cbi("sanctions", "policy", "XX", who="admin1")[0] == 4
    ask(cbi)
    assert waits(cbi) == {"sanctions-list": "cbi sanctions load FILE --list LABEL"}
    assert cbi("sanctions", "screen", who="manager1")[0] == 5
    ask(cbi, "--off")
    assert waits(cbi) == {}


def test_a_person_decides_and_is_asked_again_only_when_something_is_new(
    cbi: TypedIn, world: World, lists: dict[str, str]
) -> None:
    add_operator(world.session("admin1"), "kamila", {"field"}, passphrase="nine tall poplars",
                 stretching=QUICK)
    ask(cbi)
    for name, label in (("un.xml", "un"), ("own.csv", "own")):
        told(cbi, "sanctions", "load", lists[name], "--list", label)
    assert waits(cbi) == {"sanctions-screen": "cbi sanctions screen",
                          "sanctions-name": "cbi sanctions name operator kamila NAME"}
    assert told(cbi, "sanctions", "screen")["found"] == 0
    assert set(waits(cbi)) == {"sanctions-name"}
    told(cbi, "sanctions", "name", "operator", "kamila", "Досова Камила")
    told(cbi, "sanctions", "name", "retailer", "magnum", "Қарақұм Star Trading")
    assert set(waits(cbi)) == {"sanctions-screen"}
    assert told(cbi, "sanctions", "screen")["found"] == 2
    assert set(waits(cbi)) == {"sanctions-decide"}
    found = {one["subject"]: one for one in told(cbi, "sanctions", "list", "--undecided")}
    assert {name: one["uid"] for name, one in found.items()} == {
        "kamila": "A-1", "magnum": "XXe.002"}
    number = found["kamila"]["number"]
    assert told(cbi, "sanctions", "show", number)["births"] == [1980]
    assert cbi("sanctions", "decide", number, "different", "--reason", " ", who="manager1")[0] == 2
    assert cbi("sanctions", "decide", number, "maybe", "--reason", "x", who="manager1")[0] == 2
    for one in found.values():
        told(cbi, "sanctions", "decide", one["number"], "different", "--reason", "born in 1999")
    assert told(cbi, "sanctions", "screen") == {"subjects": 3, "found": 0, "undecided": 0}
    assert waits(cbi) == {}
    Path(lists["own.csv"]).write_text(CSV + "A-2;Erlan Serikov;;;person\n", "utf-8")
    told(cbi, "sanctions", "load", lists["own.csv"], "--list", "own")
    assert told(cbi, "sanctions", "screen")["found"] == 0
    Path(lists["own.csv"]).write_text(CSV.replace("1980", "1999"), "utf-8")
    told(cbi, "sanctions", "load", lists["own.csv"], "--list", "own")
    assert told(cbi, "sanctions", "screen")["found"] == 1
    (again,) = told(cbi, "sanctions", "list", "--undecided")
    assert again["subject"] == "kamila"
    code, out, _ = cbi("sanctions", "show", again["number"], who="manager1")
    assert (code, "born in 1999" in out) == (0, True)
    with world.ledger.read() as tx:
        assert list(wrong_rows(tx)) == []


def test_a_proxy_is_screened_and_no_name_of_theirs_is_left_behind(
    cbi: TypedIn, world: World, lists: dict[str, str]
) -> None:
    head = enrol(world.session("field1"), [zahra()]).numbers[0]
    name_proxy(world.session("field1"), head, ProxyPerson("Omid Popalzada", "P123", "son"))
    ask(cbi)
    for name in ("un.xml", "ofac.xml"):
        told(cbi, "sanctions", "load", lists[name], "--list", name[:-4])
    assert told(cbi, "sanctions", "screen")["found"] == 1
    (row,) = rows(world)
    assert (row["kind"], row["entry"]) == ("proxy", "XXi.001")
    assert "Popal" not in json.dumps(row, default=str)
    code, out, _ = cbi("sanctions", "show", "S-1", who="manager1")
    assert (code, "Omid Popalzada" in out, head in out) == (0, True, True)
    assert cbi("sanctions", "show", "S-1", who="auditor1")[0] == 3
    assert cbi("sanctions", "list", who="auditor1")[0] == 0
    told_who = ("sanctions", "decide", "S-1", "different", "--reason", "not that Popalzada")
    assert cbi(*told_who, who="manager1")[0] == 2
    told(cbi, "sanctions", "decide", "S-1", "same", "--reason", "the year agrees")
    with world.ledger.read() as tx:
        read = all_rows(tx, "SELECT detail FROM log WHERE action = 'people.read'")
    assert any("sanctions" in one["detail"] for one in read)
    erase(world.session("admin1"), head, "asked")
    assert rows(world) == []


def test_families_are_screened_only_if_the_programme_says_so(
    cbi: TypedIn, world: World, lists: dict[str, str]
) -> None:
    without_vouchers = PersonalData(names=(WrittenName("Bahodir Qosimov"),))
    enrol(world.session("field1"), [somebody(1, data=without_vouchers)])
    number = enrol(world.session("field1"), [zahra()]).numbers[0]
    approve(world.session("manager1"), [number])
    issued_to(world)
    ask(cbi)
    told(cbi, "sanctions", "load", lists["ofac.xml"], "--list", "ofac")
    assert told(cbi, "sanctions", "screen")["found"] == 0
    ask(cbi, "--families")
    assert set(waits(cbi)) == {"sanctions-screen"}
    assert told(cbi, "sanctions", "screen")["found"] == 1
    (one,) = told(cbi, "sanctions", "list")
    assert (one["kind"], one["subject"], one["uid"]) == ("person", number, "77")
    erase(world.session("admin1"), number, "asked")
    assert rows(world) == []


def test_who_may(cbi: TypedIn, world: World, lists: dict[str, str]) -> None:
    ask(cbi)
    load = ("sanctions", "load", lists["un.xml"], "--list", "un")
    for who in ("field1", "cashier1", "finance1", "auditor1", "controller1", "admin1"):
        assert cbi(*load, who=who)[0] == 3, who
        assert cbi("sanctions", "screen", who=who)[0] == 3, who
        assert cbi("sanctions", "decide", "S-1", "same", "--reason", "x", who=who)[0] == 3, who
    assert cbi("sanctions", "list", who="field1")[0] == 3
    assert cbi("sanctions", "decide", "S-9", "same", "--reason", "x", who="manager1")[0] == 4
