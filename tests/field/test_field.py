"""A laptop's day: out with a bundle, worked on, back with its events, each taken once."""

import json
import random
import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from cbi.base.errors import BadFile, CbiError, Conflict, NotAllowed, NotFound, Unusable, UsageError
from cbi.distribution.handover import hand_over_codes_or_serials, hand_over_evidence
from cbi.field import taking, work
from cbi.field.boxes import read_head
from cbi.field.conflicts import conflicts, decide, out_with
from cbi.field.events import LaptopEvent, Owner, read_events, sign, write_events
from cbi.field.laptop import Laptop
from cbi.field.pairing import laptops, pair, recall
from cbi.field.rules import field_events_once
from cbi.field.sending import send
from cbi.field.taking import TakenFile, read_back
from cbi.ledger.vouchers.changes import block, void
from cbi.ledger.vouchers.codes import open_code, show_code
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.digests import following, vouching
from cbi.people.persons import NewFacts, change_facts, set_status
from cbi.reports.as_of import as_of
from cbi.reports.flags.facts import happened
from cbi.reports.overview import chosen_programme
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import ZONE, World
from tests.field.given import WORDS, FieldOffice, field_operators, paired
from tests.field.sound import sound
from tests.finance.test_identities import past_the_triggers
from tests.issuance.given import enrolled, issued_to, log_of, serials_of, state_of

HOUR_US = 3_600_000_000
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""What is of the laptop alone, whatever engine the main office has."""



@pytest.fixture
def office(world: World) -> FieldOffice:
    """Vouchers for families in two cities, and a laptop of the first operator's."""
    field_operators(world)
    enrolled(world)
    issued_to(world)
    return paired(world)


def serials(office: FieldOffice, city: str = "almaty") -> list[str]:
    with office.world.ledger.read() as tx:
        return [serial for (serial,) in tx.tuples(
            "SELECT serial FROM voucher WHERE city = :city ORDER BY serial", city=city
        )]


def give(laptop: Laptop, *items: str, at: int | None = None, way: str = "signature") -> None:
    for one in items:
        work.hand_over(laptop, one, way, lambda: at or 1)


def outcomes(taken: TakenFile) -> list[str]:
    return [one.fate.outcome for one in taken.events]


def reasons(taken: TakenFile) -> list[str | None]:
    return [one.fate.reason for one in taken.conflicts]


def refused(code: str, kind: type[CbiError] = Conflict) -> "pytest.RaisesExc[CbiError]":
    return pytest.raises(kind, match=code.replace(".", r"\."))


def test_a_day_in_the_field_is_posted_once(office: FieldOffice) -> None:
    laptop = office.opened()
    first, second, third, *_ = serials(office)
    sent_at = laptop.list.sent_at
    give(laptop, first, at=sent_at + HOUR_US)
    give(laptop, second, way="thumbprint", at=sent_at + 2 * HOUR_US)
    work.note(laptop, third, "absent", lambda: sent_at + 3 * HOUR_US)
    office.world.clock.now += 24 * HOUR_US
    taken = office.taken(office.packed(laptop))
    assert outcomes(taken) == ["posted", "posted", "noted"]
    assert [state_of(office.world, one) for one in (first, second, third)] == [
        "active", "active", "issued"]
    with office.world.ledger.read() as tx:
        (one,) = hand_over_evidence(tx, second)
        assert (one.given_by, one.acknowledged) == ("field1", "thumbprint")
        assert tx.value(
            "SELECT occurred_at FROM entry e JOIN voucher v ON v.id = e.voucher"
            " WHERE v.serial = :serial AND e.kind = 'hand-over'", serial=second,
        ) == sent_at + 2 * HOUR_US
    sound(office.world)


@on_sqlite
def test_a_code_that_a_scanner_types_finds_the_voucher(office: FieldOffice) -> None:
    laptop, (first, *_) = office.opened(), serials(office)
    with office.world.ledger.read() as tx:
        sealed = tx.value("SELECT code_sealed FROM voucher WHERE serial = :s", s=first)
    code = open_code(sealed, office.world.keys.need("codes"))
    assert work.find(laptop, show_code(code).lower()).voucher.serial == first
    assert code not in json.dumps([str(one) for one in laptop.list.vouchers])
    with refused("field.not-on-list", NotFound):
        work.find(laptop, show_code(code)[:-1] + "X")


