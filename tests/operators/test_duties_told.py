"""Loosening a duty rule is one admin's word: cover, `check` and progress page tell of it."""

import json

import pytest

from tests.team import Team, founded

LOOSER = {
    "duties-apart": ("--one-person", "--duties-apart", "SWITCHED OFF"),
    "reversal-alone-max-minor": ("--reversal-alone-max=900", "--reversal-alone-max=0", "0 tenge"),
    "lateness-days": ("--lateness-days=60", "--lateness-days=14", "later than 14 days"),
    "despite-allowed": ("--despite", "--no-despite", "two c"),
}


def sets(team: Team, *words: str, who: str = "aigul") -> int:
    return team(who, "programme", "set", "KZ22", "--reason", "as agreed", *words)


def waiting(team: Team) -> list[dict[str, object]]:
    assert team("aigul", "report", "progress", "--json", "--force",
                "-o", str(team.folder / "p.html")) == 0, team.err
    found = json.loads(team.out)["waiting"]
    return [one for one in found if str(one["what"]).startswith("loosened-")]


def told(team: Team) -> list[str]:
    """What `check` says, which breaks no rule; the workbook's cover says the same."""
    code, wrong, said = team.check("duties-tight")
    assert (code, wrong) == (0, [])
    said = [line.removeprefix("KZ22: ") for line in said]
    assert said == [line for line in team.cover() if "SWITCHED OFF" in line or "LOOSENED" in line]
    return said


@pytest.mark.parametrize("rule", LOOSER)
def test_a_loosened_rule_is_told_and_the_stretch_stays_told(team: Team, rule: str) -> None:
    founded(team)
    looser, tight, words = LOOSER[rule]
    if rule == "despite-allowed":
        assert sets(team, tight) == 0, team.err
    assert (told(team), waiting(team)) == ([], [])
    assert sets(team, looser, who="bolat") == 3
    assert sets(team, looser) == 0, team.err
    (line,) = told(team)
    assert words in line.replace("\u00a0", " ")
    assert "since" in line
    assert "aigul" in line
    (one,) = waiting(team)
    assert (one["what"], one["object"]) == (f"loosened-{rule}", "KZ22")
    assert (one["operator"], one["since"] is None) == ("aigul", False)
    page = (team.folder / "p.html").read_text("utf-8")
    assert "on the word of aigul" in page
    assert f"cbi programme set KZ22 --reason TEXT {tight.partition('=')[0]}" in page
    assert sets(team, tight) == 0
    (line,) = told(team)
    assert " from " in line
    assert " to " in line
    assert waiting(team) == []


def test_a_stretch_ends_where_the_rule_is_as_tight_as_before(team: Team) -> None:
    founded(team)
    for days in (60, 3650, 30, 90, 7, 14):
        assert sets(team, f"--lateness-days={days}") == 0, team.err
    assert [("since" in line, line.partition("later than ")[2].partition(" ")[0],
             line.rpartition("up to ")[2].partition(" ")[0]) for line in told(team)] == [
        (False, "14", "60"), (False, "60", "3650"), (False, "30", "90"), (True, "7", "14"),
    ]
    assert [(one["what"], one["count"]) for one in waiting(team)] == [("loosened-lateness-days", 7)]


def test_the_cover_names_the_rules_as_they_stand(team: Team) -> None:
    founded(team)
    assert sets(team, "--reversal-alone-max=900", "--no-despite") == 0
    (rules,) = (line for line in team.cover() if line.startswith("Rules of"))
    assert "900\u00a0tenge" in rules
    assert "14 days" in rules
    assert "nobody" in rules


def test_an_office_of_one_person_is_told_of_from_the_start(team: Team) -> None:
    assert team("aigul", "city", "add", "almaty", "--name", "en=Almaty") == 0
    assert team("aigul", "programme", "add", "KZ22", "--name", "Kazakhstan 2022", "--budget",
                "60000000", "--one-person") == 0, team.err
    code, _, (line,) = team.check("duties-tight")
    assert code == 0
    assert "SWITCHED OFF in Kazakhstan 2022 since" in line
    assert [one["what"] for one in waiting(team)] == ["loosened-duties-apart"]
