"""Verify and redeem: every answer, and nothing refused is ever recorded as done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cbi.base.clock import MINUTE_US, instant_on
from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, Unusable, UsageError
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers import changes, redeeming
from cbi.ledger.vouchers.answers import ANSWERS, Answer, answer_json
from cbi.ledger.vouchers.codes import make_codes, show_code
from cbi.ledger.vouchers.failed_lookups import GUESSES_MAX
from cbi.ledger.vouchers.reading import by_serial, journal
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from cbi.ledger.vouchers.reversing import reverse
from cbi.ledger.vouchers.spending import Moved, move
from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.till.judging import Judge
from tests.conftest import World
from tests.there import as_postgres, there
from tests.vouchers import in_hand, issued

ALMATY = "Asia/Almaty"
STORE = "magnum-almaty-1"
FACE = 1_500_000


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """The tests' world; after every test here, every rule of the ledger holds."""
    yield world
    with world.ledger.read() as tx:
        assert [finding for finding in check_ledger(tx) if finding.wrong] == []


def refused(code: str, kind: type[CbiError] = CbiError) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def ask(
    world: World, code: str, amount: int = FACE, receipt: str = "R1", by: str = "cashier2",
    **more: Any,
) -> Answer:
    return redeem(world.session(by), Redeem(
        code=code, amount_minor=amount, receipt=receipt, **{"store": STORE, **more}
    ))


def lines_of(world: World, serial: str) -> list[tuple[str, int]]:
    with world.ledger.read() as tx:
        found = journal(tx, by_serial(tx, serial).id)
    return [(line.kind, line.amount_minor) for line in found]


