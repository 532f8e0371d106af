"""The rule of spending stands once: guard and explanation agree, and each condition counts.

`told` is the rule as it was first written, a copy that shares nothing with the list.
"""

import random
from itertools import product
from typing import Any

import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.base.errors import UsageError
from cbi.ledger.vouchers import changes, spending
from cbi.ledger.vouchers.answers import ANSWERS
from cbi.ledger.vouchers.explaining import round_setting, taken_categories
from cbi.ledger.vouchers.reading import Voucher, by_serial
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.spending_rule import CONDITIONS, WHOLE_ONLY, Question, guard, refusal
from cbi.storage.transactions import PLACE, ReadTransaction
from tests.conftest import World
from tests.vouchers import LONG_AGO, in_hand, issued

STORES = {"magnum": "magnum-almaty-1", "other": "other-almaty-1", "third": "third-almaty-1"}
OPENS, CLOSES, FACE = 1_000, 2_000, 100
STATES = ("issued", "active", "blocked", "void", "expired")
ROUNDS = {"KZ22-R1": 1, "KZ22-R2": 0}
BARE = Voucher(
    id=b"i", serial="S", code_hash=b"c", code_sealed=b"s", batch=b"b", round="KZ22-R1",
    city="almaty", category="food", beneficiary="P", language="en", part=1, generation=0,
    currency="KZT", face_minor=FACE, spent_minor=0, closed_minor=0, state="active",
    valid_from="2022-08-16", valid_until="2022-09-30", opens_at=OPENS, closes_at=CLOSES,
    successor=None, last_seq=1, last_hash=b"h", last_at=0,
)
VOUCHERS = [
    BARE._replace(state=state, successor=successor, spent_minor=spent, closed_minor=closed,
                  round=code, category=category)
    for state, successor, (spent, closed), code, category in product(
        STATES, (None, b"n"), ((0, 0), (40, 0), (FACE, 0), (40, 60)), ROUNDS, ("food", "nonfood")
    )
]
QUESTIONS = list(product(
    (OPENS - 1, OPENS, CLOSES - 1, CLOSES), (None, "food", "nonfood"), STORES, (1, 60, 61, FACE)
))


def told(voucher: Voucher, asked: Question) -> str | None:
    """The first reason against spending."""
    at, left = asked.occurred_at, voucher.balance_minor
    if voucher.state == "void":
        return "void" if voucher.successor is None else "replaced"
    if voucher.state == "active" and left == 0:
        return "used-up"
    if voucher.state == "expired" or at >= voucher.closes_at:
        return "expired"
    if voucher.state != "active":
        return "blocked" if voucher.state == "blocked" else "not-handed-over"
    if at < voucher.opens_at:
        return "not-yet-valid"
    if asked.category is not None and asked.category != voucher.category:
        return "wrong-category"
    if asked.taken_here is not None and voucher.category not in asked.taken_here:
        return "wrong-category" if asked.taken_here else "wrong-retailer"
    if asked.amount_minor is not None and asked.amount_minor > left:
        return "too-much"
    whole = asked.amount_minor in (None, left)
    return None if asked.in_parts or whole else WHOLE_ONLY


@pytest.fixture
def world(world: World) -> World:
    """With a round that takes no parts, and a retailer that takes food alone and there alone."""
    with world.ledger.write() as tx:
        tx.insert("retailer", [{"code": "third", "name": "Third", "number": None}])
        tx.insert("store", [{"code": STORES["third"], "retailer": "third", "city": "almaty",
                             "names": "{}", "closed_at": None}])
        tx.insert("round", [{
            "code": "KZ22-R2", "programme": "KZ22", "valid_from": "2022-08-16",
            "valid_until": "2022-09-30", "in_parts": 0, "next_serial": 1, "next_batch": 1,
            "made_by": "manager1", "made_at": world.clock.now,
        }])
        tx.insert("round_retailer", [
            {"round": "KZ22-R2", "category": category, "retailer": retailer}
            for category, retailer in (("food", "magnum"), ("nonfood", "magnum"),
                                       ("food", "third"))
        ])
    return world


@pytest.fixture
def taken(world: World) -> dict[tuple[str, str], frozenset[str]]:
    """The categories that each retailer takes in each round, as the ledger has them."""
    with world.ledger.read() as tx:
        return {(code, retailer): taken_categories(tx, code, retailer)
                for code, retailer in product(ROUNDS, STORES)}


def asked_of(
    voucher: Voucher, question: tuple[int, str | None, str, int],
    taken: dict[tuple[str, str], frozenset[str]],
) -> Question:
    """A question put to a voucher."""
    at, category, retailer, amount = question
    return Question(at, taken[voucher.round, retailer], category, amount,
                 in_parts=bool(ROUNDS[voucher.round]))


def literal(value: object) -> str:
    if value is None:
        return "CAST(NULL AS text)"
    return str(value) if isinstance(value, int) else f"'{value.hex()}'" if isinstance(
        value, bytes
    ) else f"'{value}'"


