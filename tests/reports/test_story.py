"""A voucher's story: every kind of line in plain sentences, in order, without a name or a code."""

from typing import Any

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import NotAllowed, NotFound
from cbi.distribution.handover import hand_over_codes_or_serials
from cbi.finance.decisions.deciding import decide
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle
from cbi.ledger.sealing import seal
from cbi.ledger.vouchers.changes import block, expire_due, extend, replace, unblock, void
from cbi.ledger.vouchers.codes import make_codes, show_code
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.reports.story import Story, story
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.vouchers import in_hand, issued


def kinds(told: Story) -> list[str]:
    return [event.kind for event in told.events]


def says(told: Story, kind: str) -> str:
    return next(event.words for event in told.events if event.kind == kind)


def test_a_whole_life_is_told_from_draft_to_payment(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    with world.ledger.write() as tx:
        tx.run("UPDATE store SET names = :names WHERE code = 'magnum-almaty-1'",
               names='{"en": "Magnum, Abay 1", "ru": "Магнум, Абая 1"}')
    hand_over_codes_or_serials(world.session("field1"), [paper.serial])
    bought(world, paper, 1_000_000, "77")
    taken_in(world, [line(paper.serial, "10500", "77")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    decide(world.session("finance1"), ["MAGNUM-S1/1"], "accept", "the roll says 10 000")
    made = settle(world.session("finance1"), "MAGNUM-S1")
    pay(world.session("finance2"), made.number, "BANK-7")
    seal(world.session("manager1"), "daily")
    told = story(world.session("auditor1"), paper.serial.lower(), "en")
    assert kinds(told) == [
        "redeem", "draft", "issue", "hand-over", "evidence", "claim", "finding", "decision",
        "settle", "pay",
    ]
    assert told.about == (
        f"Voucher {paper.serial}: 15,000\u00a0tenge for Food, for beneficiary P-000001 in x, "
        "round KZ22-R1 of “Kazakhstan 2022”.",
        "It is in the beneficiary's hands; 5,000\u00a0tenge is left. "
        "Valid 2022-08-16 to 2022-09-30, the last day whole.",
    )
    assert says(told, "redeem") == (
        "10,000\u00a0tenge redeemed at Magnum, Abay 1 (magnum-almaty-1) on receipt 77, taken by "
        f"cashier2 ({paper.serial}/3); 5,000\u00a0tenge left. "
        "The ledger took it later, on 2022-08-20 12:00."
    )
    assert says(told, "decision") == (
        "finance1 decided: accept. Reason: the roll says 10 000."
    )
    assert says(told, "pay") == (
        "finance2 paid settlement MAGNUM-P1 to magnum, reference BANK-7."
    )
    assert told.seals[0].startswith("Sealed lines: 3.")
    assert told.lines()[3].startswith("2022-08-20 11:00  10,000")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everything_that_can_happen_has_its_sentence(world: World, language: str) -> None:
    paper, gone, spent, over = in_hand(world, [1_500_000] * 4)
    manager, field = world.session("manager1"), world.session("field1")
    block(field, paper.serial, "said to be lost")
    unblock(field, paper.serial, "found again")
    extend(manager, paper.serial, "2022-10-15", "was in hospital")
    redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=100_000, store="magnum-almaty-1", receipt="1"))
    reverse(manager, f"{paper.serial}/6", "wrong goods")
    new = replace(field, paper.serial, "the paper was torn")
    void(manager, gone.serial, "left the country")
    redeem(world.session("cashier1"), Redeem(
        code=spent.code, amount_minor=1_500_000, store="magnum-almaty-1", receipt="2"))
    world.clock.now = instant_on("2022-10-20", 9, ZONE)
    expire_due(manager)
    stories = {
        name: story(manager, serial, language) for name, serial in (
            ("old", paper.serial), ("new", new.serial), ("gone", gone.serial),
            ("spent", spent.serial), ("over", over.serial))
    }
    assert [told.state for told in stories.values()] == [
        "replaced", "expired", "void", "used-up", "expired"]
    assert kinds(stories["old"]) == [
        "draft", "issue", "hand-over", "block", "unblock", "extend", "redeem", "reverse", "replace"]
    assert paper.serial in says(stories["new"], "replaces")
    assert new.serial in says(stories["old"], "replace")
    assert kinds(stories["over"])[-1] == "expire"
    for told in stories.values():
        for words in told.lines():
            assert "{" not in words
            assert "reports." not in words
            assert "None" not in words


def test_a_voucher_is_found_by_its_code_and_the_story_does_not_repeat_it(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    told = story(world.session("manager1"), show_code(paper.code).lower(), "en")
    assert told.serial == paper.serial
    assert paper.code not in "\n".join(told.lines())
    assert told.seals[0].startswith("Sealed lines: 1. The first seal over all of them has")
    assert told.seals[1] == "Lines not sealed yet: 1. The next seal takes them: cbi seal"


def test_an_unknown_code_is_not_repeated_whole(world: World) -> None:
    code = make_codes(1, world.entropy)[0]
    for typed in (code, show_code(code), show_code(code).lower()):
        with pytest.raises(NotFound) as refused:
            story(world.session("manager1"), typed, "en")
        assert refused.value.facts == {"text": f"…{typed[-4:]}"}
    with pytest.raises(NotFound) as refused:
        story(world.session("manager1"), "KZ22-R1-999999", "en")
    assert refused.value.facts == {"text": "KZ22-R1-999999"}


def test_a_cashier_reads_no_story(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    with pytest.raises(NotAllowed):
        story(world.session("cashier1"), paper.serial, "en")


def test_the_record_holds_the_same_with_instants_in_the_programmes_zone(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    record = story(world.session("manager1"), paper.serial, "en").record()
    assert record["balance"] == 1_500_000
    events: Any = record["events"]
    assert events[0]["at"].startswith("2022-08-20T12:00:")
    assert events[0]["at"].endswith("+06:00")
