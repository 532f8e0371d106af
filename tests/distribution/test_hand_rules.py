"""The rules about handing over: whole after a busy day, and each broken by hand is seen."""

from typing import Any

import pytest

from cbi.distribution.dispatch import TakeOut, open_distribution
from cbi.distribution.handover import hand_over_codes_or_serials, hand_over_list
from cbi.distribution.returns import Back, close_distribution, void_returned
from cbi.distribution.rules import RULES, check
from cbi.files import write_csv
from cbi.ledger.vouchers.changes import take_back
from cbi.messages import text
from cbi.operators.accounts import add_operator
from tests.conftest import World
from tests.finance.test_identities import past_the_triggers
from tests.operators.conftest import QUICK
from tests.vouchers import issued

SOME = "(SELECT voucher FROM distribution_outcome WHERE outcome = '{}' LIMIT 1)"


@pytest.fixture
def busy(world: World) -> World:
    """One day closed with something missing, and another one open."""
    for name in ("field1", "field2"):
        add_operator(world.session("admin1"), name, {"field"}, passphrase="nine tall poplars",
                     stretching=QUICK)
    serials = [paper.serial for paper in issued(world, [1_500_000] * 9)]
    go = [TakeOut(serials=serials[:6]), TakeOut(serials=serials[6:])]
    session = world.session("field1")
    first, _ = (open_distribution(world.session("manager1"), "KZ22-R1-B1", "field1", what)
                for what in go)
    hand_over_codes_or_serials(session, serials[:2])
    ticked = world.folder / "ticked.csv"
    write_csv(ticked, ["serial"], [[serials[2]], [serials[3]]])
    hand_over_list(session, ticked)
    take_back(world.session("manager1"), [serials[3]], "wrong sister")
    world.clock.now += 180_000_000
    close_distribution(
        world.session("field2"), first.number, Back(returned=[serials[3]], damaged=[serials[4]]),
        missing_reason="the bag stood open",
    )
    void_returned(world.session("manager1"), first.number, "moved away")
    hand_over_codes_or_serials(session, [serials[5], serials[6]])  # found again; and the open day's
    return world


def broken(world: World) -> dict[str, Any]:
    with world.ledger.read() as tx:
        return {one.name: one.wrong for one in check(tx) if one.wrong}


def test_every_rule_holds_after_a_busy_day(busy: World) -> None:
    assert broken(busy) == {}


@pytest.mark.parametrize(("rule", "attack"), [
    ("hand-overs-on-record", "DELETE FROM hand_over WHERE voucher = " + SOME.format("given")),
    ("hand-overs-on-record", "DELETE FROM entry WHERE kind = 'hand-over'"),
    ("distributions-balance", "DELETE FROM distribution_outcome WHERE outcome = 'returned'"),
    ("distributions-balance",
     "DELETE FROM distribution_taken WHERE voucher = " + SOME.format("damaged")),
    ("distributions-balance", "UPDATE distribution SET missing_reason = NULL"),
    ("distributions-balance", "DELETE FROM distribution WHERE state = 'closed'"),
    ("given-as-handed-over",
     "UPDATE distribution_outcome SET outcome = 'given' WHERE outcome = 'damaged'"),
    ("given-as-handed-over",
     "UPDATE distribution_outcome SET outcome = 'returned' WHERE outcome = 'given'"),
    ("out-once",
     "UPDATE distribution SET state = 'open', closed_by = NULL WHERE state = 'closed'"),
    ("distributions-as-logged",
     "UPDATE distribution_outcome SET outcome = 'damaged' WHERE outcome = 'missing'"),
    ("distributions-as-logged",
     "UPDATE distribution SET closed_by = distributor WHERE state = 'closed'"),
    ("distributions-as-logged", "DELETE FROM distribution WHERE state = 'open'"),
])
def test_each_rule_broken_by_hand_is_seen(busy: World, rule: str, attack: str) -> None:
    if rule == "out-once":
        past_the_triggers(
            busy, "INSERT INTO distribution_taken SELECT (SELECT id FROM distribution"
            " WHERE state = 'open'), voucher FROM distribution_outcome WHERE outcome = 'missing'")
    past_the_triggers(busy, attack)
    found = broken(busy)
    assert rule in found
    for wrong in found[rule]:
        for language in ("en", "ru"):
            assert "check." not in wrong.describe(language)
            assert "KZ22-R1" in wrong.describe(language)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_rule_has_its_words(language: str) -> None:
    words = {text(f"check.rule-{name}", language) for name in RULES}
    assert len(words) == len(RULES)
    assert not any(word.startswith("check.") for word in words)
