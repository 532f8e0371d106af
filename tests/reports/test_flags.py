"""Red flags: found where they are, silent where nothing is, and what was said of them is kept."""

import json
from dataclasses import replace

import pytest

from cbi.base.clock import DAY_US, MINUTE_US, instant_on
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages import text
from cbi.practice.suspicious import campaign
from cbi.reports.flags.facts import Happened, Move, RoundStart, Steps, Undone
from cbi.reports.flags.patterns import RedFlag, sale_flags
from cbi.reports.flags.records import record_flags
from cbi.reports.flags.showing import flag_digest
from tests.conftest import ZONE, World
from tests.flags_table import KINDS, PAGE, Measured, flags, judged, measured
from tests.lines import Typed, typed_by
from tests.vouchers import in_hand

OTHERS = ("under-limit", "one-hand", "household-splits", "one-phone", "before-delivery")
MORNING = instant_on("2022-08-20", 10, ZONE)


@pytest.fixture
def cbi(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(world.folder)
    return typed_by(world, capsys, "manager1")


def test_most_of_what_is_planted_is_found_and_hardly_anything_else() -> None:
    told = measured(1, 9)
    assert told.rate >= 0.9
    assert told.false_per_thousand <= 1


def test_a_page_says_what_was_measured_and_each_kind_is_worded() -> None:
    page = PAGE.read_text("utf-8")
    assert "**together**" in page
    for kind in (*KINDS, *OTHERS):
        assert f"`{kind}`" in page
        for language in ("en", "ru"):
            assert text(f"flags.title-{kind}", language)
            assert text(f"flags.innocent-{kind}", language)


def test_a_pattern_that_is_not_looked_for_would_be_missed() -> None:
    made = campaign(3, 1_200, ("burst",))
    into = Measured()
    judged(made, [one for one in flags(made) if one.kind != "burst"], into)
    assert into.found["burst"] == 0
    judged(made, flags(made), into)
    assert into.found["burst"] == 1


def test_the_same_seed_makes_the_same_campaign() -> None:
    assert campaign(5, 400, KINDS[:2]) == campaign(5, 400, KINDS[:2])


def kinds(told: Happened) -> list[str]:
    return [one.kind for one in (*sale_flags(told), *record_flags(told))]


def test_records_are_looked_at_one_by_one() -> None:
    nothing = Happened(())
    assert kinds(nothing) == []
    steps = tuple(
        Steps(f"S-{number}", "amina", "amina", "amina", "bolat", "amina", "till")
        for number in range(3)
    )
    assert kinds(replace(nothing, steps=steps[:2])) == []
    assert kinds(replace(nothing, steps=steps)) == ["one-hand"]
    rounds = (RoundStart("R1", MORNING), RoundStart("R2", MORNING + 60 * DAY_US))
    moves = tuple(Move(f"P-{n}", "H-1", f"H-{n}", at) for n, at in enumerate(
        (MORNING - 3 * DAY_US, MORNING + 50 * DAY_US), 2))
    assert kinds(replace(nothing, rounds=rounds, moves=moves[:1])) == []
    assert kinds(replace(nothing, rounds=rounds, moves=moves)) == ["household-splits"]
    assert kinds(replace(nothing, phones=(("H-1", "H-2", "H-3"),))) == []
    assert kinds(replace(nothing, phones=(("H-1", "H-2", "H-3", "H-4"),))) == ["one-phone"]
    undone = tuple(
        Undone(bytes([n]) * 16, f"S-{n}", "s", 450_000, "till", "till", MORNING,
               MORNING + MINUTE_US) for n in range(4)
    )
    limited = replace(nothing, undone=undone, reversal_max_minor=500_000)
    assert kinds(limited) == ["under-limit"]
    assert kinds(replace(limited, reversal_max_minor=5_000_000)) == []


def test_sales_before_the_hand_over_are_seen() -> None:
    told = campaign(1, 400).happened
    assert "before-delivery" not in kinds(told)
    store = told.sales[0].store
    seen: set[str] = set()
    changed = []
    for one in told.sales:
        if one.store == store and one.household not in seen and one.given_at and len(seen) < 3:
            seen.add(one.household)
            one = one._replace(sold_at=one.given_at - DAY_US)  # noqa: PLW2901
        changed.append(one)
    assert "before-delivery" in kinds(replace(told, sales=tuple(changed)))


def burst(world: World) -> None:
    """Twelve families at one till within minutes."""
    papers = in_hand(world, [1_500_000] * 12)
    world.clock.now = MORNING + DAY_US
    for number, paper in enumerate(papers):
        redeem(world.session("cashier2"), Redeem(
            code=paper.code, amount_minor=1_500_000, store="magnum-almaty-1",
            receipt=f"R{number}"))


def test_a_flag_is_shown_decided_and_not_asked_again(world: World, cbi: Typed) -> None:
    burst(world)
    code, out, _ = cbi("report", "flags")
    assert code == 0
    assert "Many at one till within minutes: magnum-almaty-1" in out
    assert "Innocent explanations: a bus" in out
    found = {one["kind"]: one for one in json.loads(cbi("report", "flags", "--json")[1])}
    assert len(found["burst"]["serials"]) == 12
    name = found["burst"]["flag"][:10]
    assert cbi("report", "decide", name, "explained")[0] == 2
    assert cbi("report", "decide", name, "guilty", "--reason", "no")[0] == 2
    assert cbi("report", "decide", "ffff", "explained", "--reason", "no")[0] == 4
    code, out, _ = cbi("report", "decide", name, "explained", "--reason", "a bus at eleven")
    assert (code, name in out) == (0, True)
    again = json.loads(cbi("report", "flags", "--json")[1])
    assert "burst" not in [one["kind"] for one in again]
    every = json.loads(cbi("report", "flags", "--all", "--json")[1])
    assert [one["verdict"] for one in every if one["kind"] == "burst"] == ["explained"]
    assert "manager1 on" in cbi("report", "flags", "--all")[1]
    assert "Looked at before: 1" in cbi("report", "flags")[1]


def test_a_later_verdict_is_no_word_of_an_earlier_day(world: World, cbi: Typed) -> None:
    burst(world)
    name = json.loads(cbi("report", "flags", "--json")[1])[0]["flag"][:10]
    world.clock.now += DAY_US * 2
    assert cbi("report", "decide", name, "explained", "--reason", "a bus at eleven")[0] == 0
    then = json.loads(cbi("report", "flags", "--as-of", "2022-08-21", "--json")[1])
    assert [one["verdict"] for one in then if one["flag"].startswith(name)] == [None]
    assert "Looked at before" not in cbi("report", "flags", "--as-of", "2022-08-21")[1]


def test_who_may_see_flags_and_decide(world: World, cbi: Typed) -> None:
    burst(world)
    assert cbi("report", "flags", who="auditor1")[0] == 0
    for who in ("field1", "cashier1", "finance1", "admin1"):
        assert cbi("report", "flags", who=who)[0] == 3
    name = json.loads(cbi("report", "flags", "--json")[1])[0]["flag"]
    assert cbi("report", "decide", name, "explained", "--reason", "x", who="auditor1")[0] == 3


def test_a_flag_is_named_by_its_evidence() -> None:
    one = RedFlag("burst", "s", (b"\1", b"\2"), (), {})
    names = {flag_digest(one.kind, one.subject, [line.hex() for line in lines])
             for lines in (one.lines, one.lines[:1], (*one.lines, b"\3"))}
    assert len(names) == 3
    assert flag_digest("a", "b", ["2", "1"]) == flag_digest("a", "b", ["1", "2"])
