"""A shop's list of paper vouchers: looked at first, taken off once, and clear about each row."""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import BadFile, Conflict, NotAllowed, NotFound, UsageError
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import block, void
from cbi.ledger.vouchers.codes import make_codes, show_code
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.log import entries
from cbi.till import lists
from cbi.till.lists import ListResult, carry_out, preview
from cbi.till.outcome import write_outcome
from tests.conftest import ZONE, World
from tests.questions import questions
from tests.rows import all_rows, one_row
from tests.there import there
from tests.vouchers import Paper, issued
from tests.vouchers import in_hand as given_out

STORE = "magnum-almaty-1"
HEADINGS = ["Date", "Time", "Receipt", "Receipt total", "Code", "Amount"]


def in_hand(world: World, amounts: Sequence[int], **more: Any) -> list[Paper]:
    """Handed over before the days that the lists name; then it is the 20th, as in all tests."""
    later = world.clock.now
    with world.ledger.read() as tx:
        if tx.value("SELECT count(*) FROM entry") == 0:
            world.clock.now = instant_on("2022-08-17", 9, ZONE)
    papers = given_out(world, amounts, **more)
    world.clock.now = max(later, world.clock.now)
    return papers


def a_csv(
    folder: Path, rows: Iterable[Iterable[str]], headings: Iterable[str] = HEADINGS,
    name: str = "list.csv",
) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def row(
    code: str, *, receipt: str = "R1", amount: str = "1000", day: str = "2022-08-18",
    clock: str = "14:05", total: str = "",
) -> list[str]:
    return [day, clock, receipt, total, code, amount]


def taken(world: World, path: Path, store: str = STORE, who: str = "cashier1") -> ListResult:
    session = world.session(who)
    return carry_out(session, preview(session, path, store))


def spent(world: World) -> list[int]:
    with world.ledger.read() as tx:
        return [row["spent_minor"] for row in all_rows(tx,
            "SELECT spent_minor FROM voucher ORDER BY serial")]


def lines_in_ledger(world: World) -> tuple[int, int]:
    with world.ledger.read() as tx:
        return tx.value("SELECT count(*) FROM entry"), tx.value("SELECT count(*) FROM log")


def test_a_look_changes_nothing_and_says_what_each_row_would_get(world: World) -> None:
    first, second = in_hand(world, [1_500_000, 1_500_000])
    path = a_csv(world.folder, [
        row(first.code), row(second.code, receipt="R2", amount="15001"), row("ABC", receipt="R3"),
    ])
    before = lines_in_ledger(world)
    seen = preview(world.session("cashier1"), path, STORE)
    assert [line.answer for line in seen.lines] == ["ok", "too-much", "mistyped"]
    assert (seen.count("ok"), seen.amount("ok")) == (1, 100_000)
    assert seen.problems("en")[0].startswith("Row 3: Only 15,000\u00a0tenge is left")
    assert lines_in_ledger(world) == before
    assert spent(world) == [0, 0]


def test_a_second_upload_changes_nothing_and_says_so(world: World) -> None:
    first, second = in_hand(world, [1_500_000, 1_500_000])
    path = a_csv(world.folder, [row(first.code), row(second.code, receipt="R2", amount="2 500,50")])
    done = taken(world, path)
    assert [line.answer for line in done.lines] == ["redeemed", "redeemed"]
    assert spent(world) == [100_000, 250_050]
    stands = lines_in_ledger(world)
    again = taken(world, path)
    assert [line.answer for line in again.lines] == ["before", "before"]
    assert again.troubles == ()
    assert "18 Aug 2022 14:05" in again.lines[0].describe("en")
    assert lines_in_ledger(world) == stands
    with world.ledger.read() as tx:
        assert all(not finding.wrong for finding in check_ledger(tx))