def spent(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT coalesce(sum(spent_minor), 0) FROM voucher"))


def other_round(world: World, *, in_parts: int) -> None:
    world.ledger.transact(lambda tx: tx.insert("round", [{
        "code": "KZ22-R2", "programme": "KZ22", "valid_from": "2022-08-16",
        "valid_until": "2022-09-30", "in_parts": in_parts, "next_serial": 1, "next_batch": 1,
        "made_by": "manager1", "made_at": world.clock.now,
    }]))
    world.ledger.transact(lambda tx: tx.insert("round_retailer", [
        {"round": "KZ22-R2", "category": "food", "retailer": "magnum"}
    ]))


def test_a_voucher_is_verified_and_redeemed_whole(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    seen = verify(world.session("cashier1"), code, STORE)
    assert (seen.answer, seen.serial, seen.category, seen.balance_minor, seen.currency) == (
        "ok", serial, "food", FACE, "KZT"
    )
    assert seen.valid_until == "2022-09-30"
    answer = ask(world, code)
    assert (answer.answer, answer.balance_minor, answer.amount_minor) == ("ok", 0, FACE)
    assert answer.redemption == f"{serial}/3"
    assert not answer.replayed
    assert lines_of(world, serial) == [("issue", FACE), ("hand-over", 0), ("redeem", FACE)]


def test_verifying_changes_nothing(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    for _ in range(3):
        assert verify(world.session("cashier1"), code).answer == "ok"
    assert lines_of(world, serial) == [("issue", FACE), ("hand-over", 0)]


def test_a_voucher_is_spent_in_parts_until_nothing_is_left(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    assert ask(world, code, 500_000, "R1").balance_minor == 1_000_000
    assert ask(world, code, 1_000_000, "R2").balance_minor == 0
    used = ask(world, code, 1, "R3")
    assert (used.answer, used.balance_minor, used.store) == ("used-up", 0, STORE)
    assert used.when_at is not None
    assert used.zone == ALMATY
    assert verify(world.session("cashier1"), code).answer == "used-up"


def test_where_parts_are_not_allowed_the_whole_is_asked_for(world: World) -> None:
    other_round(world, in_parts=0)
    serial, code = in_hand(world, [FACE], round_code="KZ22-R2")[0]
    with refused("ledger.whole-only", UsageError) as caught:
        ask(world, code, 500_000)
    assert "15" in str(caught.value.facts["amount"])
    assert ask(world, code, FACE + 1, "R2").answer == "too-much"
    assert ask(world, code, FACE).answer == "ok"
    assert lines_of(world, serial)[-1] == ("redeem", FACE)


def test_a_code_is_read_kindly(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    typed = show_code(code).lower().replace("0", "o").replace("1", "l")
    assert verify(world.session("cashier1"), f" {typed} ").answer == "ok"


def test_a_mistyped_code_is_no_guess(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for _ in range(2 * GUESSES_MAX):
        assert verify(world.session("cashier1"), wrong, STORE) == Answer(answer="mistyped")
        assert ask(world, wrong) == Answer(answer="mistyped")
    assert verify(world.session("cashier1"), code, STORE).answer == "ok"
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM guess") == 0


def test_a_code_that_is_nobodys_is_unknown(world: World) -> None:
    unknown = make_codes(1, world.entropy)[0]
    assert verify(world.session("cashier1"), unknown, STORE) == Answer(answer="unknown")
    assert ask(world, unknown) == Answer(answer="unknown")


@pytest.mark.parametrize("by_redeeming", [False, True])
def test_ten_unknown_codes_in_ten_minutes_rest_for_five(world: World, by_redeeming: bool) -> None:
    _, code = in_hand(world, [FACE])[0]
    world.clock.step = 0

    def guess() -> str:
        unknown = make_codes(1, world.entropy)[0]
        if by_redeeming:
            return ask(world, unknown).answer
        return verify(world.session("cashier2"), unknown, STORE).answer

    assert [guess() for _ in range(10)] == ["unknown"] * 10
    assert guess() == "throttled", "the eleventh"
    assert ask(world, code).answer == "throttled"
    assert verify(world.session("cashier2"), code).answer == "throttled"
    assert verify(world.session("cashier1"), code, STORE).answer == "throttled", (
        "the store rests too"
    )
    assert verify(world.session("cashier1"), code, "magnum-almaty-1 ").answer == "throttled"
    assert verify(world.session("field1"), code).answer == "ok", "others elsewhere go on"
    world.clock.now += 5 * MINUTE_US - 1
    assert ask(world, code).answer == "throttled"
    world.clock.now += 1
    assert guess() == "unknown", "what led to one rest does not lead to the next"
    assert ask(world, code).answer == "ok"


def test_ten_unknown_codes_over_a_longer_time_are_let_pass(world: World) -> None:
    world.clock.step = 0
    for _ in range(12):
        assert (
            verify(world.session("cashier2"), make_codes(1, world.entropy)[0]).answer == "unknown"
        )
        world.clock.now += 67_000_000


def test_a_voucher_not_handed_over_is_worth_nothing_yet(world: World) -> None:
    serial, code = issued(world, [FACE])[0]
    assert verify(world.session("cashier1"), code).answer == "not-handed-over"
    assert ask(world, code).answer == "not-handed-over"
    assert lines_of(world, serial) == [("issue", FACE)]


def test_a_blocked_voucher_is_refused_until_it_is_unblocked(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    changes.block(world.session("field1"), serial, "lost")
    assert ask(world, code).answer == "blocked"
    changes.unblock(world.session("field1"), serial, "found")
    assert ask(world, code).answer == "ok"


def test_a_void_voucher_is_refused(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    changes.void(world.session("manager1"), serial, "duplicate")
    assert ask(world, code).answer == "void"
    assert verify(world.session("cashier1"), code).answer == "void"


def test_a_replaced_code_is_dead_and_the_new_one_works(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    ask(world, code, 500_000)
    after = changes.replace(world.session("field1"), serial, "torn")
    assert (after.face_minor, after.state) == (1_000_000, "issued")
    assert ask(world, code, 1, "R2").answer == "replaced"
    changes.hand_over(world.session("field1"), [after.serial])
    assert spent(world) == 500_000


@pytest.mark.parametrize(
    ("day", "hour", "minute", "answer"),
    [
        ("2022-08-15", 23, 59, "not-yet-valid"),
        ("2022-08-16", 0, 0, "ok"),
        ("2022-09-30", 23, 59, "ok"),
        ("2022-10-01", 0, 0, "expired"),
    ],
)
def test_the_first_and_the_last_day_count_whole_in_almaty(
    world: World, day: str, hour: int, minute: int, answer: str,
) -> None:
    world.clock.step, start = 0, world.clock.now
    world.clock.now = min(start, instant_on(day, hour, ALMATY, minute))
    serial, code = in_hand(world, [FACE])[0]
    world.clock.now = instant_on(day, hour, ALMATY, minute)
    assert verify(world.session("cashier1"), code).answer == answer
    assert ask(world, code).answer == answer
    assert (lines_of(world, serial)[-1] == ("redeem", FACE)) == (answer == "ok")


def test_the_last_second_and_the_last_microsecond_are_still_good(world: World) -> None:
    first, second, third = (paper.code for paper in in_hand(world, [FACE] * 3))
    world.clock.step = 0
    midnight = instant_on("2022-10-01", 0, ALMATY)
    world.clock.now = midnight - 1_000_000
    assert ask(world, first, receipt="R1").answer == "ok"
    world.clock.now = midnight - 1
    assert ask(world, second, receipt="R2").answer == "ok"
    world.clock.now = midnight
    assert ask(world, third, receipt="R3").answer == "expired"


def test_a_till_just_before_midnight_is_not_pushed_over_by_another_ones_clock(world: World) -> None:
    """The other's line is a second past midnight; what counts is this till's own word."""
    early, late = in_hand(world, [FACE] * 2)
    changes.extend(world.session("manager1"), early.serial, "2022-12-31", "delay")
    world.clock.step = 0
    midnight = instant_on("2022-10-01", 0, ALMATY)
    world.clock.now = midnight + 1_000_000
    assert ask(world, early.code, receipt="R1").answer == "ok"
    world.clock.now = midnight - 1
    assert ask(world, late.code, receipt="R2").answer == "ok"


def test_a_receipt_from_within_the_dates_is_taken_after_them(world: World) -> None:
    """Paper collected by a shop and sent in later: both instants are kept."""
    serial, code = in_hand(world, [FACE])[0]
    world.clock.now = instant_on("2022-10-05", 9, ALMATY)
    bought = instant_on("2022-09-30", 20, ALMATY)
    assert ask(world, code, occurred_at=bought).answer == "ok"
    with world.ledger.read() as tx:
        line = journal(tx, by_serial(tx, serial).id)[-1]
    assert line.occurred_at == bought
    assert line.recorded_at > instant_on("2022-10-05", 9, ALMATY)


def test_what_has_not_happened_yet_is_refused(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    with refused("ledger.in-the-future", UsageError):
        ask(world, code, occurred_at=world.clock.now + 10 * MINUTE_US)


def test_more_than_the_balance_is_too_much_and_takes_nothing(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    over = ask(world, code, FACE + 1)
    assert (over.answer, over.balance_minor) == ("too-much", FACE)
    assert spent(world) == 0
    assert ask(world, code, FACE).answer == "ok"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0, "base.amount-not-positive"), (-1, "base.amount-not-positive"),
        (-FACE, "base.amount-not-positive"), (10**15 + 1, "base.amount-too-large"),
        (2**63, "base.amount-too-large"), (10**30, "base.amount-too-large"),
    ],
)
def test_amounts_that_cannot_be_are_refused(world: World, amount: int, code: str) -> None:
    paper = in_hand(world, [FACE])[0]
    with refused(code, UsageError):
        ask(world, paper.code, amount)
    with refused(code, UsageError):
        ask(world, paper.code, FACE, receipt_total_minor=amount)
    assert spent(world) == 0


def test_a_retailer_outside_the_round_is_refused(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    assert ask(world, code, store="other-almaty-1").answer == "wrong-retailer"
    assert verify(world.session("cashier2"), code, "other-almaty-1").answer == "wrong-retailer"


def test_a_retailer_that_takes_another_category_alone_is_told_so(world: World) -> None:
    world.ledger.transact(lambda tx: tx.insert("round_retailer", [
        {"round": "KZ22-R1", "category": "nonfood", "retailer": "other"}
    ]))
    _, code = in_hand(world, [FACE])[0]
    assert ask(world, code, store="other-almaty-1").answer == "wrong-category"


def test_goods_of_another_category_are_refused(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    assert ask(world, code, category="nonfood").answer == "wrong-category"
    assert ask(world, code, category="food").answer == "ok"


def test_a_cashier_works_at_their_own_stores_alone(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    with refused("ledger.store-not-yours", NotAllowed):
        ask(world, code, by="cashier1", store="magnum-almaty-2")
    assert ask(world, code, by="cashier1", store=STORE.upper()).answer == "ok"


def test_an_unknown_store_and_a_missing_receipt_are_named(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    with refused("ledger.store-unknown", NotFound):
        ask(world, code, store="nowhere")
    with refused("ledger.receipt-missing", UsageError):
        ask(world, code, receipt="  ")


def test_field_staff_and_finance_redeem_nothing(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    for name in ("field1", "finance1", "manager1", "auditor1", "admin1"):
        with refused("operators.role-missing", NotAllowed):
            ask(world, code, by=name)


def test_a_closed_store_takes_nothing_more_but_sends_in_what_it_took(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    assert verify(world.session("cashier2"), first, STORE).answer == "ok"
    closed = world.clock.now
    world.ledger.transact(lambda tx: tx.run(
        "UPDATE store SET closed_at = :at WHERE code = :code", at=closed, code=STORE
    ))
    with refused("ledger.store-closed", Conflict):
        ask(world, first)
    assert ask(world, second, occurred_at=closed - 1, receipt="R2").answer == "ok"
    assert spent(world) == FACE


# Asked again.


def test_the_same_request_gets_the_same_answer_and_takes_nothing_more(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    first = ask(world, code, 500_000, request="till-7/1")
    ask(world, code, 200_000, "R2", request="till-7/2")
    again = ask(world, code, 500_000, request="till-7/1")
    assert again.replayed
    assert (again.answer, again.balance_minor, again.redemption) == (
        first.answer, first.balance_minor, first.redemption
    )
    assert spent(world) == 700_000


def test_without_a_request_store_receipt_and_code_say_what_is_the_same(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    first = ask(world, code, 500_000, "r-1 ")
    assert ask(world, code, 500_000, "R-1").redemption == first.redemption
    assert ask(world, code, 500_000, "R-1", store="magnum-almaty-2").redemption \
        != first.redemption
    assert spent(world) == 1_000_000


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 400_000}, {"receipt": "R2"}, {"store": "magnum-almaty-2"},
        {"receipt_total_minor": 900_000},
    ],
)
def test_the_same_request_with_other_content_is_refused(
    world: World, changed: dict[str, Any],
) -> None:
    _, code = in_hand(world, [FACE])[0]
    asked: dict[str, Any] = {
        "amount": 500_000, "receipt": "R1", "receipt_total_minor": 600_000, "request": "q",
    }
    ask(world, code, **asked)
    with refused("ledger.request-differs", Conflict):
        ask(world, code, **{**asked, **changed})
    assert spent(world) == 500_000


@pytest.mark.parametrize("way", [None, "scanner", "camera", "typed"])
def test_how_the_code_came_in_stands_in_the_line(world: World, way: str | None) -> None:
    _, code = in_hand(world, [FACE])[0]
    assert ask(world, code, code_way=way).answer == "ok"
    with world.ledger.read() as tx:
        assert list(tx.tuples("SELECT code_way FROM entry WHERE kind = 'redeem'")) == [(way,)]


def test_no_other_way_is_taken(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    with refused("ledger.code-way-unknown", UsageError):
        ask(world, code, code_way="wedge")
    assert spent(world) == 0


def test_the_same_request_for_another_voucher_is_refused(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    ask(world, first, request="q")
    with refused("ledger.request-differs", Conflict):
        ask(world, second, request="q")
    assert spent(world) == FACE


def test_another_amount_on_the_same_receipt_and_code_is_refused(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    ask(world, code, 500_000)
    with refused("ledger.request-differs", Conflict) as caught:
        ask(world, code, 600_000)
    assert "5" in str(caught.value.facts["amount"])
    assert spent(world) == 500_000


def test_another_request_for_the_same_receipt_and_code_is_receipt_used(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    first = ask(world, code, 500_000, request="a")
    second = ask(world, code, 500_000, request="b")
    assert (second.answer, second.redemption) == ("receipt-used", first.redemption)
    assert spent(world) == 500_000


def test_a_replay_is_known_even_when_the_voucher_can_no_longer_be_spent(world: World) -> None:
    """Known requests are looked up before any rule: the lost answer was `ok` and stays so."""
    serial, code = in_hand(world, [FACE])[0]
    ask(world, code, 500_000)
    changes.block(world.session("field1"), serial, "lost")
    again = ask(world, code, 500_000)
    assert (again.answer, again.replayed) == ("ok", True)
    assert ask(world, code, 500_000, "R2").answer == "blocked"


def test_a_refused_request_may_be_asked_again_when_things_have_changed(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    changes.block(world.session("field1"), serial, "lost")
    assert ask(world, code, request="q").answer == "blocked"
    changes.unblock(world.session("field1"), serial, "found")
    assert ask(world, code, request="q").answer == "ok"


def test_two_tills_with_one_request_at_one_instant_take_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other till commits between our look and our write: the second look-up finds it."""
    _, code = in_hand(world, [FACE])[0]
    original, done = move, list[bool]()

    def overtaken(ledger: Database, values: Any) -> Moved | None:
        if not done:
            done.append(True)
            assert ask(world, code, 500_000, by="cashier1").answer == "ok"
        return original(ledger, values)

    monkeypatch.setattr(redeeming, "move", overtaken)
    answer = ask(world, code, 500_000, by="cashier2")
    assert (answer.answer, answer.replayed) == ("ok", True)
    assert spent(world) == 500_000


def test_after_a_reversal_the_same_receipt_serves_again(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    first = ask(world, code, 500_000)
    reverse(world.session("manager1"), there(first.redemption), "wrong amount")
    second = ask(world, code, 600_000)
    assert (second.answer, second.replayed) == ("ok", False)
    assert ask(world, code, 600_000).redemption == second.redemption
    assert spent(world) == 600_000


def test_receipts_reversed_without_end_are_no_mistake_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redeeming, "TURNS_MAX", 3)
    _, code = in_hand(world, [FACE])[0]
    for _ in range(3):
        answer = ask(world, code, 500_000)
        reverse(world.session("manager1"), there(answer.redemption), "again")
    with refused("ledger.too-many-turns", Conflict):
        ask(world, code, 500_000)


# One receipt, several vouchers.


def test_a_receipt_carries_several_vouchers_up_to_its_total(world: World) -> None:
    first, second, third = (paper.code for paper in in_hand(world, [FACE] * 3))
    assert ask(world, first, 800_000, receipt_total_minor=1_000_000).answer == "ok"
    over = ask(world, second, 300_000, receipt_total_minor=1_000_000)
    assert (over.answer, over.balance_minor) == ("receipt-used", FACE)
    assert ask(world, second, 200_000, receipt_total_minor=1_000_000).answer == "ok"
    assert ask(world, third, 1).answer == "receipt-used", "its total is known by now"
    assert spent(world) == 1_000_000


def test_a_total_smaller_than_the_amount_is_refused(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    assert ask(world, code, 800_000, receipt_total_minor=700_000).answer == "receipt-used"
    assert spent(world) == 0


def test_a_total_given_later_counts_what_was_there_before(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    ask(world, first, 800_000)
    assert ask(world, second, 300_000, receipt_total_minor=1_000_000).answer == "receipt-used"
    assert ask(world, second, 200_000, receipt_total_minor=1_000_000).answer == "ok"


def test_another_total_than_the_first_is_refused_until_nothing_stands_on_the_receipt(
    world: World,
) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    done = ask(world, first, 800_000, receipt_total_minor=1_000_000)
    for other in (2_000_000, 900_000):
        with refused("ledger.receipt-total-differs", Conflict):
            ask(world, second, 100_000, receipt_total_minor=other)
    reverse(world.session("manager1"), there(done.redemption), "the total was misread")
    assert ask(world, second, 800_000, receipt_total_minor=2_000_000).answer == "ok"
    assert ask(world, first, 900_000, receipt_total_minor=2_000_000).answer == "ok"
    assert spent(world) == 1_700_000


def test_a_reversal_makes_room_on_the_receipt(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    done = ask(world, first, 800_000, receipt_total_minor=1_000_000)
    reverse(world.session("manager1"), there(done.redemption), "wrong voucher")
    assert ask(world, second, 1_000_000).answer == "ok"


def test_the_same_number_at_another_store_is_another_receipt(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    ask(world, first, 800_000, receipt_total_minor=800_000)
    other = ask(world, second, 800_000, store="magnum-almaty-2", receipt_total_minor=800_000)
    assert other.answer == "ok"


def test_a_request_whose_redemption_was_undone_opens_no_turn_of_another_receipt(
    world: World,
) -> None:
    serial, code = in_hand(world, [FACE])[0]
    ask(world, code, 500_000, "R1", request="q-1")
    reverse(world.session("manager1"), f"{serial}/3", "wrong voucher")
    with refused("ledger.request-differs", Conflict):
        ask(world, code, 500_000, "R2", request="q-1")
    assert ask(world, code, 500_000, "R1", request="q-1").replayed
    assert [kind for kind, _ in lines_of(world, serial)][2:] == ["redeem", "reverse"]


def test_a_store_takes_nothing_from_the_instant_it_closed(world: World) -> None:
    first, second = in_hand(world, [FACE] * 2)
    world.clock.step = 0
    closed = world.clock.now
    world.ledger.transact(lambda tx: tx.run(
        "UPDATE store SET closed_at = :at WHERE code = :store", at=closed, store=STORE))
    with refused("ledger.store-closed", Conflict):
        ask(world, first.code, occurred_at=closed)
    with world.ledger.read() as tx:
        judge = Judge(tx, world.keys.need("lookup"), STORE, "magnum", closed)
        judge.gather([(first.code, "R1")])
        with refused("ledger.store-closed", Conflict):
            judge.answer(judge.voucher(first.code), Redeem(
                code=first.code, amount_minor=FACE, store=STORE, receipt="R1", occurred_at=closed))
    assert ask(world, second.code, receipt="R2", occurred_at=closed - 1).answer == "ok"


def test_the_same_request_with_a_new_total_of_the_receipt_is_another_request(world: World) -> None:
    code = in_hand(world, [FACE])[0].code
    assert ask(world, code, 500_000, "R1").answer == "ok"
    assert ask(world, code, 500_000, "R1").replayed
    with refused("ledger.request-differs", Conflict):
        ask(world, code, 500_000, "R1", receipt_total_minor=800_000)


def test_a_receipt_is_one_however_its_number_is_dressed_and_never_endless(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    assert ask(world, code, 500_000, "R12").answer == "ok"
    for other in (" r12", "\uff32\uff11\uff12", "R\u200b12", "R1\u00ad2"):
        assert ask(world, code, 500_000, other).replayed
    with refused("ledger.receipt-missing", UsageError):
        ask(world, code, 1, "\u200b\u2060")
    with refused("ledger.receipt-too-long", UsageError):
        ask(world, code, 1, "9" * 101)
    with refused("base.control-character", UsageError):
        ask(world, code, 1, "R\x1b12")
    assert [kind for kind, _ in lines_of(world, serial)] == ["issue", "hand-over", "redeem"]


# Clocks.


def test_a_clock_a_little_behind_records_with_the_last_line(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    ask(world, first, receipt="R1")
    world.clock.now -= MINUTE_US
    assert ask(world, second, receipt="R2").answer == "ok"


def test_a_clock_set_back_is_refused_and_nothing_is_recorded(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    world.clock.now -= 3 * MINUTE_US
    with refused("ledger.clock-behind", Unusable) as caught:
        ask(world, code)
    assert int(str(caught.value.facts["behind_seconds"])) > 120
    with refused("ledger.clock-behind", Unusable):
        changes.block(world.session("field1"), serial, "lost")
    assert lines_of(world, serial) == [("issue", FACE), ("hand-over", 0)]
    world.clock.now += 3 * MINUTE_US
    assert ask(world, code).answer == "ok"


def test_two_minutes_behind_are_taken_and_not_a_microsecond_more(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    world.clock.step = 0
    last = world.clock.now
    world.clock.now = last - 120_000_001
    with refused("ledger.clock-behind", Unusable):
        ask(world, first, receipt="R1")
    world.clock.now = last - 120_000_000
    assert ask(world, second, receipt="R2").answer == "ok"


def test_a_vouchers_lines_never_run_back(world: World) -> None:
    serial, code = in_hand(world, [FACE])[0]
    ask(world, code, 1, "R1")
    world.clock.now -= MINUTE_US
    ask(world, code, 2, "R2")
    changes.block(world.session("field1"), serial, "lost")
    with world.ledger.read() as tx:
        instants = [line.recorded_at for line in journal(tx, by_serial(tx, serial).id)]
    assert instants == sorted(instants)


# Engines that go away.


def test_a_ledger_opened_anew_goes_on(world: World) -> None:
    first, second = (paper.code for paper in in_hand(world, [FACE] * 2))
    assert ask(world, first, receipt="R1").answer == "ok"
    world.ledger.close()
    assert ask(world, second, receipt="R2").answer == "ok"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("after_commit", [False, True])
def test_a_server_gone_in_the_middle_is_asked_again_and_takes_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch, after_commit: bool
) -> None:
    _, code = in_hand(world, [FACE])[0]
    original = move

    def cut_off(ledger: Any, values: Any) -> Moved | None:
        monkeypatch.setattr(redeeming, "move", original)
        if after_commit:
            original(ledger, values)
        own = ledger.connection().info.backend_pid
        with psycopg.connect(ledger.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (own,))
        return original(ledger, values)

    monkeypatch.setattr(redeeming, "move", cut_off)
    answer = ask(world, code, 500_000)
    assert (answer.answer, answer.replayed) == ("ok", after_commit)
    assert spent(world) == 500_000
    again = ask(world, code, 500_000)
    assert (again.answer, again.replayed) == ("ok", True)
    assert spent(world) == 500_000


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_deadlock_is_asked_again_by_itself(world: World) -> None:
    """A serialization failure from the engine is retried with the same request."""
    _, code = in_hand(world, [FACE])[0]
    with psycopg.connect(as_postgres(world.ledger).url, autocommit=True) as owner:
        owner.execute(
            "CREATE SEQUENCE tries; GRANT USAGE ON SEQUENCE tries TO PUBLIC; "
            "CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('tries') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; "
            "END IF; RETURN NEW; END $$; "
            "CREATE TRIGGER fail_twice BEFORE INSERT ON entry FOR EACH ROW "
            "EXECUTE FUNCTION fail_twice()"
        )
        assert ask(world, code).answer == "ok"
        assert owner.execute("SELECT last_value FROM tries").fetchone() == (3,)
        owner.execute("DROP FUNCTION fail_twice CASCADE; DROP SEQUENCE tries")


def test_a_ledger_that_is_only_read_takes_nothing_and_says_so(world: World) -> None:
    _, code = in_hand(world, [FACE])[0]
    if isinstance(world.ledger, PostgresDatabase):
        world.ledger.connection().execute("SET default_transaction_read_only = on")
    else:
        world.ledger.connection().execute("PRAGMA query_only = ON")
    with refused("storage.read-only", Unusable):
        ask(world, code)
    assert verify(world.session("cashier1"), code).answer == "ok"
    world.ledger.close()


def test_every_answer_of_the_design_is_given_somewhere_here() -> None:
    source = Path(__file__).read_text("utf-8")
    assert [name for name in ANSWERS if f'"{name}"' not in source] == []


def test_an_answers_record_leaves_out_what_is_absent() -> None:
    told = answer_json(Answer(answer="ok", balance_minor=0))
    assert told == {"answer": "ok", "balance_minor": 0, "replayed": False}
