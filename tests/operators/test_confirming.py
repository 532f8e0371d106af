"""Accounts that another made or changed wait for a second person, and are told of; as typed."""

import pytest

from cbi.base.canonical import JsonValue
from cbi.operators.confirming import FirstHand, Standings, doubtful_hands
from cbi.operators.log import LogLine
from tests.team import GIVEN, Team, batch, founded, makes_round, with_programme


def test_the_founding_team_works_at_once_and_nothing_is_told_of_it(team: Team) -> None:
    founded(team)
    assert team("bolat", "whoami") == 0
    batch(team, "aigul", "bolat")
    assert {team.state(name) for name in ("aigul", "bolat", "amina")} == {"confirmed"}
    assert team.waiting() == []
    assert team.check("two-hands") == (0, [], [])
    cover = team.cover()
    assert any("Kept apart" in line for line in cover)
    assert not any("added" in line for line in cover)
    assert team("bolat", "operator", "confirm", "amina") == 5
    assert "Nothing waits" in team.err


def test_a_new_account_does_nothing_until_another_person_confirms_it(team: Team) -> None:
    founded(team)
    assert team.adds("aigul", "dana", "manager", "field") == 0
    assert team("bolat", "operator", "confirm", "dana") == 5  # she has not been here yet
    assert "cbi login dana" in team.err
    assert team.signs_in("dana", first=True) == 3
    assert "cbi operator confirm dana" in team.err
    assert "bolat" in team.err
    assert team.signs_in("dana") == 3
    assert (team.state("dana"), team.waiting()) == ("waits", ["dana"])
    assert any("dana: added with field, manager by aigul" in line and "waits" in line
               for line in team.cover())
    assert team("aigul", "operator", "confirm", "dana") == 3
    assert team("amina", "operator", "confirm", "dana") == 3
    assert team("bolat", "operator", "confirm", "dana") == 0
    assert "added with field, manager by aigul" in team.out
    assert team.signs_in("dana") == 0
    assert team("dana", "whoami") == 0
    assert (team.state("dana"), team.waiting()) == ("confirmed", [])
    assert any("confirmed by bolat" in line for line in team.cover())
    batch(team, "aigul", "dana")
    assert team.check("two-hands") == (0, [], [])
    assert team.check("accounts-confirmed") == (0, [], [])


@pytest.mark.parametrize(("words", "said"), [
    (("operator", "reset", "amina"), "given a passphrase by aigul"),
    (("operator", "role", "amina", "--role", "manager"), "given manager by aigul"),
    (("operator", "role", "amina", "--role", "auditor"), "given auditor by aigul"),
])
def test_what_another_did_to_an_account_stops_it_at_once(
    team: Team, words: tuple[str, ...], said: str,
) -> None:
    founded(team)
    team.env.setenv("CBI_NEW_PASSPHRASE", GIVEN)
    assert team("aigul", *words) == 0
    assert team("amina", "whoami") == 3  # the login she had
    assert team.signs_in("amina", first="reset" in words) == 3
    assert team.waiting() == ["amina"]
    assert any(said in line for line in team.cover())
    assert team("bolat", "operator", "confirm", "amina") == 0
    assert team.signs_in("amina") == 0


def test_an_account_that_was_enabled_again_waits(team: Team) -> None:
    founded(team)
    assert team("aigul", "operator", "disable", "amina") == 0
    assert team.waiting() == []
    assert team("aigul", "operator", "enable", "amina") == 0
    assert team.signs_in("amina") == 3
    assert team("bolat", "operator", "confirm", "amina") == 0
    assert team.signs_in("amina") == 0


def test_roles_given_and_taken_back_stand_on_the_cover(team: Team) -> None:
    founded(team)
    for role in ("manager", "field"):
        assert team("aigul", "operator", "role", "amina", "--role", role) == 0
    assert team("bolat", "operator", "confirm", "amina") == 0
    (line,) = (line for line in team.cover() if line.startswith("amina"))
    assert line.index("given manager") < line.index("given field") < line.index("confirmed by")


