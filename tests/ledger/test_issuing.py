"""Batches and issuing: a list drafted by one, approved by another, becomes vouchers at once."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.clock import instant_on
from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.distribution.printing import approved_batch
from cbi.ledger.chain import chained, genesis, line_digest
from cbi.ledger.invariants import check_ledger
from cbi.ledger.journal import LINE_COLUMNS, line_json
from cbi.ledger.sealing import last_seal, unsealed
from cbi.ledger.vouchers import issuing, issuing_slices
from cbi.ledger.vouchers.approving import DueLines, approve, vouchers_of
from cbi.ledger.vouchers.codes import code_hash, open_code, read_code
from cbi.ledger.vouchers.issuing import Fresh, Issue, issue_digests, validity
from cbi.ledger.vouchers.reading import ISSUE_FACTS, journal
from cbi.operators.keyring import Keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.programmes.batches import DraftLine, batch, batches, cancel, draft
from cbi.programmes.programmes import issued_net_minor
from cbi.reports.waiting import waiting_work
from cbi.storage import WriteTransaction
from tests.conftest import World
from tests.ledger.tampering import tampering

ROUND = "KZ22-R1"


def lines(count: int, amount_minor: int = 1_500_000, start: int = 1) -> list[DraftLine]:
    return [
        DraftLine(f"P-{number:06d}", "almaty", "fa", "food", amount_minor)
        for number in range(start, start + count)
    ]


def refused(code: str, kind: type[CbiError] = CbiError) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def holds(world: World) -> None:
    with world.ledger.read() as tx:
        assert [finding for finding in check_ledger(tx) if finding.wrong] == []


def test_a_draft_is_a_list_and_moves_nothing(world: World) -> None:
    made = draft(world.session("field1"), ROUND, lines(3))
    assert (made.number, made.state, made.voucher_count, made.amount_minor) == (
        "KZ22-R1-B1", "draft", 3, 4_500_000
    )
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM voucher") == 0
        assert batch(tx, " kz22-r1-b1 ") == made
    holds(world)


def test_an_approved_batch_is_vouchers_with_codes_that_only_the_key_opens(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(3)).number
    made = approve(world.session("manager1"), number)
    assert (made.state, made.approved_by) == ("approved", "manager1")
    with world.ledger.read() as tx:
        vouchers = vouchers_of(tx, number)
        story = journal(tx, vouchers[0].id)
    assert [row.serial for row in vouchers] == [f"KZ22-R1-{n:06d}" for n in (1, 2, 3)]
    assert {row.state for row in vouchers} == {"issued"}
    codes = [open_code(row.code_sealed, world.keys.need("codes")) for row in vouchers]
    assert [read_code(code) for code in codes] == codes
    assert len(set(codes)) == 3
    lookup = world.keys.need("lookup")
    assert [row.code_hash for row in vouchers] == [code_hash(code, lookup) for code in codes]
    assert [(line.kind, line.amount_minor, line.debit, line.credit) for line in story] \
        == [("issue", 1_500_000, "funds", "vouchers")]
    holds(world)


def test_the_first_line_is_chained_as_any_line_is(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(2)).number
    approve(world.session("manager1"), number)
    with world.ledger.read() as tx:
        for voucher in vouchers_of(tx, number):
            line = journal(tx, voucher.id)[0]
            facts = {name: getattr(voucher, name) for name in ISSUE_FACTS} | {"voucher": voucher.id}
            digest = line_digest(line_json(line.said, facts))
            assert line.hash == chained(genesis(voucher.id), digest)


word = st.text(max_size=12)


@given(
    beneficiary=word, city=word, language=word, category=word, operator=word, currency=word,
    amount=st.integers(1, 2**53), part=st.integers(1, 99), generation=st.integers(0, 9),
    seed=st.integers(0, 2**32),
)
def test_the_filled_template_is_the_canonical_json(
    beneficiary: str, city: str, language: str, category: str, operator: str, currency: str,
    amount: int, part: int, generation: int, seed: int,
) -> None:
    noise = random.Random(seed).randbytes
    issue = Issue(
        batch=noise(16), round="KZ22-R1", currency=currency, valid_from="2022-08-16",
        valid_until="2022-09-30", opens_at=1, closes_at=2, operator=operator, at=1661000000000000,
        generation=generation,
    )
    line = DraftLine(beneficiary, city, language, category, amount, part)
    new = Fresh(noise(16), noise(16), "KZ22-R1-000001", noise(32), noise(44))
    told = dict.fromkeys(LINE_COLUMNS) | {
        "id": new.entry_id, "kind": "issue", "operator": operator, "occurred_at": issue.at,
        "recorded_at": issue.at, "amount_minor": amount, "debit": "funds", "credit": "vouchers",
        "valid_until": issue.valid_until,
    }
    facts = {
        "beneficiary": beneficiary, "city": city, "language": language, "category": category,
        "part": part, "generation": generation,
        "serial": new.serial, "code_hash": new.code_hash, "code_sealed": new.code_sealed,
        "batch": issue.batch, "round": issue.round, "currency": currency, "face_minor": amount,
        "valid_from": issue.valid_from, "voucher": new.id,
    }
    assert set(facts) == {*ISSUE_FACTS, "voucher"}
    assert next(issue_digests(issue, [line], [new])) == line_digest(line_json(told.values(), facts))


def test_a_batch_larger_than_a_chunk_is_issued_whole_and_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(issuing, "CHUNK", 3)
    number = draft(world.session("field1"), ROUND, lines(8)).number
    approve(world.session("manager1"), number)
    with world.ledger.read() as tx:
        made = vouchers_of(tx, number)
    assert [row.beneficiary for row in made] == [line.beneficiary for line in lines(8)]
    holds(world)


@pytest.fixture
def halted(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A batch of eight of which three vouchers are made and whose office went away; its number."""
    def away() -> None:
        raise KeyboardInterrupt

    number = draft(world.session("field1"), ROUND, lines(8)).number
    monkeypatch.setattr(issuing_slices, "SLICE", 3)
    with monkeypatch.context() as halfway:
        halfway.setattr(world.ledger, "give_way", away)
        with pytest.raises(KeyboardInterrupt):
            approve(world.session("manager1"), number)
    return number


