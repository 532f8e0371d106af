"""One wrong clock: it writes nothing, and what it wrote before freezes nobody, on both engines."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cbi.base.clock import DAY_US, MINUTE_US, instant_on
from cbi.base.errors import Conflict, Unusable, UsageError
from cbi.base.ids import first_id, id_instant, last_id, new_id
from cbi.ledger import clocks
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.reading import by_serial, journal
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from tests.cli.conftest import typing_in
from tests.conftest import CLOCK_AHEAD_MAX_US, ZONE, World
from tests.lines import TypedIn
from tests.vouchers import Paper, in_hand, issued

STORE = "magnum-almaty-1"
NEVER_US = 10_000 * DAY_US

pytestmark = pytest.mark.usefixtures("guarded_clock")


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typing_in(world, capsys)


Unguarded = Callable[[World, int, Callable[[], Any]], Any]


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Unguarded:
    """Does something as a machine with a wrong clock did it before the clock was guarded."""

    def wrongly(world: World, ahead_us: int, work: Callable[[], Any]) -> Any:
        right = world.clock.now
        with monkeypatch.context() as patched:
            patched.setattr(clocks, "CLOCK_AHEAD_MAX_US", NEVER_US)
            world.clock.now = right + ahead_us
            made = work()
        world.ledger.remembered.clear()
        world.clock.now = right
        return made

    return wrongly


def buy(
    world: World, paper: Paper, receipt: str = "R1", amount: int = 100_000, **more: Any,
) -> Answer:
    asked = Redeem(code=paper.code, amount_minor=amount, store=STORE, receipt=receipt, **more)
    return redeem(world.session("cashier1"), asked)


def lines(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT count(*) FROM entry"))


def wrongs(world: World) -> dict[str, list[Any]]:
    with world.ledger.read() as tx:
        return {one.name: list(one.wrong) for one in check_ledger(tx) if one.wrong}


def today(world: World) -> str:
    from cbi.base.clock import date_at

    return date_at(world.clock.now, ZONE)


def writers(
    world: World, papers: list[Paper], waiting: list[Paper],
) -> dict[str, Callable[[], object]]:
    """Every way in which a voucher's line comes to be."""
    first, second, *_ = papers
    return {
        "redeem": lambda: buy(world, second, "R9"),
        "redeem on a list": lambda: buy(
            world, second, "R8", occurred_at=instant_on("2022-08-20", 12, ZONE)
        ),
        "hand over": lambda: changes.hand_over(world.session("field1"), [waiting[0].serial]),
        "take back": lambda: changes.take_back(world.session("field1"), [second.serial], "x"),
        "block": lambda: changes.block(world.session("field1"), second.serial, "lost"),
        "void": lambda: changes.void(world.session("manager1"), second.serial, "left"),
        "replace": lambda: changes.replace(world.session("field1"), second.serial, "torn"),
        "extend": lambda: changes.extend(
            world.session("manager1"), second.serial, "2030-12-31", "x"
        ),
        "expire": lambda: changes.expire_due(world.session("manager1")),
        "reverse": lambda: _reversed(world, first),
        "issue": lambda: issued(world, [1_000], start=80),
    }


def _reversed(world: World, paper: Paper) -> Answer:
    from cbi.ledger.vouchers.reversing import reverse

    with world.ledger.read() as tx:
        line = journal(tx, by_serial(tx, paper.serial).id)[-1]
    return reverse(world.session("manager1"), f"{paper.serial}/{line.seq}", "wrong")


def test_no_line_is_written_by_a_clock_that_jumped_ahead(world: World) -> None:
    papers, waiting = in_hand(world, [1_500_000] * 2), issued(world, [1_000], start=20)
    buy(world, papers[0])
    before, wrong_days = lines(world), (800, 100, 2)
    right = world.clock.now
    for days in wrong_days:
        world.clock.now = right + days * DAY_US
        for name, write in writers(world, papers, waiting).items():
            with pytest.raises(Unusable) as caught:
                write()
            assert caught.value.code == "ledger.clock-ahead", name
            assert caught.value.exit_code == 7
    assert lines(world) == before
    world.clock.now = right
    assert buy(world, papers[1]).answer == "ok"


