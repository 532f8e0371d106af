"""Red flags: found where they are, silent where nothing is, and what was said of them is kept."""

import json
from dataclasses import replace

import pytest

from cbi.base.clock import DAY_US, MINUTE_US, instant_on
from cbi.distribution.handover import HandOverHow, hand_over_codes_or_serials
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages import text
from cbi.operators.accounts import add_operator
from cbi.people.persons import ProxyPerson, enrol, erase, name_proxy
from cbi.practice.suspicious import campaign
from cbi.reports.as_of import as_of
from cbi.reports.flags.facts import (
    Happened,
    Move,
    RoundStart,
    Signed,
    SoldVoucher,
    Steps,
    Undone,
    happened,
)
from cbi.reports.flags.patterns import LIMITS, RedFlag, sale_flags, typed_codes
from cbi.reports.flags.records import record_flags
from cbi.reports.flags.showing import flag_digest
from cbi.reports.overview import chosen_programme
from tests.conftest import ZONE, World
from tests.flags_table import KINDS, PAGE, Measured, flags, judged, measured
from tests.lines import Typed, typed_by
from tests.operators.conftest import QUICK
from tests.people.given import somebody
from tests.vouchers import in_hand, issued

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
    for kind in KINDS:
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
    assert kinds(replace(nothing, proxies=(("H-1", "H-2", "H-3"),))) == []
    assert kinds(replace(nothing, proxies=(("H-1", "H-2", "H-3", "H-4"),))) == ["one-proxy"]
    undone = tuple(
        Undone(bytes([n]) * 16, f"S-{n}", "s", 450_000, "till", "till", MORNING,
               MORNING + MINUTE_US) for n in range(4)
    )
    limited = replace(nothing, undone=undone, reversal_max_minor=500_000)
    assert kinds(limited) == ["under-limit"]
    assert kinds(replace(limited, reversal_max_minor=5_000_000)) == []


def signed(giver: str, unsigned: int, of: int) -> tuple[Signed, ...]:
    return tuple(
        Signed(f"S-{giver}-{n}", f"H-{giver}-{n}", giver, "",
               "thumbprint" if n < unsigned else "signature") for n in range(of)
    )


def test_whoever_has_others_sign_is_compared_with_the_other_distributors() -> None:
    nothing = Happened(())
    many, few = signed("amina", 12, 20), signed("bolat", 3, 40)
    assert kinds(replace(nothing, signed=many + few)) == ["one-signatory"]
    assert kinds(replace(nothing, signed=many)) == [], "nobody to compare with"
    assert kinds(replace(nothing, signed=many + signed("bolat", 24, 40))) == [], "usual there"


def typed_at(way: str, cashier: str, count: int, day: int = 0) -> list[SoldVoucher]:
    """Sales at one store, an hour apart and ten a day."""
    return [
        SoldVoucher(
            f"{cashier}{way}{n}".rjust(16, "0").encode(), f"S-{cashier}-{way}-{n}", "P",
            f"H-{cashier}-{way}-{n}", "R", "almaty", "almaty-1", "almaty", 1_500_000, 1_500_000,
            str(n), cashier, MORNING + (day + n // 10) * DAY_US + n % 10 * 60 * MINUTE_US, None, "",
            way,
        ) for n in range(count)
    ]


def test_codes_typed_where_the_others_scan_are_seen_and_a_broken_scanner_is_not() -> None:
    def found(*sales: list[SoldVoucher]) -> list[str]:
        told = Happened(tuple(one for listed in sales for one in listed), zone=ZONE)
        return [one.kind for one in typed_codes(told, LIMITS)]

    others = typed_at("scanner", "bolat", 40)
    assert found(typed_at("typed", "amina", 12), others) == ["typed"]
    assert found(typed_at("typed", "amina", 12, day=50), others) == [], "no scanner on those days"
    assert found(typed_at("typed", "amina", 12), typed_at("typed", "bolat", 40)) == []
    unknown = [one._replace(code_way=None) for one in others]
    assert found(typed_at("typed", "amina", 12), unknown) == [], "nothing is known of the others"


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
    assert "from 21 Aug 2022 10:00" in " ".join(out.split())
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


def test_one_person_who_collects_for_many_is_seen_and_not_named(world: World, cbi: Typed) -> None:
    field = world.session("field1")
    heads = enrol(field, [somebody(number) for number in range(1, 6)]).numbers
    for head, document in zip(heads, (
        "P7654321", "passport P 76 54 321", "p-7654321", "P۷۶۵۴۳۲۱", "P1234599"), strict=True):
        name_proxy(field, head, ProxyPerson("Nasir Haidari", document, "son"))
    world.clock.now += DAY_US
    out = cbi("report", "flags")[1]
    assert "One person collects for many households" in out
    assert "Nasir" not in out
    found = [one for one in json.loads(cbi("report", "flags", "--json")[1])
             if one["kind"] == "one-proxy"]
    assert [len(one["serials"]) for one in found] == [4]
    with world.vault.read() as vault:
        held = list(vault.tuples("SELECT person FROM posting WHERE kind = 'proxy'"))
    assert len(held) == 5
    before = cbi("report", "flags", "--as-of", "2022-08-15", "--json")[1]
    assert "one-proxy" not in before
    erase(world.session("admin1"), heads[0], "asked for it")
    assert "one-proxy" not in cbi("report", "flags", "--json")[1]


def test_how_hand_overs_were_signed_and_codes_came_in_is_read_from_the_ledger(
    world: World,
) -> None:
    for name in ("field1", "field2"):
        add_operator(world.session("admin1"), name, {"field"}, passphrase="nine tall poplars",
                     stretching=QUICK)
    signed, pressed = issued(world, [1_500_000] * 2)
    hand_over_codes_or_serials(world.session("field1"), [signed.serial])
    hand_over_codes_or_serials(
        world.session("field1"), [pressed.serial], HandOverHow("field2", "thumbprint"))
    world.clock.now += DAY_US
    redeem(world.session("cashier2"), Redeem(
        code=signed.code, amount_minor=450_000, store="magnum-almaty-1", receipt="1",
        code_way="typed"))
    with world.ledger.read() as tx:
        programme = chosen_programme(tx, None)
        seen = as_of(tx, None, world.clock(), ZONE)
        told = happened(tx, seen, programme)
    assert [(one.serial, one.given_by, one.witness, one.acknowledged) for one in told.signed] == [
        (signed.serial, "field1", "", "signature"),
        (pressed.serial, "field1", "field2", "thumbprint"),
    ]
    assert [one.code_way for one in told.sales] == ["typed"]
    assert told.limits == (programme.reversal_alone_max_minor,)


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
