"""Trainings are written down, one or many; the plan says who is missing, and trainers are told."""

import json
from typing import Any

import pytest

from cbi.base.clock import DAY_US
from cbi.operators.accounts import add_operator, disable
from tests.conftest import World
from tests.lines import TypedIn
from tests.operators.conftest import QUICK


@pytest.fixture
def staff(world: World) -> None:
    """Two cashiers and a trainer as accounts."""
    for name, roles in (("bota", {"cashier"}), ("daniyar", {"cashier"}), ("kamila", {"field"})):
        add_operator(world.session("admin1"), name, roles, passphrase="nine tall poplars",
                     stores=("magnum-almaty-1",) if roles == {"cashier"} else (), stretching=QUICK)


def told(cbi: TypedIn, *words: str, who: str = "manager1") -> Any:
    code, out, err = cbi(*words, "--json", who=who)
    assert code == 0, err
    return json.loads(out)


def test_plan_against_done_and_the_cascade(cbi: TypedIn, world: World, staff: None) -> None:
    told(cbi, "training", "plan", "cashier", "Till")
    (one,) = told(cbi, "report", "training", who="auditor1")
    assert (one["needed"], one["trained"], one["missing"]) == (2, 0, ["bota", "daniyar"])
    line = ("training", "add", "bota", "--topic", "till", "--trainer", "kamila", "--store",
            "magnum-almaty-1", "--date", "2022-08-18")
    assert told(cbi, *line)["added"] == 1
    assert told(cbi, *line) == {"added": 0, "known": 1, "refused": []}
    (one,) = told(cbi, "report", "training")
    assert (one["trained"], one["missing"]) == (1, ["daniyar"])
    (trainer,) = told(cbi, "report", "training", "--trainers")
    assert (trainer["trained"], trainer["was_trained"]) == (1, False)
    told(cbi, "training", "add", "kamila", "--topic", "till", "--trainer", "bota", "--date",
         "2022-08-01")
    by = {row["trainer"]: row["was_trained"] for row in
          told(cbi, "report", "training", "--trainers")}
    assert by == {"kamila": True, "bota": False}
    told(cbi, "training", "plan", "cashier", "till", "--drop")
    assert told(cbi, "report", "training") == []


def test_nobody_writes_down_their_own_training(
    cbi: TypedIn, world: World, staff: None
) -> None:
    add_operator(world.session("admin1"), "manager1", {"manager"}, passphrase="nine tall poplars",
                 stretching=QUICK)
    line = ("training", "add", "manager1", "--topic", "till", "--trainer", "kamila")
    code, _, err = cbi(*line, who="manager1")
    assert code == 3
    assert "their own training" in err
    assert told(cbi, *line, who="admin1")["added"] == 1


def test_a_report_tells_how_things_stood_on_a_day(
    cbi: TypedIn, world: World, staff: None
) -> None:
    add_operator(world.session("admin1"), "aru", {"admin"}, passphrase="nine tall poplars",
                 stretching=QUICK)
    told(cbi, "training", "plan", "cashier", "till")
    world.clock.now += DAY_US
    told(cbi, "training", "add", "bota", "--topic", "till", "--trainer", "kamila", "--date",
         "2022-08-18")
    disable(world.session("admin1"), "daniyar")
    told(cbi, "training", "plan", "field", "lists")
    world.clock.now += DAY_US
    told(cbi, "training", "plan", "cashier", "till", "--drop")

    def stood(day: str, *more: str) -> list[tuple[str, int, list[str]]]:
        return [(one["topic"], one["needed"], one["missing"])
                for one in told(cbi, "report", "training", "--as-of", day)]

    assert stood("2022-08-19") == []
    assert stood("2022-08-20") == [("till", 2, ["bota", "daniyar"])]
    assert stood("2022-08-21") == [("till", 1, []), ("lists", 1, ["kamila"])]
    assert stood("2022-08-22") == [("lists", 1, ["kamila"])]
    for more in ("--trainers", "--cascade"):
        assert told(cbi, "report", "training", more, "--as-of", "2022-08-20") == []
        assert told(cbi, "report", "training", more, "--as-of", "2022-08-21") != []


def test_a_list_is_taken_row_by_row(cbi: TypedIn, world: World, staff: None) -> None:
    path = world.folder / "trained.csv"
    path.write_text("Тема,Оператор,Кто обучал,День\ntill,bota,kamila,2022-08-18\n"
                    "till,nobody,kamila,2022-08-18\nfraud,daniyar,kamila,2022-08-19\n", "utf-8")
    assert told(cbi, "training", "add", "--file", str(path)) == {
        "added": 2, "known": 0, "refused": [2]}
    found = told(cbi, "training", "list", "--topic", "till")
    assert [(row["operator"], row["day"]) for row in found] == [("bota", "2022-08-18")]


@pytest.mark.parametrize(("more", "code"), [
    (("bota", "--topic", "till", "--trainer", "bota"), 2),
    (("bota", "--topic", "till", "--trainer", "nobody"), 4),
    (("bota", "--trainer", "kamila"), 2),
    (("bota", "--topic", "till", "--trainer", "kamila", "--date", "2022-09-01"), 2),
    (("bota", "--topic", "till", "--trainer", "kamila", "--store", "nowhere"), 4), ((), 2),
])
def test_what_cannot_be_is_refused(
    cbi: TypedIn, world: World, staff: None, more: tuple[str, ...], code: int
) -> None:
    assert cbi("training", "add", *more)[0] == code
    assert told(cbi, "training", "list") == []


def test_who_may(cbi: TypedIn, world: World, staff: None) -> None:
    line = ("training", "add", "bota", "--topic", "till", "--trainer", "kamila")
    for who in ("field1", "cashier1", "finance1", "auditor1", "controller1"):
        assert cbi(*line, who=who)[0] == 3, who
        assert cbi("training", "plan", "cashier", "till", who=who)[0] == 3, who
    assert cbi("training", "plan", "cashier", "till", who="admin1")[0] == 3
    assert cbi(*line, who="admin1")[0] == 0