def test_to_the_microsecond_of_a_day(world: World) -> None:
    world.clock.step = 0
    papers = in_hand(world, [1_500_000] * 2)
    newest = world.clock.now
    world.clock.now = newest + DAY_US + 1
    with pytest.raises(Unusable):
        changes.block(world.session("field1"), papers[0].serial, "lost")
    world.clock.now = newest + DAY_US + 1_000  # ids know milliseconds
    with pytest.raises(Unusable):
        buy(world, papers[1])
    world.clock.now = newest + DAY_US
    assert buy(world, papers[1]).answer == "ok"


def test_a_till_opens_after_a_week_and_no_later(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clocks, "CLOCK_AHEAD_MAX_US", CLOCK_AHEAD_MAX_US)
    world.clock.step = 0
    papers = in_hand(world, [1_500_000] * 2)
    world.clock.now += 7 * DAY_US
    assert buy(world, papers[0]).answer == "ok"
    world.clock.now += 7 * DAY_US + 1_000
    with pytest.raises(Unusable, match="clock-ahead"):
        buy(world, papers[1])


def test_the_first_line_of_a_ledger_waits_for_nobody(world: World) -> None:
    world.clock.now += 400 * DAY_US
    assert len(issued(world, [1_000])) == 1


def test_reading_and_verifying_are_never_blocked(world: World, cbi: TypedIn) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now += 20 * DAY_US
    assert verify(world.session("cashier1"), paper.code).answer == "ok"
    assert cbi("log")[0] == 0
    assert cbi("explain", paper.serial)[0] == 0


def test_after_two_quiet_months_a_manager_types_the_day_once(world: World, cbi: TypedIn) -> None:
    papers = in_hand(world, [1_500_000] * 2)
    world.clock.now = instant_on("2022-09-29", 9, ZONE)
    line = ("redeem", papers[0].code, "500", "--store", STORE, "--receipt", "R1")
    code, out, err = cbi(*line, who="cashier1")
    assert (code, out) == (7, "")
    assert "2022-09-29" in err
    assert "2022-08-20" in err
    assert "cbi clock confirm YYYY-MM-DD" in err
    assert err.count("\n") == 1
    assert cbi("clock", "confirm", "2022-09-28")[0] == 2
    assert cbi("clock", "confirm", "2023-09-29")[0] == 2
    assert cbi("clock", "confirm", "2022-09-29", who="cashier1")[0] == 3
    assert cbi("clock", "confirm", "2022-09-29", who="field1")[0] == 3
    assert cbi(*line, who="cashier1")[0] == 7
    code, out, _ = cbi("clock", "confirm", "2022-09-29")
    assert code == 0
    assert "2022-09-29" in out
    assert cbi(*line, who="cashier1")[0] == 0
    assert buy(world, papers[1]).answer == "ok"
    assert "said that the clock is right" in cbi("log", "--action", "clock")[1]
    assert wrongs(world) == {}


def test_the_day_is_the_programmes_not_the_machines(world: World) -> None:
    in_hand(world, [1_500_000])
    world.clock.now = instant_on("2022-09-29", 2, ZONE)  # still the 28th in UTC
    with pytest.raises(UsageError, match=r"clock-day-differs"):
        clocks.confirm(world.session("admin1"), "2022-09-28")
    assert clocks.confirm(world.session("admin1"), " 2022-09-29 ").day == "2022-09-29"


def test_a_confirmed_day_lasts_a_day(world: World) -> None:
    papers = in_hand(world, [1_500_000])
    world.clock.now += 9 * DAY_US
    clocks.confirm(world.session("manager1"), today(world))
    world.clock.now += DAY_US + MINUTE_US
    with pytest.raises(Unusable, match=r"clock-ahead"):
        buy(world, papers[0])