@on_sqlite
def test_the_bundle_holds_no_key_and_opens_on_its_own_laptop_alone(office: FieldOffice) -> None:
    other = paired(office.world, "south", "field2")
    path = office.sent()
    content = path.read_bytes()
    for name, key in office.world.keys.keys.items():
        assert key not in content, name
        assert key.hex().encode() not in content, name
    assert b"Gul" not in content
    with refused("field.bundle-anothers"):
        other.laptop().take_bundle(path, lambda _: True)
    forged = content.replace(b'"laptop":"north"', b'"laptop":"south"')
    path.write_bytes(forged)
    with refused("field.bundle-damaged", BadFile):
        other.laptop().take_bundle(path, lambda _: True)


def test_only_what_waits_in_its_cities_is_in_it(office: FieldOffice) -> None:
    first, second, *rest = serials(office)
    hand_over_codes_or_serials(office.world.session("field1"), [first])
    void(office.world.session("manager1"), second, "lost before the day")
    hand_over_codes_or_serials(office.world.session("field1"), serials(office, "astana"))
    with refused("field.nothing-to-send"):
        office.sent("astana")
    laptop = office.opened()
    assert sorted(one.serial for one in laptop.list.vouchers) == rest
    assert {one.name for one in laptop.list.vouchers} > {""} - {""}
    assert laptop.list.vouchers[0].document


def test_what_is_lost_is_in_the_next_file_and_what_comes_again_changes_nothing(
    office: FieldOffice
) -> None:
    laptop, (first, second, third, *_) = office.opened(), serials(office)
    give(laptop, first)
    lost = office.packed(laptop)
    give(laptop, second)
    later = office.packed(laptop)
    assert outcomes(office.taken(later)) == ["posted", "posted"]
    for path in (later, lost):
        with refused("field.nothing-new"):
            office.taken(path)
    give(laptop, third)
    taken = office.taken(office.packed(laptop))
    assert (outcomes(taken), taken.known) == (["posted"], 2)
    assert len(log_of(office.world, "field.take")) == 2
    sound(office.world)


@on_sqlite
def test_the_next_bundle_says_what_is_known_and_the_file_after_it_is_short(
    office: FieldOffice
) -> None:
    laptop, (first, second, third, *_) = office.opened(), serials(office)
    give(laptop, first, second)
    office.taken(office.packed(laptop))
    laptop = office.opened()
    assert laptop.list.taken == 2
    give(laptop, third)
    assert len(json.loads(office.packed(laptop).read_text())["events"]) == 1
    assert len(json.loads(office.packed(laptop, everything=True).read_text())["events"]) == 3


def test_a_gap_is_told_and_everything_fills_it(office: FieldOffice) -> None:
    """A main office that was restored from an older backup knows less than it had said."""
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first, second)
    whole = office.packed(laptop)
    told = json.loads(whole.read_text())
    told["events"] = told["events"][1:]
    whole.write_text(json.dumps(told))
    with refused("field.gap"):
        office.taken(whole)
    assert outcomes(office.taken(office.packed(laptop, everything=True))) == ["posted"] * 2


@on_sqlite
def test_a_main_office_restored_from_a_backup_loses_nothing_of_a_laptop(
    office: FieldOffice
) -> None:
    """It forgot a bundle and what it had taken: the laptop tells all again, and what was given
    from the bundle that is forgotten is a conflict."""
    laptop, (first, second, third, *_) = office.opened(), serials(office)
    give(laptop, first)
    assert isinstance(office.world.ledger, SqliteDatabase)
    backup = office.world.folder / "backup.db"
    with closing(sqlite3.connect(office.world.ledger.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(backup),))
    office.taken(office.packed(laptop))
    laptop = office.opened()
    give(laptop, second)
    short, whole = office.packed(laptop), office.packed(laptop, everything=True)
    restored = SqliteDatabase(backup)
    restored.following = following(lambda: vouching(office.world.keys))
    again = office._replace(world=replace(office.world, ledger=restored))
    with refused("field.gap"):
        again.taken(short)
    assert outcomes(again.taken(whole)) == ["posted", "conflict"]
    with refused("field.bundle-older"):
        laptop.take_bundle(again.sent(), lambda _: True)
    assert laptop.take_bundle(again.sent(), lambda _: True) is not None
    give(laptop, third)
    assert outcomes(again.taken(again.packed(laptop))) == ["posted"]
    sound(again.world)
    restored.close()