def test_carrying_out_an_old_look_twice_takes_nothing_twice(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    session = world.session("cashier1")
    seen = preview(session, a_csv(world.folder, [row(paper.code)]), STORE)
    assert carry_out(session, seen).lines[0].answer == "redeemed"
    assert carry_out(session, seen).lines[0].answer == "before"
    assert spent(world) == [100_000]


def test_what_was_redeemed_at_the_till_is_not_taken_again_from_paper(world: World) -> None:
    same, other = in_hand(world, [1_500_000, 1_500_000])
    for paper, receipt in ((same, "R1"), (other, "R2")):
        redeem(world.session("cashier1"), Redeem(
            code=paper.code, amount_minor=100_000, store=STORE, receipt=receipt))
    done = taken(world, a_csv(world.folder, [
        row(same.code, receipt="r1"), row(other.code, receipt="R2", amount="900"),
    ]))
    assert [line.answer for line in done.lines] == ["before", "receipt-used"]
    assert spent(world) == [100_000, 100_000]


def test_a_row_that_was_reversed_since_is_not_taken_again(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    path = a_csv(world.folder, [row(paper.code)])
    done = taken(world, path)
    reverse(world.session("manager1"), there(there(done.lines[0].said).redemption), "wrong goods")
    again = taken(world, path)
    assert [line.answer for line in again.lines] == ["reversed"]
    assert "cbi redeem" in again.lines[0].describe("en")
    assert spent(world) == [0]


def test_a_row_counts_on_the_day_it_happened(world: World) -> None:
    last, late, early = in_hand(world, [1_500_000] * 3)
    world.clock.now = instant_on("2022-10-05", 10, ZONE)
    done = taken(world, a_csv(world.folder, [
        row(last.code, receipt="R1", day="30.09.2022", clock="23:59"),
        row(late.code, receipt="R2", day="2022-10-01", clock="00:00"),
        row(early.code, receipt="R3", day="2022-08-15", clock="23:59"),
    ]))
    assert [line.answer for line in done.lines] == ["redeemed", "expired", "not-yet-valid"]
    with world.ledger.read() as tx:
        entry = one_row(tx, "SELECT occurred_at, recorded_at FROM entry WHERE kind = 'redeem'")
    assert entry["occurred_at"] == instant_on("2022-09-30", 23, ZONE, 59)
    assert entry["recorded_at"] > instant_on("2022-10-05", 9, ZONE)


def test_a_row_from_the_future_is_a_slip(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    seen = preview(world.session("cashier1"), a_csv(world.folder, [
        row(paper.code, day="2022-08-25")]), STORE)
    assert seen.problems("en") == [
        "Row 2, column A: The time given for receipt R1 has not come yet. "
        "Check the date and time and type them again."
    ]


def test_without_a_time_of_day_a_row_counts_at_noon_and_today_at_the_latest_now(
    world: World,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    world.clock.now = instant_on("2022-08-21", 9, ZONE)
    done = taken(world, a_csv(
        world.folder,
        [["2022-08-18", "R1", first.code, "10"], ["2022-08-21", "R2", second.code, "10"]],
        headings=["дата", "чек", "код", "сумма"],
    ))
    assert done.count("redeemed") == 2
    assert done.lines[0].occurred_at == instant_on("2022-08-18", 12, ZONE)
    assert there(done.lines[1].occurred_at) <= world.clock.now


def test_several_vouchers_share_a_receipt_within_its_total(world: World) -> None:
    papers = in_hand(world, [1_500_000] * 3)
    done = taken(world, a_csv(world.folder, [
        row(paper.code, amount="6000", total="12000") for paper in papers
    ]))
    assert [line.answer for line in done.lines] == ["redeemed", "redeemed", "receipt-used"]
    assert "more than its total" in done.lines[2].describe("en")
    with world.ledger.read() as tx:
        assert one_row(tx, "SELECT * FROM receipt") == {
            "store": STORE, "number": "R1", "total_minor": 1_200_000, "used_minor": 1_200_000}


def test_a_receipt_with_two_totals_is_a_slip(world: World) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    seen = preview(world.session("cashier1"), a_csv(world.folder, [
        row(first.code, total="12000"), row(second.code, total="13000")]), STORE)
    assert [line.answer for line in seen.lines] == ["ok", "unreadable"]
    assert "Row 3, column D: Receipt R1 stands here with another total" in seen.problems("en")[0]


def test_a_voucher_on_several_receipts_is_judged_against_what_the_rows_above_leave(
    world: World,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    seen = preview(world.session("cashier1"), a_csv(world.folder, [
        row(paper.code, receipt="R1", amount="10000"), row(paper.code, receipt="R2", amount="6000"),
        row(paper.code, receipt="R3", amount="5000"), row(paper.code, receipt="R4", amount="1"),
        row(show_code(paper.code).lower(), receipt="r1", amount="10000"),
    ]), STORE)
    assert [line.answer for line in seen.lines] == [
        "ok", "too-much", "ok", "used-up", "repeated"]
    assert "rows above" in seen.lines[3].describe("en")
    assert carry_out(world.session("cashier1"), seen).count("redeemed") == 2
    assert spent(world) == [1_500_000]


@pytest.mark.parametrize("name", ["en", "ru"])
def test_every_kind_of_row_is_told_in_words_without_a_gap(world: World, name: str) -> None:
    good, blocked, gone = in_hand(world, [1_500_000] * 3)
    (waiting,) = issued(world, [2_000_000], category="nonfood", start=9)
    block(world.session("field1"), blocked.serial, "lost")
    void(world.session("manager1"), gone.serial, "left the country")
    other = make_codes(1, world.entropy)[0]
    seen = preview(world.session("cashier1"), a_csv(world.folder, [
        row(good.code), row(blocked.code), row(gone.code), row(waiting.code), row("0" * 16),
        row(good.code, receipt="", amount=""), row(good.code, receipt="R9", clock="25:70"),
        row(good.code, receipt="R9", day="03/04/2022"), row(good.code, receipt="R9", amount="x"),
        row(good.code, receipt="R9", amount="15000"), row(other, receipt="R9"),
    ]), STORE)
    assert [line.answer for line in seen.lines] == [
        "ok", "blocked", "void", "not-handed-over", "mistyped", "unreadable", "unreadable",
        "unreadable", "unreadable", "too-much", "unknown",
    ]
    said = seen.problems(name) + [line.describe(name) for line in seen.lines]
    assert all("{" not in words and ".json" not in words for words in said)
    assert all(not words.startswith(("redeem-list.", "till.", "files.")) for words in said)
    shown = repr(seen) + "\n".join(said)
    assert good.code not in shown
    assert show_code(good.code) not in shown


def with_unknown(world: World, good: str, count: int, name: str = "list.csv") -> Path:
    """A list with this many codes that nobody has, and a good one."""
    rows = [row(code, receipt=f"R{n}") for n, code in enumerate(make_codes(count, world.entropy))]
    return a_csv(world.folder, [*rows, row(good, receipt=f"{name} R99")], name=name)


def test_unknown_codes_of_a_list_are_guesses_and_its_good_rows_are_taken(world: World) -> None:
    papers = in_hand(world, [1_500_000] * 2)
    path = with_unknown(world, papers[0].code, 10)
    assert preview(world.session("cashier1"), path, STORE).count("unknown") == 10
    assert verify(world.session("cashier1"), papers[1].code, STORE).answer == "throttled"
    done = taken(world, path)
    assert done.count("unknown") == 10
    assert done.lines[-1].answer == "redeemed"
    other = with_unknown(world, papers[1].code, 1, "other.csv")
    with pytest.raises(Conflict, match="throttled"):
        preview(world.session("cashier1"), other, STORE)
    world.clock.now += 6 * 60 * 1_000_000
    assert taken(world, other).count("redeemed") == 1


def test_one_unknown_code_is_one_guess_however_often_it_stands_in_a_list(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    code = make_codes(1, world.entropy)[0]
    path = a_csv(world.folder, [row(code, receipt=f"R{n}") for n in range(15)])
    for _ in range(12):
        preview(world.session("cashier1"), path, STORE)
    assert verify(world.session("cashier1"), paper.code, STORE).answer == "ok"
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="till.guesses")
        assert line.detail == {"store": STORE, "unknown": 1}
        assert tx.value("SELECT count(*) FROM guess") == 1


def test_a_list_of_another_retailers_store_takes_nothing(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    done = taken(world, a_csv(world.folder, [row(paper.code)]), "other-almaty-1", "finance1")
    assert [line.answer for line in done.lines] == ["wrong-retailer"]
    assert spent(world) == [0]


def test_finance_may_take_a_list_and_field_staff_may_not(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    path = a_csv(world.folder, [row(paper.code)])
    with pytest.raises(NotAllowed):
        preview(world.session("field1"), path, STORE)
    assert taken(world, path, who="finance1").count("redeemed") == 1


def test_a_cashier_takes_lists_of_their_own_store_alone(world: World) -> None:
    path = a_csv(world.folder, [row("ABC")])
    with pytest.raises(NotAllowed, match="store-not-yours"):
        preview(world.session("cashier1"), path, "magnum-almaty-2")
    with pytest.raises(NotFound, match="store-unknown"):
        preview(world.session("finance1"), path, "nowhere")


def test_the_log_keeps_one_line_for_the_list_and_no_code(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    taken(world, a_csv(world.folder, [row(paper.code)]))
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="till.redeem-list")
    assert line.object == STORE
    assert line.detail["redeemed"] == 1
    assert line.detail["amount_minor"] == 100_000
    assert paper.code not in str(line)


def test_a_workbook_with_a_preamble_in_russian_and_true_dates_and_times_is_read(
    world: World,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    evening = dt.datetime.fromisoformat("2022-08-18T19:30")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Список"
    for cells in (
        ["ТОО «Магнум», магазин 1"], ["Реестр ваучеров за август"], [],
        ["№", "Дата чека", "Время", "Номер чека", "Сумма чека", "Код ваучера", "Сумма ваучера"],
        [1, dt.date(2022, 8, 18), dt.time(9, 5), 1042, 15000, show_code(first.code), 12000.5],
        [2, evening, None, 1043.0, None, second.code, "3 000,00"],
        ["Итого", None, None, None, None, None, 15000.5],
    ):
        sheet.append(cells)
    path = world.folder / "list.xlsx"
    book.save(path)
    done = taken(world, path)
    assert [(line.row, line.answer, line.receipt) for line in done.lines] == [
        (5, "redeemed", "1042"), (6, "redeemed", "1043")]
    assert done.lines[0].occurred_at == instant_on("2022-08-18", 9, ZONE, 5)
    assert done.lines[1].occurred_at == instant_on("2022-08-18", 19, ZONE, 30)
    assert spent(world) == [1_200_050, 300_000]


def test_kazakh_headings_are_known(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    done = taken(world, a_csv(
        world.folder, [["18.08.2022", "14:05", "77", "", paper.code, "500"]],
        headings=["Күні", "Уақыты", "Чек нөмірі", "Чек сомасы", "Ваучер коды", "Сомасы"],
    ))
    assert done.count("redeemed") == 1


def test_a_missing_column_is_named_with_what_was_found(world: World) -> None:
    path = a_csv(world.folder, [["2022-08-18", "R1", "12"]], headings=["Date", "Receipt", "Sum"])
    with pytest.raises(BadFile) as refused:
        preview(world.session("cashier1"), path, STORE)
    assert refused.value.code == "files.missing-columns"
    assert refused.value.facts["missing"] == "code, amount"
    assert refused.value.facts["unknown"] == "Sum"


def test_the_answers_go_back_as_a_workbook_and_as_csv_without_a_code(world: World) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    done = taken(world, a_csv(world.folder, [row(first.code), row(second.code, amount="99999")]))
    for name in ("back.xlsx", "back.csv"):
        write_outcome(done, world.folder / name, language="en", store="Magnum 1")
    sheet = openpyxl.load_workbook(world.folder / "back.xlsx").active
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    flat = [value for line in cells for value in line]
    assert "taken off" in flat
    assert "too much" in flat
    assert 1000 in flat
    said = (world.folder / "back.csv").read_text("utf-8-sig")
    assert "too much" in said
    for text in (said, str(flat)):
        assert first.code not in text
        assert f"…{first.code[-4:]}" in text


def test_a_day_before_the_hand_over_is_refused_and_named(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    early = a_csv(world.folder, [row(paper.code, day="2022-08-16")])
    seen = preview(world.session("cashier1"), early, STORE)
    (line,) = seen.lines
    assert line.answer == "unreadable"
    assert [(one.code, one.row, one.column) for one in line.problems] == [
        ("ledger.before-hand-over", 2, "A")]
    assert paper.serial in line.describe("en")
    assert "2022-08-17" in line.describe("en")
    assert carry_out(world.session("cashier1"), seen).count("redeemed") == 0
    with pytest.raises(UsageError, match="before-hand-over"):
        redeem(world.session("cashier1"), Redeem(
            code=paper.code, amount_minor=100, store=STORE, receipt="R9",
            occurred_at=instant_on("2022-08-16", 23, ZONE)))
    assert spent(world) == [0]
    same_day = a_csv(world.folder, [row(paper.code, day="2022-08-17", clock="08:00")])
    assert taken(world, same_day).count("redeemed") == 1
    with world.ledger.read() as tx:
        assert not [one for one in check_ledger(tx) if one.wrong]


def test_a_longer_list_asks_a_server_no_more_often(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question is a way there and back. SQLite is asked row by row, under the same commits."""
    if world.ledger.engine == "sqlite":
        pytest.skip("no way there and back")
    asked = questions(monkeypatch)

    def ways(papers: Sequence[Paper], name: str) -> int:
        path = a_csv(world.folder, [
            row(paper.code, receipt=name + paper.serial) for paper in papers
        ], name=f"{name}.csv")
        asked.clear()
        assert taken(world, path).count("redeemed") == len(papers)
        return len(asked)

    papers = in_hand(world, [1_500_000] * 40)
    ways(papers[:1], "warm")
    assert ways(papers, "long") == ways(papers[:2], "short")


def test_one_that_the_common_commit_does_not_take_is_asked_alone(world: World) -> None:
    """Spent meanwhile by another till: its row is refused, those around it are redeemed."""
    papers = in_hand(world, [1_500_000] * 3)
    session = world.session("cashier1")
    seen = preview(session, a_csv(world.folder, [
        row(paper.code, receipt=paper.serial, amount="15000") for paper in papers
    ]), STORE)
    redeem(session, Redeem(papers[1].code, 1_500_000, STORE, "elsewhere"))
    done = carry_out(session, seen)
    assert [line.answer for line in done.lines] == ["redeemed", "used-up", "redeemed"]
    assert spent(world) == [1_500_000] * 3
    again = carry_out(session, seen)
    assert [line.answer for line in again.lines] == ["before", "used-up", "before"]
    with world.ledger.read() as tx:
        assert all(not finding.wrong for finding in check_ledger(tx))


def test_a_list_of_several_commits_is_told_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = in_hand(world, [1_500_000] * 7)
    monkeypatch.setattr(lists, "TOGETHER", 3)
    told: list[int] = []
    seen = preview(world.session("cashier1"), a_csv(world.folder, [
        row(paper.code, receipt=paper.serial) for paper in papers
    ]), STORE)
    done = carry_out(world.session("cashier1"), seen, progress=told.append)
    assert told == [3, 6, 7]
    assert [line.serial for line in done.lines] == [paper.serial for paper in papers]
    with world.ledger.read() as tx:
        assert [serial for (serial,) in tx.tuples(
            "SELECT v.serial FROM entry e JOIN voucher v ON v.id = e.voucher "
            "WHERE e.kind = 'redeem' ORDER BY e.id"
        )] == [paper.serial for paper in papers]
