"""A role is honoured only after a training where a programme asks for it, on both engines."""

import json

import pytest

from tests.team import Team, founded

TRAINED = ("training", "add", "amina", "--topic", "fraud", "--trainer", "bolat")


@pytest.fixture
def asked(team: Team) -> Team:
    """A field officer and a manager; the programme asks field officers for a training."""
    founded(team)
    assert team("bolat", "people", "find", "Nobody Known") == 0, team.err
    assert team("bolat", "training", "require", "field", "fraud", "--programme", "KZ22") == 3
    assert team("aigul", "training", "require", "field", "Fraud", "--programme", "kz22") == 0
    assert "amina" in team.out
    return team


def may_find(team: Team) -> bool:
    code = team("amina", "people", "find", "Nobody Known")
    assert code in {0, 3}, team.err
    return code == 0


def test_until_the_training_the_role_does_nothing_and_says_who_trains(asked: Team) -> None:
    assert not may_find(asked)
    assert "fraud" in asked.err
    assert "cbi training add amina" in asked.err
    assert asked("aigul", "training", "add", "bolat", "--topic", "fraud", "--trainer", "aigul") == 0
    assert not may_find(asked)
    assert "given by aigul" in asked.err
    assert asked.signs_in("amina") == 0
    assert "Not honoured yet" in asked.out
    assert asked("amina", "whoami") == 0
    assert "Not honoured yet" in asked.out
    assert asked("bolat", *TRAINED) == 0
    assert may_find(asked), asked.err
    assert asked("amina", "whoami") == 0
    assert "Not honoured" not in asked.out
    assert asked("aigul", "check") == 0, asked.out


def test_a_role_that_needs_none_still_counts_and_the_rule_can_be_dropped(asked: Team) -> None:
    assert asked("aigul", "people", "find", "Nobody Known") == 3
    assert asked("aigul", "backup", str(asked.folder / "copy.db")) == 0, asked.err
    drop = ("training", "require", "field", "fraud", "--programme", "KZ22", "--drop")
    assert asked("aigul", *drop) == 0
    assert may_find(asked)
    assert asked("aigul", *drop) == 4
    assert asked("aigul", "training", "require", "admin", "fraud", "--programme", "KZ22") == 2
    assert asked("aigul", "training", "require", "clerk", "fraud", "--programme", "KZ22") == 2
    assert asked("aigul", "training", "require", "field", "fraud", "--programme", "XX") == 4


def test_what_waits_and_what_is_reported(asked: Team) -> None:
    assert asked("bolat", "waiting", "--json") == 0
    lines = [one["line"] for one in json.loads(asked.out) if one["what"] == "training"]
    assert lines == ["cbi training add aigul --topic fraud --trainer NAME",
                     "cbi training add amina --topic fraud --trainer NAME"]
    assert asked("bolat", "report", "training", "--json") == 0
    (one,) = json.loads(asked.out)
    assert (one["asked"], one["missing"]) == (["KZ22"], ["aigul", "amina"])
    assert asked("aigul", "log", "--action", "training.require") == 0
    assert "asked for a training" in asked.out


def test_the_cascade_leads_from_trainers_to_trained(asked: Team) -> None:
    for name, trainer, day in (("bolat", "aigul", "2022-08-01"), ("amina", "bolat", "2022-08-02"),
                               ("aigul", "amina", "2022-08-03")):
        writer = "aigul" if name == "bolat" else "bolat"
        assert asked(writer, "training", "add", name, "--topic", "fraud", "--trainer", trainer,
                     "--date", day) == 0, asked.err
    assert asked("bolat", "report", "training", "--cascade", "--json") == 0
    found = [(one["operator"], one["level"], one["trained"]) for one in json.loads(asked.out)]
    assert found == [("aigul", 0, 1), ("bolat", 1, 1), ("amina", 2, 1)]