def test_conflicts_come_back_as_a_list(office: FieldOffice) -> None:
    world = office.world
    laptop = office.opened()
    elsewhere, gone, stopped, *_ = serials(office)
    manager = world.session("manager1")
    with world.ledger.read() as tx:
        people = dict(tx.tuples("SELECT serial, beneficiary FROM voucher"))
        heads = dict(tx.tuples("SELECT number, household FROM person"))
    others = [one for one in serials(office) if heads[people[one]] not in {
        heads[people[one]] for one in (elsewhere, gone, stopped)
    }]
    moved = others[0]
    give(laptop, elsewhere, gone, stopped, moved)
    hand_over_codes_or_serials(world.session("field2"), [elsewhere])
    void(manager, gone, "lost")
    hand_over_codes_or_serials(world.session("field2"), [stopped])
    block(manager, stopped, "seen on a market")
    change_facts(world.session("field2"), people[moved], NewFacts(city="astana"),
                 reason="moved", date="2022-08-20")
    taken = office.taken(office.packed(laptop))
    assert reasons(taken) == [
        "handed-over-by", "handed-over-void", "handed-over-blocked", "moved"]
    with world.ledger.read() as tx:
        (first, *_) = found = conflicts(tx)
    assert [one.serial for one in found] == [elsewhere, gone, stopped, moved]
    assert (first.given_by, first.state, first.name) == ("field2", "active", "north/1")
    decide(manager, "NORTH/1", "both tables gave it: one sheet is a copy")
    with refused("field.decided-already"):
        decide(manager, "north/1", "again")
    with world.ledger.read() as tx:
        assert len(conflicts(tx)) == 3
        assert len(conflicts(tx, undecided=False)) == 4
    sound(world)


def test_who_may_not_receive_is_not_given_anything_there_either(office: FieldOffice) -> None:
    world = office.world
    first, *rest = serials(office)
    with world.ledger.read() as tx:
        people = dict(tx.tuples("SELECT serial, beneficiary FROM voucher"))
    second = next(one for one in rest if people[one] != people[first])
    set_status(world.session("manager1"), people[first], "suspended", "asked", "2022-08-20")
    laptop = office.opened()
    with refused("field.not-to-give"):
        give(laptop, first)
    with refused("issuance.proxy-not-named"):
        give(laptop, second, way="proxy")
    give(laptop, second)
    set_status(world.session("manager1"), people[second], "suspended", "asked", "2022-08-20")
    assert reasons(office.taken(office.packed(laptop))) == ["not-given-suspended"]


def test_a_hand_over_is_taken_back_until_it_left(office: FieldOffice) -> None:
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first)
    with refused("field.given-here"):
        give(laptop, first)
    work.undo(laptop, first, lambda: 2)
    with refused("field.not-given-here"):
        work.undo(laptop, first, lambda: 2)
    give(laptop, second)
    taken = office.taken(office.packed(laptop))
    assert outcomes(taken) == ["undone", "noted", "posted"]
    assert state_of(office.world, first) == "issued"
    with refused("field.undo-packed"):
        work.undo(laptop, second, lambda: 3)
    give(laptop, first)
    assert outcomes(office.taken(office.packed(laptop))) == ["posted"]