def test_who_is_behind_what_was_confirmed_is_refused(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now += 9 * DAY_US
    clocks.confirm(world.session("manager1"), today(world))
    world.clock.now -= 2 * DAY_US
    for write in (
        lambda: clocks.confirm(world.session("manager1"), today(world)),
        lambda: changes.block(world.session("field1"), paper.serial, "lost"),
        lambda: buy(world, paper),
    ):
        with pytest.raises(Unusable, match=r"clock-behind"):
            write()


def test_a_list_sent_in_by_a_wrong_clock_is_refused_whole(
    world: World, cbi: TypedIn, tmp_path: Path,
) -> None:
    papers = in_hand(world, [1_500_000] * 2)
    path = tmp_path / "list.csv"
    path.write_text("receipt,code,amount,date\n" + "".join(
        f"R{number},{paper.code},100,2022-08-20\n" for number, paper in enumerate(papers)
    ), "utf-8")
    before, right = lines(world), world.clock.now
    world.clock.now += 100 * DAY_US
    code, _, err = cbi(
        "redeem", "--list", str(path), "--store", STORE, "--yes", who="finance1"
    )
    assert code == 7
    assert "cbi clock confirm" in err
    assert lines(world) == before
    world.clock.now = right + MINUTE_US
    assert buy(world, papers[0]).answer == "ok"


@pytest.mark.parametrize("ahead_us", [3 * 3600 * 1_000_000, 100 * DAY_US, 800 * DAY_US])
def test_a_ledger_that_holds_a_line_from_the_future_is_mended(
    world: World, cbi: TypedIn, unguarded: Unguarded, ahead_us: int,
) -> None:
    papers = in_hand(world, [1_500_000] * 4)
    spoilt = papers[0]
    unguarded(world, ahead_us, lambda: changes.block(
        world.session("field1"), spoilt.serial, "lost"
    ))
    code, _, err = cbi("redeem", papers[1].code, "500", "--store", STORE, "--receipt", "R1",
                       who="cashier1")
    assert code == 7
    assert "cbi clock mend YYYY-MM-DD" in err
    jumped = wrongs(world)
    assert ("clock-confirmed" in jumped) == (ahead_us > DAY_US)
    if jumped:
        assert [one.where for one in jumped["clock-confirmed"]] == [f"{spoilt.serial}/3"]
    assert cbi("clock", "mend", today(world), who="field1")[0] == 3
    assert cbi("clock", "mend", "2022-08-21")[0] == 2
    code, out, _ = cbi("clock", "mend", today(world))
    assert code == 0
    assert "1 line " in out
    assert cbi("clock", "mend", today(world))[0] == 0, "said again, nothing is worse"
    assert buy(world, papers[1]).answer == "ok"
    changes.unblock(world.session("field1"), spoilt.serial, "found")
    assert buy(world, papers[2]).answer == "ok", "a line after the spoilt one spoils nothing again"
    assert buy(world, spoilt).answer == "ok"
    assert buy(world, papers[3]).answer == "ok"
    changes.void(world.session("manager1"), spoilt.serial, "clock")
    changes.block(world.session("field1"), papers[1].serial, "lost")
    issued(world, [1_000], start=70)
    assert wrongs(world) == {}
    with world.ledger.read() as tx:
        told = journal(tx, by_serial(tx, spoilt.serial).id)
    assert [line.recorded_at for line in told] == sorted(line.recorded_at for line in told)
    assert max(id_instant(line.id) for line in told[3:]) <= world.clock.now


def test_a_mended_ledger_still_guards_both_ways(world: World, unguarded: Unguarded) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    unguarded(
        world, 800 * DAY_US, lambda: changes.block(world.session("field1"), first.serial, "x")
    )
    clocks.mend(world.session("manager1"), today(world))
    right = world.clock.now
    for moved, code in ((2 * DAY_US, "ahead"), (400 * DAY_US, "ahead"), (-DAY_US, "behind")):
        world.clock.now = right + moved
        with pytest.raises(Unusable, match=f"clock-{code}"):
            buy(world, second)
        with pytest.raises(Unusable, match=f"clock-{code}"):
            changes.block(world.session("field1"), second.serial, "x")
    world.clock.now = right
    assert buy(world, second).answer == "ok"
    for _ in range(3):
        world.clock.now += 20 * DAY_US
        clocks.confirm(world.session("manager1"), today(world))
        changes.extend(world.session("manager1"), second.serial, today_plus(world, 40), "goes on")
    assert buy(world, second, "R2").answer == "ok"


def today_plus(world: World, days: int) -> str:
    from cbi.base.clock import date_at

    return date_at(world.clock.now + days * DAY_US, ZONE)


def test_time_reaches_the_lines_that_were_passed_over(world: World, unguarded: Unguarded) -> None:
    first, second, third = in_hand(world, [1_500_000] * 3)
    for paper, days in ((first, 10), (second, 30)):
        unguarded(world, days * DAY_US, partial(
            changes.block, world.session("field1"), paper.serial, "x"
        ))
    clocks.mend(world.session("manager1"), today(world))
    for number in range(36):
        world.clock.now += DAY_US - MINUTE_US
        assert buy(world, third, f"R{number}", 1_000).answer == "ok", number
        changes.extend(world.session("manager1"), third.serial, today_plus(world, 90), "goes on")
    assert wrongs(world) == {}


def test_all_lines_from_the_future_and_a_wrong_confirmation_are_mended(
    world: World, unguarded: Unguarded,
) -> None:
    papers = unguarded(world, 500 * DAY_US, lambda: issued(world, [1_500_000] * 2))
    clocks.mend(world.session("manager1"), today(world))
    changes.hand_over(world.session("field1"), [paper.serial for paper in papers])
    assert buy(world, papers[0]).answer == "ok"
    right = world.clock.now
    world.clock.now += 300 * DAY_US
    clocks.confirm(world.session("manager1"), today(world))  # typed from the screen, not a calendar
    world.clock.now = right
    with pytest.raises(Unusable, match=r"clock-behind"):
        buy(world, papers[1])
    clocks.mend(world.session("manager1"), today(world))
    assert buy(world, papers[1]).answer == "ok"


def test_a_wrong_confirmation_that_a_till_has_heard_of_ends_with_the_mend(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    right = world.clock.now
    world.clock.now = right + 300 * DAY_US
    clocks.confirm(world.session("manager1"), today(world))
    assert buy(world, paper).answer == "expired"
    world.clock.now = right
    clocks.mend(world.session("manager1"), today(world))
    world.clock.now = right + 35 * DAY_US
    with pytest.raises(Unusable, match=r"clock-ahead"):
        buy(world, paper)


def test_another_process_learns_of_the_word(world: World, unguarded: Unguarded) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    buy(world, second)
    other = world.again()
    unguarded(world, 90 * DAY_US, lambda: changes.block(world.session("field1"), first.serial, "x"))
    session = world.session("cashier1")
    elsewhere = type(session)(**{
        name: getattr(session, name) for name in session.__dataclass_fields__ if name != "ledger"
    }, ledger=other)
    asked = Redeem(code=second.code, amount_minor=1_000, store=STORE, receipt="E1")
    with pytest.raises(Unusable, match=r"clock-behind"):
        redeem(elsewhere, asked)
    clocks.mend(world.session("manager1"), today(world))
    assert redeem(elsewhere, asked).answer == "ok"
    other.close()


def test_what_a_wrong_clock_handed_over_is_replaced_not_spent(
    world: World, unguarded: Unguarded,
) -> None:
    (paper,) = issued(world, [1_500_000])
    unguarded(world, 100 * DAY_US, lambda: changes.hand_over(
        world.session("field1"), [paper.serial]
    ))
    clocks.mend(world.session("manager1"), today(world))
    with pytest.raises(Conflict) as caught:
        buy(world, paper)
    assert caught.value.code == "ledger.voucher-ahead"
    found = changes.replace(world.session("field1"), paper.serial, "wrong clock")
    changes.hand_over(world.session("field1"), [found.serial])
    assert wrongs(world) == {}


def test_nothing_ahead_is_nothing_to_mend(world: World, cbi: TypedIn) -> None:
    in_hand(world, [1_500_000])
    assert cbi("clock", "mend", today(world))[0] == 5


def test_show_says_both(world: World, cbi: TypedIn) -> None:
    assert cbi("clock", "show")[0] == 0
    in_hand(world, [1_500_000])
    world.clock.now += 9 * DAY_US
    code, out, _ = cbi("clock", "show")
    assert code == 0
    assert "2022-08-29" in out
    assert "2022-08-20" in out
    assert cbi("clock", "show", "--json")[0] == 0


def test_a_practice_ledgers_story_moves_its_own_clock(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    from tests.ledger.tampering import tampering

    with tampering(world) as run:
        run("UPDATE ledger_identity SET practice = 1")
    world.clock.now += 20 * DAY_US
    assert buy(world, paper).answer == "ok"
    changes.block(world.session("field1"), paper.serial, "lost")
    assert "clock-confirmed" not in wrongs(world)


def test_a_planted_jump_is_named(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    from tests.ledger.tampering import tampering

    with tampering(world) as run:
        run("UPDATE entry SET recorded_at = recorded_at + ? WHERE seq = 2", 2 * DAY_US)
    (found,) = wrongs(world)["clock-confirmed"]
    assert found.where == f"{paper.serial}/2"
    assert found.describe() == (
        f"{paper.serial}/2: recorded 2 days after the line before it, and nobody confirmed the date"
    )


def test_ids_are_between_the_first_and_the_last_of_their_instant(world: World) -> None:
    now = world.clock()
    made = new_id(now, world.entropy)
    assert first_id(now) <= made <= last_id(now)
    assert last_id(now - 1_000) < made < first_id(now + 1_000)
    assert id_instant(made) == now // 1000 * 1000
