"""A distribution day: taken = given + returned + damaged, or the missing have names."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.distribution.dispatch import (
    Distribution,
    TakeOut,
    distribution,
    distributions,
    open_distribution,
    serials_by_outcome,
)
from cbi.distribution.handover import hand_over_codes_or_serials
from cbi.distribution.returns import (
    Back,
    Counted,
    close_distribution,
    count_distribution,
    void_returned,
)
from cbi.files import write_csv
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import replace, take_back
from cbi.messages import text
from cbi.operators.accounts import add_operator
from cbi.people.persons import set_point
from tests.conftest import World
from tests.issuance.given import (
    OUTSIDER,
    enrolled,
    issued_to,
    log_of,
    serials_of,
    state_of,
)
from tests.operators.conftest import QUICK
from tests.vouchers import issued

BATCH = "KZ22-R1-B1"


@pytest.fixture(autouse=True)
def operators(world: World) -> None:
    for name in ("field1", "field2"):
        add_operator(world.session("admin1"), name, {"field"}, passphrase="nine tall poplars",
                     stretching=QUICK)


def refused(
    code: str,
    kind: type[CbiError] = Conflict,
) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def go(world: World, batch: str = BATCH, *, to: str = "field1", **what: Any) -> Distribution:
    return open_distribution(world.session("manager1"), batch, to, TakeOut(**what))


def close(
    world: World, number: str, *, who: str = "field2", missing: str = "", **back: Any,
) -> tuple[Distribution, Counted]:
    return close_distribution(world.session(who), number, Back(**back), missing_reason=missing)


def hand(world: World, *serials: str) -> None:
    assert not hand_over_codes_or_serials(world.session("field1"), serials).problems


def test_a_sheet_that_was_not_taken_out_that_day_is_refused(world: World) -> None:
    papers = issued(world, [1_500_000] * 4)
    serials = [paper.serial for paper in papers]
    go(world, serials=serials[:2])
    hand(world, serials[0])
    result = hand_over_codes_or_serials(world.session("field1"), serials[1:3])
    assert result.given == (serials[1],)
    assert [one.error.code for one in result.problems] == ["issuance.not-taken-out"]
    assert f"cbi distribution open {BATCH} --to field1 --serial {serials[2]}" in (
        result.problems[0].describe())
    assert hand_over_codes_or_serials(world.session("field2"), [serials[2]]).given
    new = replace(world.session("field1"), serials[3], "torn before it went out")
    assert hand_over_codes_or_serials(world.session("field1"), [new.serial]).given


def test_a_day_that_balances_is_closed_by_another_operator(world: World) -> None:
    papers = issued(world, [1_500_000] * 5)
    serials = [paper.serial for paper in papers]
    out = go(world)
    assert (out.number, out.taken, out.out, out.place, out.day) == (
        "KZ22-R1-D1", 5, 5, "almaty", "2022-08-20")
    hand(world, *serials[:3])
    made, found = close(world, out.number, returned=[serials[3]], damaged=[papers[4].code])
    assert (made.state, made.given, made.returned, made.damaged, made.missing, made.out) == (
        "closed", 3, 1, 1, 0, 0)
    assert found.damaged == (serials[4],)
    (line,) = log_of(world, "distribution.close")
    assert line["operator"] == "field2"


def test_who_took_them_out_does_not_count_what_came_back(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    out = go(world)
    with refused("operators.duties-apart", NotAllowed):
        close(world, out.number, who="field1", returned=[paper.serial])


def test_what_is_missing_has_names_and_keeps_the_day_open(world: World) -> None:
    papers = issued(world, [1_500_000] * 3)
    out = go(world)
    hand(world, papers[0].serial)
    with refused("issuance.distribution-short") as caught:
        close(world, out.number, returned=[papers[1].serial])
    assert papers[2].serial in text(caught.value.code, "en", **caught.value.facts)
    with world.ledger.read() as tx:
        assert distribution(tx, out.number).state == "open"
        assert serials_by_outcome(tx, out.number) == {
            "given": [papers[0].serial], "out": [papers[1].serial, papers[2].serial]}


def test_closed_all_the_same_it_is_an_exception_with_a_reason(world: World) -> None:
    papers = issued(world, [1_500_000] * 2)
    out = go(world)
    made, found = close(world, out.number, returned=[papers[0].serial], missing="bag was open")
    assert (made.missing, made.missing_reason, found.missing) == (
        1, "bag was open", (papers[1].serial,))
    (line,) = log_of(world, "distribution.close")
    assert papers[1].serial in line["detail"]
    with world.ledger.read() as tx:
        assert serials_by_outcome(tx, out.number)["missing"] == [papers[1].serial]


def test_a_reason_given_too_early_is_no_exception(world: World) -> None:
    papers = issued(world, [1_500_000])
    out = go(world)
    made, _ = close(world, out.number, returned=[papers[0].serial], missing="just in case")
    assert (made.missing, made.missing_reason) == (0, None)


def test_sheets_may_be_counted_instead_of_named(world: World) -> None:
    papers = issued(world, [1_500_000] * 4)
    out = go(world)
    hand(world, papers[0].serial)
    with refused("issuance.count-differs") as caught:
        close(world, out.number, damaged=[papers[1].serial], count=3)
    assert caught.value.facts["left"] == 2
    made, _ = close(world, out.number, damaged=[papers[1].serial], count=2)
    assert (made.given, made.returned, made.damaged) == (1, 2, 1)


def test_what_does_not_fit_is_listed_and_closes_nothing(world: World) -> None:
    papers = issued(world, [1_500_000] * 3)
    other = issued(world, [1_500_000], start=9)
    out = go(world)
    hand(world, papers[0].serial)
    back = Back(
        returned=[papers[0].serial, other[0].serial, "KZ22-R1-000777", papers[1].serial],
        damaged=[papers[1].serial],
    )
    found = count_distribution(world.session("field2"), out.number, back)
    assert [(one.item, one.error.code) for one in found.problems] == [
        (papers[0].serial, "issuance.returned-though-given"),
        (other[0].serial, "issuance.not-taken"),
        ("KZ22-R1-000777", "issuance.item-unknown"),
        (papers[1].serial, "issuance.returned-and-damaged"),
    ]
    with refused("issuance.count-problems"):
        close(world, out.number, returned=back.returned, missing="never mind")


def test_what_came_back_may_be_a_list(world: World, tmp_path: Path) -> None:
    papers = issued(world, [1_500_000] * 2)
    out = go(world)
    path = tmp_path / "back.csv"
    write_csv(path, ["Serial"], [[paper.serial] for paper in papers])
    made, _ = close(world, out.number, listed=path)
    assert made.returned == 2


def test_a_hand_over_undone_comes_back_as_a_sheet(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    out = go(world)
    hand(world, paper.serial)
    take_back(world.session("field1"), [paper.serial], "wrong sister")
    made, _ = close(world, out.number, returned=[paper.serial])
    assert (made.given, made.returned) == (0, 1)


def test_a_sheet_replaced_meanwhile_still_comes_back(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    out = go(world)
    replace(world.session("field1"), paper.serial, "torn in the bag")
    made, _ = close(world, out.number, damaged=[paper.serial])
    assert (made.given, made.damaged) == (0, 1)


def test_a_sheet_is_in_one_bag_at_a_time_and_goes_out_again_the_next_day(world: World) -> None:
    papers = issued(world, [1_500_000] * 2)
    first = go(world, serials=[papers[0].serial])
    with refused("issuance.out-already") as caught:
        go(world, to="field2")
    assert first.number in text(caught.value.code, "en", **caught.value.facts)
    close(world, first.number, count=1)
    assert go(world, to="field2").taken == 2


def test_each_place_has_a_bag_of_its_own(world: World) -> None:
    families = enrolled(world)
    with world.ledger.read() as tx:
        home = tx.value("SELECT household FROM person WHERE number = :number",
                        number=families[0].head)
    set_point(world.session("field1"), home, "School 5")
    number = issued_to(world)
    point = go(world, number, city="almaty", point="School 5")
    assert (point.place, point.taken) == ("almaty/School 5", 3)
    assert go(world, number, to="field2", city="astana").place == "astana"
    with world.ledger.read() as tx:
        assert [one.distributor for one in distributions(tx)] == ["field2", "field1"]
        assert len(distributions(tx, day="2022-08-20")) == 2
        assert distributions(tx, day="2022-08-21") == []


def test_what_was_not_collected_is_kept_or_voided_by_a_manager(world: World) -> None:
    papers = issued(world, [1_500_000] * 2)
    out = go(world)
    with refused("issuance.distribution-open"):
        void_returned(world.session("manager1"), out.number, "moved away")
    hand(world, papers[0].serial)
    close(world, out.number, count=1)
    assert state_of(world, papers[1].serial) == "issued"
    with pytest.raises(NotAllowed):
        void_returned(world.session("field1"), out.number, "moved away")
    with refused("ledger.reason-missing", UsageError):
        void_returned(world.session("manager1"), out.number, " ")
    assert void_returned(world.session("manager1"), out.number, "moved away") == [papers[1].serial]
    assert state_of(world, papers[1].serial) == "void"
    with refused("issuance.nothing-returned"):
        void_returned(world.session("manager1"), out.number, "moved away")
    with world.ledger.read() as tx:
        assert not [found for found in check_ledger(tx) if found.wrong]


def test_a_closed_day_stays_closed(world: World) -> None:
    issued(world, [1_500_000])
    out = go(world)
    close(world, out.number, count=1)
    with refused("issuance.distribution-closed"):
        close(world, out.number, count=0)


@pytest.mark.parametrize(("how", "kind", "code"), [
    ({"to": "nobody"}, NotFound, "issuance.distributor-unknown"),
    ({"city": "semey"}, Conflict, "issuance.nothing-to-take"),
    ({"serials": ["KZ22-R1-000099"]}, NotFound, "issuance.serial-not-in-batch"),
    ({"batch": "KZ22-R1-B9"}, NotFound, "ledger.batch-unknown"),
])
def test_what_cannot_be_taken_out_is_refused(
    world: World, how: dict[str, Any], kind: type[CbiError], code: str,
) -> None:
    issued(world, [1_500_000])
    with refused(code, kind) as caught:
        go(world, **how)
    assert "{" not in text(caught.value.code, "ru", **caught.value.facts)


@pytest.mark.parametrize("who", [OUTSIDER, "cashier1", "finance1", "auditor1", "admin1"])
def test_distributions_are_for_field_staff_and_managers(world: World, who: str) -> None:
    issued(world, [1_500_000])
    out = go(world)
    for act in (
        lambda: open_distribution(world.session(who), BATCH, "field1"),
        lambda: close(world, out.number, who=who, count=1),
        lambda: count_distribution(world.session(who), out.number, Back(count=1)),
        lambda: void_returned(world.session(who), out.number, "no"),
    ):
        with pytest.raises(NotAllowed):
            act()


FATES = st.lists(
    st.sampled_from(["given", "returned", "damaged", "lost"]), min_size=1, max_size=8
)


@settings(max_examples=15,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FATES)
def test_whatever_becomes_of_them_the_day_balances_or_names_the_missing(
    world: World, fates: list[str],
) -> None:
    with world.ledger.read() as tx:
        start = 1 + (tx.value("SELECT count(*) FROM voucher") or 0)
        batch = f"KZ22-R1-B{1 + (tx.value('SELECT count(*) FROM batch') or 0)}"
    papers = issued(world, [100_000] * len(fates), start=start)
    out = go(world, batch)
    of = {fate: [paper.serial for paper, said in zip(papers, fates, strict=True) if said == fate]
          for fate in ("given", "returned", "damaged", "lost")}
    if of["given"]:
        hand(world, *of["given"])
    back: dict[str, Any] = {"returned": of["returned"], "damaged": of["damaged"]}
    if of["lost"]:
        with pytest.raises(CbiError, match="distribution-short"):
            close(world, out.number, **back)
    made, found = close(world, out.number, missing="lost on the way", **back)
    assert made.taken == made.given + made.returned + made.damaged + made.missing
    assert list(found.missing) == of["lost"]
    assert serials_of(world, batch) == sorted(
        (*found.given, *found.returned, *found.damaged, *found.missing))