def test_a_clock_that_is_days_off_moves_no_hand_over_before_its_bundle_or_into_the_future(
    office: FieldOffice
) -> None:
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first, at=laptop.list.sent_at - 48 * HOUR_US)
    give(laptop, second, at=laptop.list.sent_at + 48 * HOUR_US)
    assert outcomes(office.taken(office.packed(laptop))) == ["posted", "posted"]
    with office.world.ledger.read() as tx:
        for occurred, recorded in tx.tuples(
            "SELECT occurred_at, recorded_at FROM entry WHERE kind = 'hand-over'"
        ):
            assert laptop.list.sent_at <= occurred <= recorded


def test_after_a_recall_nothing_is_posted_and_nothing_is_lost(office: FieldOffice) -> None:
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first)
    office.taken(office.packed(laptop))
    give(laptop, second)
    work.note(laptop, serials(office)[2], "absent", lambda: 1)
    recall(office.world.session("manager1"), "north", "stolen from the car")
    with refused("field.recalled"):
        office.sent()
    with refused("field.recalled-already"):
        recall(office.world.session("manager1"), "north", "again")
    taken = office.taken(office.packed(laptop, everything=True))
    assert (outcomes(taken), taken.known) == (["conflict", "noted"], 1)
    assert state_of(office.world, second) == "issued"
    sound(office.world)


def test_a_copy_of_a_laptop_makes_a_second_chain_that_is_seen(office: FieldOffice) -> None:
    laptop, (first, second, third, fourth, *_) = office.opened(), serials(office)
    journal = office.folder / "events.jsonl"
    give(laptop, first)
    kept = journal.read_bytes()
    give(laptop, second)
    office.taken(office.packed(laptop))
    journal.write_bytes(kept)
    restored = office.laptop()
    with refused("field.laptop-behind"):
        restored.take_bundle(office.sent(), lambda _: True)
    give(restored, third)
    give(restored, fourth)
    path = office.packed(restored)
    told = json.loads(path.read_text())
    later = office.folder / "later.cbi"
    later.write_text(json.dumps({**told, "events": told["events"][2:]}))
    for one in (path, later):
        with refused("field.forked"):
            office.taken(one)
    recall(office.world.session("manager1"), "north", "restored from a copy")
    assert reasons(office.taken(path)) == ["recalled"] * 2
    sound(office.world)


def test_a_laptop_can_give_only_what_its_bundle_had(office: FieldOffice) -> None:
    """Whoever holds its keys writes what they like; the ledger knows what it sent out."""
    laptop = office.opened()
    (far, *_) = serials(office, "astana")
    owner = Owner(office.world.keys.ledger_id, "north")
    made = [sign(owner, LaptopEvent(1, bytes(32), 1, "hand-over", far, "signature", 5),
                 laptop.sign_key)]
    path = office.folder / "forged.cbi"
    path.write_bytes(write_events(owner, made))
    assert reasons(office.taken(path)) == ["not-in-bundle"]
    assert state_of(office.world, far) == "issued"


@on_sqlite
@pytest.mark.parametrize(("change", "code"), [
    (lambda text: text[: len(text) // 2], "field.events-damaged"),
    (lambda text: "", "field.not-events"),
    (lambda text: "[]", "field.not-events"),
    (lambda text: "PK\x03\x04", "field.not-events"),
    (lambda text: text.replace('"events": [', '"events": [1,'), "field.events-damaged"),
    (lambda text: text.replace('"prev": "0', '"prev": "g'), "field.events-damaged"),
    (lambda text: text.replace('"thumbprint"', '"signature"'), "field.event-unsigned"),
    (lambda text: text.replace('"seq": 1', '"seq": 0'), "field.events-damaged"),
    (lambda text: text.replace('"laptop": "north"', '"laptop": "south"'), "field.event-unsigned"),
])
def test_a_file_that_is_not_whole_or_not_its_own_is_refused(
    office: FieldOffice, change: Callable[[str], str], code: str
) -> None:
    paired(office.world, "south", "field2")
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first, second, way="thumbprint")
    path = office.packed(laptop)
    path.write_text(change(path.read_text()), "utf-8")
    with refused(code, BadFile):
        office.taken(path)
    assert state_of(office.world, first) == "issued"


@on_sqlite
def test_no_byte_of_a_file_can_be_another_and_pass(office: FieldOffice) -> None:
    """A bit flipped, a part cut out, a value of another kind: refused in words, or the same file
    written otherwise; nothing is taken, and nothing is a fault of ours."""
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first, second)
    back, sent = office.packed(laptop).read_bytes(), office.sent().read_bytes()
    chance, path = random.Random(5), office.folder / "changed.cbi"
    session = office.world.session("field2")
    _, events = read_events(back, "x")
    for content in (back, sent):
        for _ in range(300):
            path.write_bytes(changed(content, chance))
            with suppress(CbiError):
                if content == back:
                    read = read_back(session, path)
                    assert list(read.events.values()) == events[: len(read.events)]
                else:
                    assert laptop.take_bundle(path, lambda _: True) is None