def test_an_admin_who_signs_in_as_the_only_other_is_told_of(team: Team) -> None:
    """Nobody else is there to confirm: it is let pass, and stands on the cover and in `check`."""
    founded(team)
    team.env.setenv("CBI_NEW_PASSPHRASE", GIVEN)
    assert team("aigul", "operator", "reset", "bolat") == 0
    assert team.signs_in("bolat", first=True) == 0
    number = batch(team, "aigul", "bolat")
    assert team.state("bolat") == "alone"
    assert any("bolat: given a passphrase by aigul" in line and "ON ONE PERSON'S WORD" in line
               for line in team.cover())
    code, wrong, (told,) = team.check("two-hands")
    assert (code, wrong) == (0, [])
    assert told.startswith(f"{number}: aigul did batch.draft and bolat did batch.approve")
    assert team("aigul", "operator", "confirm", "bolat") == 3
    assert team("bolat", "operator", "confirm", "bolat") == 3


def test_a_one_admin_offices_second_account_is_told_of(team: Team) -> None:
    with_programme(team, manager="")
    assert team.adds("aigul", "aigul2", "manager") == 0
    assert team.signs_in("aigul2", first=True) == 0
    makes_round(team, "aigul2")
    number = batch(team, "aigul", "aigul2")
    assert any(line.startswith("aigul2: added with manager by aigul") and "ONE PERSON" in line
               for line in team.cover())
    assert team.check("two-hands")[2][0].startswith(number)
    assert team.adds("aigul", "aigul3", "manager") == 0  # from now on there is another
    assert team.signs_in("aigul3", first=True) == 3
    assert team("aigul2", "operator", "confirm", "aigul3") == 0
    assert team.state("aigul3") == "alone"  # a doubtful word clears nobody
    assert team("aigul2", "operator", "list") == 0
    assert "on one person's word" in team.out


def test_a_planted_confirmation_counts_for_nothing_and_shows(team: Team) -> None:
    founded(team)
    assert team.adds("aigul", "dana", "manager") == 0
    assert team.signs_in("dana", first=True) == 3
    for by in ("aigul", "amina", "dana", "nobody"):
        team.plants_a_confirmation(team.office(), by)
    assert team.signs_in("dana") == 3
    code, wrong, _ = team.check("accounts-confirmed")
    assert code == 1
    assert [line.split(": ")[1].split()[0] for line in wrong] == [
        "aigul", "amina", "dana", "nobody",
    ]


def test_a_tills_machine_confirms_nobody(team: Team) -> None:
    founded(team)
    assert team.adds("aigul", "dana", "field") == 0
    assert team.signs_in("dana", first=True) == 3
    till = team.folder / "till.json"
    assert team("aigul", "keys", "export", "-o", str(till), "--for", "till") == 0, team.err
    team.env.setenv("CBI_KEYRING", str(till))
    assert team.signs_in("bolat") == 0
    assert team("bolat", "operator", "confirm", "dana") == 3
    assert "till" in team.err
    team.env.setenv("CBI_KEYRING", str(team.places.keyring))
    assert team.state("dana") == "waits"


def lines(*said: str) -> list[LogLine]:
    """A log from words: `who did what`, with roles after a colon."""
    made = []
    for seq, words in enumerate(said, 1):
        head, _, rest = words.partition(":")
        operator, action, about = head.split()
        detail: dict[str, JsonValue] = {"roles": [*rest.split()]} if rest else {}
        if action == "operator.confirm":
            detail = {"changes": [int(number) for number in rest.split()]}
        made.append(LogLine(seq, seq, operator, action, about, detail, ""))
    return made


FOUNDED = (
    "ann operator.add ann:admin field finance", "ann operator.add bob:manager",
    "ann operator.add cyd:manager", "ann programme.add KZ22",
)


