"""Handing over: by scan, by list, by the ticked workbook; and taken back on the same day."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.base.errors import BadFile, CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.distribution.handover import (
    HandOverEvidence,
    HandOverHow,
    HandOverResult,
    hand_over_codes_or_serials,
    hand_over_evidence,
    hand_over_list,
)
from cbi.distribution.lists import distribution_list
from cbi.files import write_csv
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import block, expire_due, take_back, void
from cbi.ledger.vouchers.codes import show_code
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages import LANGUAGES, text
from cbi.operators.accounts import add_operator
from cbi.people.persons import ProxyPerson, name_proxy
from cbi.reports.overview import overview
from cbi.reports.story import story
from tests.conftest import World
from tests.issuance.given import (
    OUTSIDER,
    at_noon,
    enrolled,
    issued_to,
    log_of,
    serials_of,
    state_of,
)
from tests.operators.conftest import QUICK
from tests.questions import questions
from tests.rows import all_rows, one_row
from tests.vouchers import Paper, in_hand, issued


@pytest.fixture(autouse=True)
def operators(world: World) -> None:
    """The field operators as accounts, so that one may witness for the other."""
    for name in ("field1", "field2"):
        add_operator(world.session("admin1"), name, {"field"}, passphrase="nine tall poplars",
                     stretching=QUICK)


def hand(world: World, *items: str, who: str = "field1", **how: Any) -> HandOverResult:
    return hand_over_codes_or_serials(world.session(who), items, HandOverHow(**how))


def codes_of(result: HandOverResult) -> list[str]:
    return [one.error.code for one in result.problems]


def evidence(world: World, serial: str) -> list[HandOverEvidence]:
    with world.ledger.read() as tx:
        return hand_over_evidence(tx, serial)


def spend(world: World, code: str, receipt: str = "R1") -> str:
    session = world.session("cashier1")
    order = Redeem(code=code, amount_minor=500_000, store="magnum-almaty-1", receipt=receipt)
    return redeem(session, order).answer


def sound(world: World) -> None:
    with world.ledger.read() as tx:
        assert not [found for found in check_ledger(tx) if found.wrong]


def test_a_voucher_is_spendable_from_the_moment_it_is_handed_over(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    assert spend(world, paper.code) == "not-handed-over"
    assert hand(world, paper.serial).given == (paper.serial,)
    assert spend(world, paper.code) == "ok"


def test_a_code_as_a_scanner_types_it_or_a_serial_as_a_person_does(world: World) -> None:
    one, two = issued(world, [1_500_000, 1_500_000])
    result = hand(world, show_code(one.code).lower(), f"  {two.serial.lower()} ")
    assert result.given == (one.serial, two.serial)


def test_one_bad_serial_does_not_hold_up_the_queue(world: World) -> None:
    good, twice, dead = issued(world, [1_500_000] * 3)
    hand(world, twice.serial)
    void(world.session("manager1"), dead.serial, "lost before the day")
    result = hand(world, good.serial, twice.serial, dead.serial, "KZ22-R1-999999", good.serial)
    assert result.given == (good.serial,)
    assert [one.item for one in result.problems] == [
        twice.serial, dead.serial, "KZ22-R1-999999", good.serial]
    assert codes_of(result) == [
        "issuance.handed-over-by", "issuance.handed-over-void", "issuance.item-unknown",
        "issuance.named-twice"]


def test_a_blocked_or_expired_voucher_stays_where_it_is(world: World) -> None:
    stopped, old = in_hand(world, [1_500_000, 1_500_000])
    block(world.session("field1"), stopped.serial, "seen on a market")
    at_noon(world, "2022-10-01")
    expire_due(world.session("finance1"))
    assert codes_of(hand(world, stopped.serial, old.serial)) == [
        "issuance.handed-over-expired", "issuance.handed-over-expired"]


def test_after_its_last_day_nothing_is_handed_over(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    at_noon(world, "2022-10-01", 0)
    assert codes_of(hand(world, paper.serial)) == ["issuance.handed-over-late"]


def test_an_unknown_code_is_never_repeated_whole(world: World) -> None:
    result = hand(world, "7K3M-0000-0000-ABCD")
    assert [one.item for one in result.problems] == ["…ABCD"]
    assert "7K3M" not in result.problems[0].describe("en")


def test_the_evidence_says_who_gave_who_saw_and_how(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    hand(world, paper.serial, witness="field2", acknowledged="thumbprint")
    (told,) = evidence(world, paper.serial)
    assert (told.given_by, told.witness, told.acknowledged) == ("field1", "field2", "thumbprint")
    (line,) = log_of(world, "voucher.hand-over")
    assert (line["operator"], line["object"]) == ("field1", paper.serial)


@pytest.mark.parametrize(("how", "error"), [
    ({"witness": "field1"}, UsageError), ({"witness": "Zahra Haidari"}, NotFound),
    ({"acknowledged": "smile"}, UsageError), ({"day": "2022-13-01"}, UsageError),
    ({"day": "2022-08-21"}, UsageError),
])
def test_a_slip_in_how_it_was_done_hands_over_nothing(
    world: World, how: dict[str, str], error: type[CbiError],
) -> None:
    (paper,) = issued(world, [1_500_000])
    with pytest.raises(error):
        hand(world, paper.serial, **how)
    assert state_of(world, paper.serial) == "issued"


def test_nothing_named_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="nothing-to-hand-over"):
        hand(world)


@pytest.mark.parametrize("who", [OUTSIDER, "manager1", "cashier1", "auditor1"])
def test_handing_over_is_for_field_staff(world: World, who: str, tmp_path: Path) -> None:
    (paper,) = issued(world, [1_500_000])
    with pytest.raises(NotAllowed):
        hand(world, paper.serial, who=who)
    with pytest.raises(NotAllowed):
        hand_over_list(world.session(who), tmp_path / "list.csv")


def test_a_proxy_collects_only_where_one_is_named_with_a_document(world: World) -> None:
    (family, *_) = enrolled(world)
    first, *rest = serials_of(world, issued_to(world), beneficiary=family.numbers[1])
    assert codes_of(hand(world, first, acknowledged="proxy")) == ["issuance.proxy-not-named"]
    proxy = ProxyPerson("Karim Wali", "P1234567", "brother")
    name_proxy(world.session("field1"), family.head, proxy)
    assert hand(world, first, *rest, acknowledged="proxy").problems == ()
    assert {one.acknowledged for one in evidence(world, first)} == {"proxy"}
    with world.ledger.read() as tx:
        held = str(all_rows(tx, "SELECT * FROM hand_over")) + str(all_rows(tx, "SELECT * FROM log"))
    assert "Karim" not in held
    assert "P1234567" not in held


def test_a_plain_list_of_serials_or_codes_under_any_heading_we_know(
    world: World, tmp_path: Path,
) -> None:
    one, two, three = issued(world, [1_500_000] * 3)
    serials = tmp_path / "serials.csv"
    write_csv(serials, ["№", "Серийный номер"], [[1, one.serial], [2, ""], [3, two.serial]])
    assert hand_over_list(world.session("field1"), serials).given == (one.serial, two.serial)
    codes = tmp_path / "codes.csv"
    write_csv(codes, ["Code"], [[show_code(three.code)]])
    assert hand_over_list(world.session("field1"), codes).given == (three.serial,)


def test_a_list_without_such_a_column_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, ["Name"], [["x"]])
    with pytest.raises(BadFile, match="no-serial-column"):
        hand_over_list(world.session("field1"), path)


class Workbook:
    """A distribution workbook as a field officer fills it in; columns are found by heading."""

    def __init__(self, path: Path, language: str = "en") -> None:
        self.path, self.language = path, language
        self.book = openpyxl.load_workbook(path)

    def rows(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        for sheet in self.book.worksheets:
            headings = {}
            for row in sheet.iter_rows():
                values = [cell.value for cell in row]
                if self.say("serial") in values:
                    headings = {value: at for at, value in enumerate(values)}
                elif headings:
                    yield sheet.title, row[0].row, {name: row[at] for name, at in headings.items()}

    def say(self, name: str) -> str:
        return text(f"voucher.{name}", self.language)

    def tick(self, marks: dict[str, tuple[str, ...]]) -> Path:
        """`marks` by serial: (mark, how acknowledged, witness)."""
        for _, _, cells in self.rows():
            mark, *more = (*marks.get(cells[self.say("serial")].value, ()), None)
            cells[self.say("list-handed-over")].value = mark
            for name, value in zip(("list-acknowledged", "list-witness"), more, strict=False):
                cells[self.say(name)].value = value
        self.book.save(self.path)
        return self.path

    def place(self, serial: str) -> tuple[str, int]:
        return next((sheet, row) for sheet, row, cells in self.rows()
                    if cells[self.say("serial")].value == serial)


@pytest.fixture
def workbook(world: World, tmp_path: Path) -> tuple[Workbook, list[str]]:
    """Two cities' distribution workbook, its batch's serials, and a way to fill it in."""
    enrolled(world)
    batch = issued_to(world)
    path = tmp_path / "distribution.xlsx"
    distribution_list(world.session("field1"), batch, path)
    return Workbook(path), serials_of(world, batch)


def test_of_the_workbook_only_ticked_rows_are_handed_over_on_all_its_sheets(
    world: World, workbook: tuple[Workbook, list[str]],
) -> None:
    book, serials = workbook
    assert len(book.book.worksheets) == 2
    first, last = serials[0], serials[-1]
    path = book.tick({first: ("x",), last: ("X", "Thumbprint", "field2"), serials[1]: ("no",)})
    result = hand_over_list(world.session("field1"), path)
    assert result.given == (first, last)
    assert result.problems == ()
    assert [state_of(world, serial) for serial in serials].count("active") == 2
    (told,) = evidence(world, last)
    assert (told.witness, told.acknowledged) == ("field2", "thumbprint")
    assert evidence(world, first)[0].acknowledged == "signature"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_is_read_in_each_language_it_is_written_in(
    world: World, tmp_path: Path, language: str
) -> None:
    enrolled(world)
    path = tmp_path / "distribution.xlsx"
    number = issued_to(world, "astana")
    distribution_list(world.session("field1"), number, path, language=language)
    (serial, other) = serials_of(world, number)
    way = text("voucher.acknowledged-thumbprint", language)
    Workbook(path, language).tick({serial: ("✓", way)})
    assert hand_over_list(world.session("field1"), path).given == (serial,)
    assert evidence(world, serial)[0].acknowledged == "thumbprint"
    assert state_of(world, other) == "issued"


def test_what_does_not_fit_comes_back_with_sheet_row_and_column(
    world: World, workbook: tuple[Workbook, list[str]],
) -> None:
    book, serials = workbook
    late, dead, odd, smiled, alone, good = serials[-1], *serials[:5]
    hand(world, late, who="field2")
    void(world.session("manager1"), dead, "torn")
    path = book.tick({
        late: ("x",), dead: ("x",), odd: ("tomorrow",), smiled: ("x", "a smile"),
        alone: ("x", "proxy"), good: ("x", "", "nobody"),
    })
    result = hand_over_list(world.session("field1"), path)
    assert result.given == ()
    told = {one.item: (one.error.code, one.sheet, one.row) for one in result.problems}
    assert told == {
        serial: (f"issuance.{code}", *book.place(serial)) for serial, code in (
            (late, "handed-over-by"), (dead, "handed-over-void"), (odd, "tick-unreadable"),
            (smiled, "acknowledged-unknown"), (alone, "proxy-not-named"),
            (good, "witness-unknown"),
        )
    }
    words = next(one for one in result.problems if one.item == odd).describe("en")
    sheet, row = book.place(odd)
    assert words.startswith(f"Sheet {sheet}, row {row}, column J: “tomorrow”")


def test_the_same_list_again_changes_nothing_and_says_so(
    world: World, workbook: tuple[Workbook, list[str]],
) -> None:
    book, serials = workbook
    path = book.tick({serials[0]: ("x",)})
    hand_over_list(world.session("field1"), path)
    again = hand_over_list(world.session("field1"), path)
    assert (again.given, again.problems, again.known) == ((), (), (serials[0],))
    corrected = book.tick({serials[0]: ("x",), serials[1]: ("x",)})
    more = hand_over_list(world.session("field1"), corrected)
    assert (more.given, more.known) == ((serials[1],), (serials[0],))
    assert len(evidence(world, serials[0])) == 1


def test_what_the_same_operator_scanned_is_no_conflict_on_their_list(
    world: World, workbook: tuple[Workbook, list[str]],
) -> None:
    book, serials = workbook
    hand(world, serials[0])
    path = book.tick({serials[0]: ("x",), serials[1]: ("x",)})
    result = hand_over_list(world.session("field1"), path)
    assert (result.given, result.known, result.problems) == ((serials[1],), (serials[0],), ())


def test_another_operators_list_with_the_same_voucher_is_a_conflict(
    world: World, workbook: tuple[Workbook, list[str]],
) -> None:
    book, serials = workbook
    path = book.tick({serials[0]: ("x",)})
    hand_over_list(world.session("field1"), path)
    result = hand_over_list(world.session("field2"), path)
    assert codes_of(result) == ["issuance.handed-over-by"]
    assert "by field1 on 2022-08-20 12:" in result.problems[0].describe()


def test_a_workbook_without_a_tick_is_refused(
    world: World, workbook: tuple[Workbook, list[str]],
) -> None:
    book, _ = workbook
    with pytest.raises(UsageError, match="nothing-ticked"):
        hand_over_list(world.session("field1"), book.tick({}))


def test_a_day_without_connection_is_put_on_its_own_day(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    at_noon(world, "2022-08-22", 9)
    hand(world, paper.serial, day="2022-08-21")
    with world.ledger.read() as tx:
        line = one_row(tx, "SELECT occurred_at, recorded_at FROM entry WHERE kind = 'hand-over'")
    apart_hours = (line["recorded_at"] - line["occurred_at"]) / 3_600_000_000
    assert 20.9 < apart_hours < 21.1


def test_nothing_was_handed_over_before_it_was_issued(world: World) -> None:
    (paper,) = issued(world, [1_500_000])
    result = hand(world, paper.serial, day="2022-08-19")
    assert codes_of(result) == ["issuance.handed-over-before-issued"]


def test_taken_back_on_its_day_it_cannot_be_spent_and_can_be_given_again(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    assert take_back(world.session("field2"), [paper.serial.lower()], "wrong sister") == [
        paper.serial]
    assert spend(world, paper.code) == "not-handed-over"
    assert [one["operator"] for one in log_of(world, "voucher.take-back")] == ["field2"]
    hand(world, paper.serial)
    assert spend(world, paper.code) == "ok"
    sound(world)


def test_given_taken_back_and_given_again_it_is_told_in_order_and_counted_once(
    world: World,
) -> None:
    (paper, other) = issued(world, [1_500_000, 1_500_000])
    hand(world, paper.serial)
    hand(world, other.serial)
    take_back(world.session("field1"), [paper.serial], "wrong sister")
    take_back(world.session("field1"), [other.serial], "wrong sister")
    hand(world, paper.serial, acknowledged="thumbprint")
    told = [one.words for one in story(world.session("auditor1"), paper.serial, "en").events]
    assert told[-5:] == [
        "field1 handed it over.", "The hand-over was acknowledged by signature.",
        "field1 took it back the same day: it waits to be handed over again. "
        "Reason: wrong sister.",
        "field1 handed it over.", "The hand-over was acknowledged by thumbprint.",
    ]
    with world.ledger.read() as tx:
        (group,) = overview(tx, world.clock.now).groups
    assert (group.handed_over_count, group.waiting_count) == (1, 1)


def test_the_day_ends_at_midnight_in_the_programmes_zone(world: World) -> None:
    one, two = in_hand(world, [1_500_000, 1_500_000])
    at_noon(world, "2022-08-20", 23)
    take_back(world.session("field1"), [one.serial], "mistake")
    at_noon(world, "2022-08-21", 0)
    with pytest.raises(Conflict, match="taken-back-late"):
        take_back(world.session("field1"), [two.serial], "mistake")
    assert state_of(world, two.serial) == "active"
    sound(world)


def test_what_was_spent_on_is_not_taken_back(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    spend(world, paper.code)
    with pytest.raises(Conflict, match="taken-back-spent"):
        take_back(world.session("field1"), [paper.serial], "mistake")


def test_taking_back_is_all_or_none_and_needs_a_reason(world: World) -> None:
    (given,) = in_hand(world, [1_500_000])
    (waiting,) = issued(world, [1_500_000], start=2)
    with pytest.raises(Conflict, match="voucher-state"):
        take_back(world.session("field1"), [given.serial, waiting.serial], "mistake")
    with pytest.raises(UsageError, match="reason-missing"):
        take_back(world.session("field1"), [given.serial], "  ")
    assert state_of(world, given.serial) == "active"


@pytest.mark.parametrize("who", [OUTSIDER, "cashier1", "finance1", "auditor1"])
def test_taking_back_is_for_field_staff_and_managers(world: World, who: str) -> None:
    (paper,) = in_hand(world, [1_500_000])
    with pytest.raises(NotAllowed):
        take_back(world.session(who), [paper.serial], "mistake")


def test_a_line_that_takes_back_too_late_is_found_by_the_check(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    at_noon(world, "2022-08-20", 23)
    take_back(world.session("field1"), [paper.serial], "mistake")
    with world.ledger.read() as tx:
        names = {found.name for found in check_ledger(tx)}
    assert "taken-back-in-time" in names


def test_a_longer_list_asks_the_ledger_no_more_often(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question is a way to the server and back."""
    papers = issued(world, [10_000] * 40)
    asked = questions(monkeypatch)

    def ways(given: Sequence[Paper], name: str) -> int:
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(["serial", *(paper.serial for paper in given)]), "utf-8")
        asked.clear()
        assert len(hand_over_list(world.session("field1"), path).given) == len(given)
        return len(asked)

    ways(papers[:1], "warm")
    assert ways(papers[3:], "long") == ways(papers[1:3], "short")