ODD = (b"1e999", b'"\\ud800"', b"null", b"{}", b"[[", b"-1", b"9" * 40, b"true")


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with one thing in it that was not."""
    at, odd = chance.randrange(len(content)), chance.choice(ODD)
    return chance.choice([
        content[:at] + bytes([content[at] ^ 1 << chance.randrange(7)]) + content[at + 1 :],
        content[:at] + content[at + chance.randint(1, 40) :],
        content[:at] + odd + content[at:],
        re.sub(rb": ?[^,}\n]+", lambda _: b": " + odd, content, count=chance.randint(1, 9)),
    ])


@on_sqlite
def test_a_bundle_that_is_not_whole_or_not_newer_is_refused(office: FieldOffice) -> None:
    laptop = office.laptop()
    with refused("field.no-bundle", NotFound):
        give(laptop, "X-000001")
    first, second = office.sent(), office.sent()
    content = second.read_bytes()
    half = office.folder / "half.cbi"
    for wrong in (content[: len(content) // 2], content[:40]):
        half.write_bytes(wrong)
        with refused("field.bundle-damaged", BadFile):
            laptop.take_bundle(half, lambda _: True)
    half.write_bytes(b"not a bundle")
    with refused("field.not-bundle", BadFile):
        laptop.take_bundle(half, lambda _: True)
    assert laptop.take_bundle(second, lambda _: False) is None
    assert laptop.take_bundle(second, lambda _: True) is not None
    for path in (first, second):
        with refused("field.bundle-older"):
            laptop.take_bundle(path, lambda _: True)
    head, box = read_head(content, "x")
    other = head._replace(ledger=bytes(16), number=9)
    half.write_bytes(other.line() + b"\n" + content.partition(b"\n")[2])
    with refused("field.bundle-other-ledger"):
        laptop.take_bundle(half, lambda _: True)
    assert box


@on_sqlite
def test_another_main_office_is_not_believed(office: FieldOffice) -> None:
    """Whoever knows a laptop's public key can seal to it, and cannot sign as the main office."""
    from cbi.field.boxes import pack_box

    laptop = office.opened()
    content, head = laptop.list, read_head((office.folder / "bundle.cbi").read_bytes(), "x")[0]
    path = office.folder / "forged.cbi"
    path.write_bytes(pack_box(
        head._replace(number=2), content, seal=bytes(32), to=laptop.card.seal_key
    ))
    with refused("field.bundle-not-ours", BadFile):
        laptop.take_bundle(path, lambda _: True)


@on_sqlite
def test_the_passphrase_opens_the_laptop_and_nothing_else_does(office: FieldOffice) -> None:
    with refused("field.laptop-passphrase", Unusable):
        Laptop(office.folder, lambda: "another one altogether")
    with refused("field.laptop-missing", NotFound):
        Laptop(office.folder / "nowhere", lambda: WORDS)
    state = office.folder / "laptop.json"
    state.write_text(state.read_text().replace('"north"', '"south"'))
    with refused("field.laptop-passphrase", Unusable):
        office.laptop()


@on_sqlite
def test_names_lie_nowhere_open_on_a_laptop(office: FieldOffice) -> None:
    laptop = office.opened()
    give(laptop, serials(office)[0])
    office.packed(laptop)
    for path in office.folder.iterdir():
        content = path.read_bytes()
        assert b"Gul" not in content
        assert "Гуль".encode() not in content
        assert "گل".encode() not in content