def test_a_batch_that_was_halted_is_true_and_binds_the_whole_of_its_amount(
    world: World, halted: str,
) -> None:
    with world.ledger.read() as tx:
        made = batch(tx, halted)
        assert (made.state, made.approved_by) == ("issuing", "manager1")
        assert len(vouchers_of(tx, halted)) == 3
        assert issued_net_minor(tx, made.programme) == 8 * 1_500_000
        assert [one.what for one in waiting_work(tx, world.clock.now) if one.object == halted] \
            == ["batch-unfinished"]
    holds(world)
    with refused("issuance.batch-not-approved", Conflict), world.ledger.read() as tx:
        approved_batch(tx, halted)
    with refused("ledger.batch-not-a-draft", Conflict):
        cancel(world.session("field1"), halted, "too late")


def test_whoever_may_approve_goes_on_with_a_halted_batch_where_it_stood(
    world: World, halted: str,
) -> None:
    as_manager = replace(
        world.session("field1"), operator=Operator("field1", frozenset({"manager"}))
    )
    with refused("operators.duties-apart", NotAllowed):
        approve(as_manager, halted)
    made = approve(world.session("manager2"), halted)
    assert (made.state, made.approved_by) == ("approved", "manager1")
    with world.ledger.read() as tx:
        assert [row.beneficiary for row in vouchers_of(tx, halted)] \
            == [line.beneficiary for line in lines(8)]
        assert unsealed(tx) == []
    holds(world)