@pytest.mark.parametrize(("said", "told"), [
    (("dan operator.login dan",), []),
    # A's second account, confirmed by nobody, approves what A drafted.
    (("ann operator.disable bob", "ann operator.disable cyd", "ann operator.add a2:manager",
      "ann batch.draft B1", "a2 batch.approve B1", "ann operator.enable bob"), ["B1"]),
    # Two accounts of hers, neither by her own name.
    (("ann operator.disable bob", "ann operator.disable cyd", "ann operator.add a2:manager",
      "ann operator.add a3:field", "a2 operator.confirm a3:8", "a3 batch.draft B1",
      "a2 batch.approve B1"), ["B1"]),
    # Her second account makes a third: it is hers all the same.
    (("ann operator.disable bob", "ann operator.disable cyd", "ann operator.add a2:admin",
      "a2 operator.add a3:manager", "ann operator.confirm a3:8", "ann settlement.make S1",
      "a3 settlement.pay S1"), ["S1"]),
    # What was done before the change was the owner's own.
    (("ann batch.draft B1", "bob batch.approve B1", "ann operator.reset bob"), []),
    # Confirmed by somebody whom she did not touch.
    (("ann operator.reset bob", "cyd operator.confirm bob:5", "ann batch.draft B1",
      "bob batch.approve B1"), []),
    # Acting before it was confirmed is told, and so is what was done then.
    (("ann operator.reset bob", "ann batch.draft B1", "bob batch.approve B1",
      "cyd operator.confirm bob:5"), ["B1", "log 7"]),
    # She resets both; each would be the other's witness, so both wait.
    (("ann operator.reset bob", "ann operator.reset cyd", "cyd operator.confirm bob:5"),
     ["log 7"]),
])
def test_what_one_person_may_have_done_with_both_hands(
    said: tuple[str, ...], told: list[str],
) -> None:
    found = [one.where for one in doubtful_hands(lines(*FOUNDED, *said))]
    assert found == told


def standing(*said: str) -> Standings:
    known = Standings()
    for line in lines(*FOUNDED, *said):
        known.take(line)
    return known


def test_two_accounts_of_one_person_do_not_clear_each_other() -> None:
    known = standing(
        "ann operator.disable bob", "ann operator.disable cyd", "ann operator.add a2:manager",
        "ann operator.add a3:manager", "a2 operator.confirm a3:8", "a3 operator.confirm a2:7",
    )
    assert known.of("a2").behind == known.of("a3").behind == {"ann"}


def test_a_confirmation_is_of_what_was_seen() -> None:
    known = standing("ann operator.reset bob", "ann operator.role bob:admin manager",
                     "cyd operator.confirm bob:5")
    assert known.waits("bob")
    assert [line.seq for line in known.wrongly] == [7]


def test_a_right_that_the_log_does_not_give_is_none() -> None:
    assert standing("ann operator.role bob:field").of("bob").roles == {"field"}


SECOND_ACCOUNT = (
    "ann operator.disable bob", "ann operator.disable cyd", "ann operator.add a2:manager",
)


def test_who_decided_on_a_bill_may_be_who_paid_it() -> None:
    first = "exception.decide"
    said = lines(*FOUNDED, *SECOND_ACCOUNT, f"ann {first} MAGNUM-S1", f"dan {first} MAGNUM-S1",
                 "eve settlement.make MAGNUM-P1", "a2 settlement.pay MAGNUM-P1")
    (doubt,) = doubtful_hands(said, {"MAGNUM-P1": "MAGNUM-S1"})
    assert (doubt.where, doubt.facts["first"], doubt.facts["did"]) == ("MAGNUM-P1", "ann", first)
    assert list(doubtful_hands(said, {"MAGNUM-P1": "MAGNUM-S2"})) == []


@pytest.mark.parametrize(("at", "told"), [(5, ["V1/3"]), (3, [])])
def test_who_redeemed_may_be_who_reversed_it(at: int, told: list[str]) -> None:
    """By whose an account was at the redemption, which the log has no line of."""
    said = lines("ann operator.add ann:admin", "ann operator.add kim:cashier",
                 "ann programme.add KZ22", "lee operator.reset kim", "lee till.reverse V1/3")
    first = {"V1/3": FirstHand("till.redeem", "kim", at)}
    assert [one.where for one in doubtful_hands(said, {}, first)] == told
    assert list(doubtful_hands(said)) == []