@on_sqlite
def test_a_torn_line_of_the_journal_was_told_to_nobody(office: FieldOffice) -> None:
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first)
    with (office.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"seq": 2, "pre' + b"x" * 2_000)
    laptop = office.laptop()
    give(laptop, second)
    assert [one.serial for one in office.laptop().journal.events] == [first, second]
    assert outcomes(office.taken(office.packed(laptop))) == ["posted", "posted"]


@on_sqlite
def test_two_terminals_at_one_laptop_write_one_chain(office: FieldOffice) -> None:
    one, other = office.opened(), office.laptop()
    first, second, third, *_ = serials(office)
    give(one, first)
    give(other, second)
    with refused("field.given-here"):
        give(one, second)
    give(one, third)
    assert outcomes(office.taken(office.packed(other))) == ["posted"] * 3


def test_who_may_do_what(office: FieldOffice) -> None:
    world, laptop = office.world, office.opened()
    give(laptop, serials(office)[0])
    path = office.packed(laptop)
    with pytest.raises(NotAllowed):
        office.taken(path, "field1")  # who held the laptop
    with pytest.raises(NotAllowed):
        office.taken(path, "cashier1")
    with pytest.raises(NotAllowed):
        send(world.session("field1"), "north", ["almaty"], world.folder / "x.cbi")
    with pytest.raises(NotAllowed):
        pair(world.session("field1"), laptop.card, "field1")
    with pytest.raises(NotAllowed):
        recall(world.session("field1"), "north", "x")
    assert len(office.taken(path).events) == 1


def test_pairing_refuses_what_cannot_be(office: FieldOffice) -> None:
    world, laptop = office.world, office.laptop()
    with refused("field.paired-already"):
        pair(world.session("admin1"), laptop.card, "field1")
    with refused("field.paired-already"):
        pair(world.session("admin1"), laptop.card._replace(name="again"), "field1")
    with pytest.raises(NotFound):
        pair(world.session("admin1"), laptop.card._replace(name="new"), "nobody")
    with refused("field.laptop-unknown", NotFound):
        send(world.session("manager1"), "west", ["almaty"], world.folder / "x.cbi")
    with refused("field.no-city", UsageError):
        send(world.session("manager1"), "north", [], world.folder / "x.cbi")
    with pytest.raises(NotFound):
        send(world.session("manager1"), "north", ["paris"], world.folder / "x.cbi")
    assert not (world.folder / "x.cbi").exists()


def test_the_main_office_knows_what_is_out(office: FieldOffice) -> None:
    first, second, *_ = serials(office)
    laptop, far = office.opened(), serials(office, "astana")
    with office.world.ledger.read() as tx:
        assert out_with(tx, [first, *far]) == {first: "north"}
        (one,) = laptops(tx)
    assert (one.out, one.sent, one.vouchers, one.taken) == (True, 1, len(serials(office)), 0)
    give(laptop, second)
    office.taken(office.packed(laptop))
    with office.world.ledger.read() as tx:
        assert out_with(tx, [first, second]) == {first: "north"}
        (one,) = laptops(tx)
    assert (one.out, one.taken) == (True, 1)
    left = [serial for serial in serials(office) if serial != second]
    give(laptop, *left)
    office.taken(office.packed(laptop))
    with office.world.ledger.read() as tx:
        assert out_with(tx, left) == {}
        (one,) = laptops(tx)
    assert (one.out, one.taken) == (False, 1 + len(left))


def test_an_empty_bundle_takes_the_names_off_a_laptop(office: FieldOffice) -> None:
    laptop = office.opened()
    assert laptop.list.vouchers
    hand_over_codes_or_serials(office.world.session("field1"), serials(office))
    assert laptop.take_bundle(office.sent(), lambda _: True) is not None
    assert not laptop.list.vouchers
    with office.world.ledger.read() as tx:
        (one,) = laptops(tx)
    assert (one.out, one.vouchers) == (False, 0)


@pytest.mark.parametrize("attack", [
    "DELETE FROM field_event WHERE seq = 2",
    "UPDATE field_event SET said_at = said_at + 1 WHERE seq = 1",
    "UPDATE field_laptop SET taken = 1",
    "DELETE FROM hand_over WHERE id = (SELECT min(id) FROM hand_over)",
    "INSERT INTO field_decision (event, decided_by, decided_at, reason)"
    " SELECT digest, 'x', 1, 'x' FROM field_event WHERE seq = 1",
    "DELETE FROM field_laptop",
])
def test_check_sees_what_was_done_behind_the_programs_back(
    office: FieldOffice, attack: str
) -> None:
    laptop, (first, second, *_) = office.opened(), serials(office)
    give(laptop, first, second)
    office.taken(office.packed(laptop))
    past_the_triggers(office.world, attack)
    with office.world.ledger.read() as tx:
        assert field_events_once(tx).wrong


def test_serials_of_the_batch_are_those_of_the_bundle(office: FieldOffice) -> None:
    laptop = office.opened("almaty", "astana")
    assert sorted(one.serial for one in laptop.list.vouchers) == serials_of(
        office.world, "KZ22-R1-B1")
    assert Path(office.folder / "bundle.cbi").stat().st_mode & 0o077 == 0


def test_a_long_file_is_taken_slice_by_slice_and_killed_between_them_goes_on(
    office: FieldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken back on the laptop is known over the edge of a slice, and after a kill."""
    monkeypatch.setattr(taking, "SLICE", 2)
    laptop, (first, second, third, *_) = office.opened(), serials(office)
    give(laptop, first, second)
    work.undo(laptop, second, lambda: 1)
    give(laptop, third)
    work.undo(laptop, third, lambda: 1)
    path = office.packed(laptop)
    told: list[int] = []
    session = office.world.session("field2")
    with monkeypatch.context() as killed:
        killed.setattr(type(office.world.ledger), "give_way", interrupted)
        with pytest.raises(KeyboardInterrupt):
            office.taken(path)
    taken = taking.take(session, read_back(session, path), progress=told.append)
    assert (outcomes(taken), taken.known) == (["noted", "undone", "noted"], 2)
    assert told == [4, 5]
    with office.world.ledger.read() as tx:
        assert [outcome for (outcome,) in tx.tuples(
            "SELECT outcome FROM field_event ORDER BY seq"
        )] == ["posted", "undone", "noted", "undone", "noted"]
    sound(office.world)


def test_red_flags_look_at_who_gave_and_not_at_who_took_the_record_in(
    office: FieldOffice
) -> None:
    laptop, (first, *_) = office.opened(), serials(office)
    give(laptop, first)
    office.taken(office.packed(laptop))
    with office.world.ledger.read() as tx:
        sealed = tx.value("SELECT code_sealed FROM voucher WHERE serial = :s", s=first)
    code = open_code(sealed, office.world.keys.need("codes"))
    order = Redeem(code=code, amount_minor=100_000, store="magnum-almaty-1", receipt="R1")
    assert redeem(office.world.session("cashier1"), order).answer == "ok"
    with office.world.ledger.read() as tx:
        seen = as_of(tx, None, office.world.clock(), ZONE)
        found = happened(tx, seen, chosen_programme(tx, None))
    assert {one.given_by for one in found.sales} == {"field1"}
    assert {one.given_by for one in found.steps if one.serial == first} == {"field1"}


def test_two_who_take_one_file_at_once_take_each_event_once(
    office: FieldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "SLICE", 2)
    laptop = office.opened()
    give(laptop, *serials(office))
    path = office.packed(laptop)

    def one(_: int) -> int:
        ledger = office.world.again()
        try:
            session = replace(office.world, ledger=ledger).session("field2")
            return len(taking.take(session, read_back(session, path)).events)
        except Conflict as refused:
            return -len(refused.code)
        finally:
            ledger.close()

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(one, range(3)))
    assert sum(taken for taken in found if taken > 0) == len(serials(office))
    assert {state_of(office.world, serial) for serial in serials(office)} == {"active"}
    sound(office.world)


def interrupted(_: object) -> None:
    """As if somebody pressed Ctrl-C just then."""
    raise KeyboardInterrupt
