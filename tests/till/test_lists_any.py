"""Any list at all: what a look promises is what happens, and twice is once."""

import itertools
from datetime import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cbi.ledger.invariants import check_ledger
from cbi.till.lists import carry_out, preview
from cbi.till.sheet import read_clock
from tests.conftest import World
from tests.till.test_lists import STORE, a_csv, in_hand, row

ROWS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from("ABC"), st.integers(1, 9), st.sampled_from(["", "12"]),
        st.sampled_from(["2022-08-15", "2022-08-18", "2022-08-19", "2022-10-01"]),
    ),
    min_size=1, max_size=8,
)
_start = itertools.count(1, 3)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ROWS)
def test_a_look_promises_what_happens_and_twice_is_once(
    world: World, rows: list[tuple[int, str, int, str, str]],
) -> None:
    start = next(_start)
    papers = in_hand(world, [1_000] * 3, start=start)
    listed = [
        row(papers[number].code, receipt=f"{start}-{receipt}", amount=str(amount), total=total,
            day=day)
        for number, receipt, amount, total, day in rows
    ]
    path = a_csv(world.folder, listed, name=f"{start}.csv")
    session = world.session("cashier1")
    seen = preview(session, path, STORE)
    done = carry_out(session, seen)
    promised = ["redeemed" if line.answer == "ok" else line.answer for line in seen.lines]
    assert [line.answer for line in done.lines] == promised
    again = carry_out(session, preview(session, path, STORE))
    assert again.count("redeemed") == 0
    assert again.count("before") == done.count("redeemed")
    with world.ledger.read() as tx:
        spent = sum(
            tx.value("SELECT spent_minor FROM voucher WHERE serial = :serial", serial=paper.serial)
            for paper in papers
        )
        assert spent == done.amount("redeemed")
        assert all(not finding.wrong for finding in check_ledger(tx))


@given(st.times())
def test_a_time_is_read_back_in_every_dress(clock: time) -> None:
    wanted = (clock.hour, clock.minute, clock.second)
    assert read_clock(clock.strftime("%H:%M:%S")) == wanted
    assert read_clock(f"1899-12-31 {clock.strftime('%H:%M:%S')}") == wanted
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    assert read_clock(seconds / 86_400) == wanted


@given(st.text())
def test_no_text_breaks_the_reader(words: str) -> None:
    read_clock(words)