def test_two_who_go_on_with_a_batch_at_once_make_other_vouchers(
    world: World, halted: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, went = world.session("manager2"), list[int]()

    def another() -> None:
        went.append(1)
        if len(went) == 1:
            approve(session, halted)

    monkeypatch.setattr(world.ledger, "give_way", another)
    assert approve(world.session("manager1"), halted).state == "approved"
    assert went
    holds(world)


def test_another_list_of_the_round_waits_until_a_halted_batch_is_whole(
    world: World, halted: str,
) -> None:
    other = draft(world.session("field1"), ROUND, lines(3, start=6)).number
    with refused("ledger.round-issuing", Conflict):
        approve(world.session("manager2"), other)
    approve(world.session("manager2"), halted)
    with refused("ledger.issued-already", Conflict):
        approve(world.session("manager2"), other)
    holds(world)


def test_a_halted_batch_goes_on_with_the_list_that_was_approved(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = draft(world.session("field1"), ROUND, lines(5)).number
    monkeypatch.setattr(issuing_slices, "SLICE", 2)

    def look(*_: object) -> DueLines:
        return DueLines([*lines(1), *lines(2, 900_000, start=4)])

    with monkeypatch.context() as halfway:
        halfway.setattr(issuing_slices, "issue_batch", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            approve(world.session("manager1"), number, look)
    holds(world)
    made = approve(world.session("manager1"), number)
    assert (made.voucher_count, made.amount_minor) == (3, 1_500_000 + 2 * 900_000)
    with world.ledger.read() as tx:
        assert [(row.beneficiary, row.face_minor) for row in vouchers_of(tx, number)] \
            == [("P-000001", 1_500_000), ("P-000004", 900_000), ("P-000005", 900_000)]
    holds(world)


@pytest.fixture
def elsewhere(world: World) -> Iterator[OperatorSession]:
    """A field officer at another machine."""
    ledger = world.again()
    ledger.following = world.ledger.following
    yield replace(world.session("field2"), ledger=ledger)
    ledger.close()


def test_what_was_due_is_looked_at_again_where_an_office_did_something_since(
    world: World, elsewhere: OperatorSession,
) -> None:
    number = draft(world.session("field1"), ROUND, lines(2)).number
    looks = list[int]()

    def look(tx: object, drafted: object, listed: object) -> DueLines:
        looks.append(1)
        if len(looks) == 1:  # somebody falls out, just after the first look
            draft(elsewhere, ROUND, lines(1, start=9))
            return DueLines(lines(2))
        return DueLines(lines(1))

    assert approve(world.session("manager1"), number, look).voucher_count == 1
    assert len(looks) == 2
    holds(world)


def test_where_an_office_never_rests_it_is_looked_at_while_others_wait(
    world: World, elsewhere: OperatorSession,
) -> None:
    number = draft(world.session("field1"), ROUND, lines(2)).number
    looks = list[object]()

    def look(tx: object, drafted: object, listed: object) -> DueLines:
        looks.append(tx)
        if not isinstance(tx, WriteTransaction):
            draft(elsewhere, ROUND, lines(1, start=8 + len(looks)))
        return DueLines(lines(2))

    approve(world.session("manager1"), number, look)
    assert [isinstance(tx, WriteTransaction) for tx in looks] == [False] * 3 + [True]
    holds(world)


def test_approving_seals_what_was_issued(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(3)).number
    approve(world.session("manager1"), number)
    with world.ledger.read() as tx:
        assert unsealed(tx) == []
        made = last_seal(tx)
    assert made is not None
    assert (made.size, made.reason) == (5, f"batch {number}")


def test_who_drafted_does_not_approve(world: World) -> None:
    number = draft(world.session("manager1"), ROUND, lines(1)).number
    with refused("operators.duties-apart", NotAllowed):
        approve(world.session("manager1"), number)
    with world.ledger.read() as tx:
        assert batch(tx, number).state == "draft"


def test_field_staff_approve_nothing(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(1)).number
    with refused("operators.role-missing", NotAllowed):
        approve(world.session("field2"), number)


def test_a_batch_is_approved_once(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(1)).number
    approve(world.session("manager1"), number)
    with refused("ledger.batch-not-a-draft", Conflict):
        approve(world.session("manager2"), number)
    with refused("ledger.batch-not-a-draft", Conflict):
        cancel(world.session("field1"), number, "too late")


def test_a_cancelled_draft_cannot_be_approved(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(1)).number
    assert cancel(world.session("field1"), number, "wrong city").state == "cancelled"
    with refused("ledger.batch-not-a-draft", Conflict):
        approve(world.session("manager1"), number)
    holds(world)


def test_nobody_gets_a_rounds_voucher_of_a_category_twice(world: World) -> None:
    approve(world.session("manager1"), draft(world.session("field1"), ROUND, lines(3)).number)
    again = draft(world.session("field1"), ROUND, lines(3, start=3)).number
    with refused("ledger.issued-already", Conflict):
        approve(world.session("manager1"), again)
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM voucher") == 3
        assert batch(tx, again).state == "draft"
        assert tx.value("SELECT next_serial FROM round WHERE code = 'KZ22-R1'") == 4
    holds(world)


def test_an_entitlement_in_several_vouchers_is_told_apart_by_its_part(world: World) -> None:
    parts = [replace(lines(1)[0], part=part) for part in (1, 2)]
    approve(world.session("manager1"), draft(world.session("field1"), ROUND, parts).number)
    holds(world)


def test_a_list_changed_behind_the_programs_back_is_not_approved(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(2)).number
    with tampering(world) as run:
        run("UPDATE batch_line SET amount_minor = 9000000 WHERE line = 1")
    with refused("ledger.batch-list-changed", Conflict):
        approve(world.session("manager1"), number)


def test_an_empty_list_an_unknown_round_or_batch_are_refused(world: World) -> None:
    with refused("ledger.batch-empty", UsageError):
        draft(world.session("field1"), ROUND, [])
    with refused("ledger.round-unknown", NotFound):
        draft(world.session("field1"), "KZ99", lines(1))
    with refused("ledger.batch-unknown", NotFound):
        approve(world.session("manager1"), "KZ22-R1-B9")


def test_without_the_keys_nothing_is_approved(world: World) -> None:
    number = draft(world.session("field1"), ROUND, lines(1)).number
    till = Keyring(world.keys.ledger_id, world.keys.seal_public,
                   {"lookup": world.keys.need("lookup")})
    session = replace(world.session("manager1"), open_keys=lambda: till)
    with refused("operators.key-missing"):
        approve(session, number)
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM voucher") == 0


def test_batches_are_listed_the_newest_first(world: World) -> None:
    for start in (1, 2, 3):
        draft(world.session("field1"), ROUND, lines(1, start=start))
    with world.ledger.read() as tx:
        assert [one.number for one in batches(tx)] == [f"KZ22-R1-B{n}" for n in (3, 2, 1)]
        assert [one.number for one in batches(tx, limit=1)] == ["KZ22-R1-B3"]
        assert batches(tx, round_code="KZ99") == []


def test_the_last_valid_day_counts_whole_in_the_programmes_zone() -> None:
    opens_at, closes_at = validity("2022-08-16", "2022-09-30", "Asia/Almaty")
    assert opens_at == instant_on("2022-08-16", 0, "Asia/Almaty")
    assert closes_at == instant_on("2022-10-01", 0, "Asia/Almaty")


@pytest.mark.parametrize("day", ["2022-03-26", "2022-03-27", "2022-10-29", "2022-10-30"])
def test_a_day_with_a_changing_clock_counts_whole_too(day: str) -> None:
    opens_at, closes_at = validity(day, day, "Europe/Berlin")
    hours = (closes_at - opens_at) / 3_600_000_000
    assert hours == {"2022-03-27": 23, "2022-10-30": 25}.get(day, 24)