def in_sql(tx: ReadTransaction, *expressions: str) -> list[tuple[bool, ...]]:
    """What SQL says of every voucher and question, in one query."""
    columns = ("state", "successor", "face_minor", "spent_minor", "closed_minor", "round",
               "category", "opens_at", "closes_at")
    vouchers = ", ".join(
        f"({number}, " + ", ".join(literal(getattr(one, name)) for name in columns) + ")"
        for number, one in enumerate(VOUCHERS)
    )
    questions = ", ".join(
        f"({number}, " + ", ".join(map(literal, one)) + ")" for number, one in enumerate(QUESTIONS)
    )
    asked = PLACE.sub(r"q.\1", ", ".join(
        f"CASE WHEN {one} THEN 1 ELSE 0 END" for one in expressions
    ))
    return [tuple(map(bool, row)) for row in tx.tuples(
        f"WITH v (number, {', '.join(columns)}) AS (VALUES {vouchers}), "
        f"q (number, occurred_at, category, retailer, amount_minor) AS (VALUES {questions}) "
        f"SELECT {asked} FROM v CROSS JOIN q ORDER BY v.number, q.number"
    )]


def test_each_condition_says_the_same_in_sql_and_in_python_and_so_do_all(
    world: World, taken: dict[tuple[str, str], frozenset[str]],
) -> None:
    with world.ledger.read() as tx:
        rows = iter(in_sql(tx, *(one.sql for one in CONDITIONS), guard()))
    for voucher, question in product(VOUCHERS, QUESTIONS):
        asked = asked_of(voucher, question, taken)
        *each, together = next(rows)
        assert each == [one.holds(voucher, asked) for one in CONDITIONS], (voucher, asked)
        assert together == (refusal(voucher, asked) is None), (voucher, asked)
        assert refusal(voucher, asked) == told(voucher, asked), (voucher, asked)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_condition_taken_out_is_seen(taken: dict[tuple[str, str], frozenset[str]]) -> None:
    cases = [(voucher, asked_of(voucher, question, taken))
             for voucher, question in product(VOUCHERS, QUESTIONS)]
    for one in CONDITIONS:
        rest = [other for other in CONDITIONS if other is not one]
        seen = {told(*case) for case in cases if refusal(*case, rest) != told(*case)}
        assert seen == {one.answer}, one.name


def test_nothing_is_asked_where_nothing_is_named() -> None:
    """`verify` without a store, a category or an amount asks of the voucher alone."""
    assert refusal(BARE, Question(OPENS, None, in_parts=False)) is None
    assert refusal(BARE._replace(spent_minor=FACE), Question(OPENS, None)) == "used-up"


def test_the_statements_hold_the_whole_guard_and_every_answer_is_the_designs() -> None:
    assert guard() in spending._SQLITE_MOVE
    assert guard() in spending.POSTGRES_MOVE
    assert {one.answer for one in CONDITIONS} - {WHOLE_ONLY} < set(ANSWERS)
    assert len({one.name for one in CONDITIONS}) == len(CONDITIONS)


def lived(world: World) -> list[Any]:
    """Papers of vouchers in every state, of both rounds."""
    papers = in_hand(world, [FACE] * 8, handed_at=LONG_AGO)
    papers += in_hand(world, [FACE] * 6, handed_at=LONG_AGO, round_code="KZ22-R2", start=30)
    papers += in_hand(world, [FACE] * 2, handed_at=LONG_AGO, category="nonfood", start=50)
    changes.block(world.session("field1"), papers[1].serial, "lost")
    changes.void(world.session("manager1"), papers[2].serial, "left the country")
    changes.replace(world.session("field1"), papers[3].serial, "torn")
    for paper, amount in ((papers[4], FACE), (papers[5], 40)):
        redeem(world.session("cashier2"), Redeem(
            code=paper.code, amount_minor=amount, store=STORES["magnum"], receipt="R0"
        ))
    changes.extend(world.session("manager1"), papers[6].serial, "2022-12-31", "shop closed")
    return papers + issued(world, [FACE], start=70)


def test_redeem_lets_through_what_the_explanation_calls_ok_and_nothing_else(
    world: World, taken: dict[tuple[str, str], frozenset[str]],
) -> None:
    """The real statement, on vouchers as they live; each question is a receipt of its own."""
    papers, dice, given = lived(world), random.Random(11), set()
    for number in range(250):
        paper, retailer = dice.choice(papers), dice.choice(["magnum"] * 4 + ["other", "third"])
        day = dice.choice((None, None, None, "2022-08-15", "2022-08-16", "2022-08-20"))
        now = world.clock.now
        if number == 200:  # the round's last day is over
            world.clock.now = now = instant_on("2022-09-30", 23, "Asia/Almaty") + DAY_US
        with world.ledger.read() as tx:
            voucher = by_serial(tx, paper.serial)
            setting = round_setting(tx, voucher.round)
        at = None if day is None or number >= 200 else instant_on(day, 1, "Asia/Almaty")
        asked = Question(
            occurred_at=now + world.clock.step if at is None else at,
            taken_here=taken[voucher.round, retailer],
            category=dice.choice((None, None, "food", "nonfood")),
            amount_minor=dice.choice((1, 1, 1, voucher.balance_minor or FACE, FACE + 1)),
            in_parts=bool(setting.in_parts),
        )
        expected = told(voucher, asked)
        try:
            answer = redeem(world.session("cashier2"), Redeem(
                code=paper.code, amount_minor=asked.amount_minor or 0, store=STORES[retailer],
                receipt=f"Q{number}", occurred_at=at, category=asked.category,
            )).answer
        except UsageError as error:
            answer = WHOLE_ONLY if error.code == "ledger.whole-only" else error.code
        assert answer == (expected or "ok"), (voucher, asked)
        given.add(answer)
    assert given >= {"ok", *(one.answer for one in CONDITIONS)}
