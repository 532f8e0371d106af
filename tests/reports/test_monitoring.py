"""Post-distribution monitoring: drawn by seed, asked, taken back in, counted with intervals."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from cbi.base.clock import DAY_US, instant_on
from cbi.base.errors import BadFile, Conflict, NotAllowed, UsageError
from cbi.files.writing import write_csv
from cbi.messages import texts
from cbi.people.persons import enrol, export_person
from cbi.people.records.sealing import cipher, wrap
from cbi.reports.monitoring.drawing import SampleWanted, draw_monitoring, drawn_sample
from cbi.reports.monitoring.questions import QUESTIONS, answer_words, outcome_words
from cbi.reports.monitoring.results import MonitoringAnswer, monitoring_results
from cbi.reports.monitoring.sizing import interval, margin, sample_size, shared_out, weighted
from cbi.reports.monitoring.taking import take_answers
from cbi.reports.waiting import waiting_work
from tests.conftest import ZONE, World
from tests.lines import Typed, typed_by
from tests.people.given import zahra
from tests.reports.test_five_w import enrolled
from tests.vouchers import in_hand

SEED = "said aloud"
FIVE = SampleWanted(seed=SEED)
ORACLE = {
    (80, 89, 1_200, 95): (0.8224558877586998, 0.9446181245789169),
    (0, 30, 300, 95): (0.0, 0.10364482729726894),
    (5, 40, 1_000_000_000, 90): (0.06219135953045149, 0.23532372521795333),
    (150, 292, 1_200, 99): (0.44845933056684717, 0.5784744661914101),
    (80, 89, 10**12, 95): (0.818863100692257, 0.9458814531080358),
}
"""By count, asked, whole, confidence; the last is also scipy's `proportion_ci(method="wilson")`."""


@pytest.fixture
def cbi(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(world.folder)
    return typed_by(world, capsys, "manager1")


def reach(world: World, almaty: int = 60, astana: int = 40) -> None:
    """Households of one, each with a voucher and a key of its own in the vault."""
    people = cipher(world.keys.need("people"))
    with world.vault.write() as vault:
        vault.insert("person_key", [
            {"person": number, "made_at": world.clock.now,
             "wrapped": wrap(people, world.entropy(12), world.entropy(32), number)}
            for number in (f"P-{one:06d}" for one in range(1, almaty + astana + 1))
        ])
    in_hand(world, [1_500_000] * almaty)
    if astana:
        in_hand(world, [1_500_000] * astana, city="astana", start=almaty + 1)


def waits(world: World) -> list[tuple[str, int, str]]:
    """What waits to be asked."""
    with world.ledger.read() as tx:
        return [(one.object, one.things, one.line) for one in waiting_work(tx, world.clock())
                if one.what == "monitoring"]


def filled(world: World, name: str = "form.xlsx", seed: int = 1) -> Path:
    """The form of PDM-1, filled in by dice: nine in ten interviewed."""
    dice = random.Random(seed)
    book = openpyxl.load_workbook(world.folder / name)
    (sheet,) = book.worksheets
    for row in sheet.iter_rows(min_row=6):
        done = dice.random() < 0.9
        row[3].value = outcome_words("done" if done else "refused", "en")
        for place, asked in enumerate(QUESTIONS, 4):
            if done:
                weights = (6, 3, 2, 1)[:len(asked.answers)]
                row[place].value = answer_words(dice.choices(asked.answers, weights)[0], "en")
    book.save(world.folder / "filled.xlsx")
    return world.folder / "filled.xlsx"


def test_sizes_are_those_of_the_tables() -> None:
    assert [sample_size(1_200, one, 95) for one in (5, 7, 10)] == [292, 169, 89]
    assert [sample_size(whole, 5, 95) for whole in (0, 1, 10, 100, 1_000_000)] == [
        0, 1, 10, 80, 384]
    assert sample_size(1_200, 5, 99) == 428
    for whole in range(1, 200):
        size = sample_size(whole, 5, 95)
        assert margin(size, whole, 95) <= 0.05 + 1e-12
        assert size == 1 or margin(size - 1, whole, 95) > 0.05


def test_a_city_is_never_short() -> None:
    cities = {"almaty": 800, "astana": 399, "semey": 1}
    drawn = shared_out(cities, 5, 95, each=False)
    assert drawn == {"almaty": 195, "astana": 98, "semey": 1}
    assert shared_out(cities, 5, 95, each=True) == {"almaty": 260, "astana": 196, "semey": 1}


def test_intervals_are_those_of_statsmodels() -> None:
    """`proportion_confint(…, method="wilson")` of statsmodels 0.15, the whole being finite or so
    large that it makes no difference."""
    for (count, asked, whole, confidence), oracle in ORACLE.items():
        assert interval(count / asked, asked, whole, confidence) == pytest.approx(oracle, abs=1e-7)
    assert interval(0.25, 40, 40, 95) == (0.25, 0.25)


def test_unequal_weights_make_a_sample_worth_less() -> None:
    share, worth = weighted([10, 40], [50, 50], [900, 100])
    assert share == pytest.approx(0.26)
    assert worth == pytest.approx(1_000**2 / (18**2 * 50 + 2**2 * 50))
    assert weighted([5, 10], [50, 100], [500, 1_000]) == pytest.approx((0.1, 150))


def test_anyone_draws_the_same_by_the_seed(world: World) -> None:
    reach(world)
    first = draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    second = draw_monitoring(world.session("manager2"), "KZ22-R1", FIVE)
    other = draw_monitoring(world.session("manager1"), "KZ22-R1")
    homes = [[one.household for one in drawn.members] for drawn in (first, second, other)]
    assert homes[0] == homes[1] != homes[2]
    assert first.seed == SEED
    assert [one.number for one in (first, second, other)] == ["PDM-1", "PDM-2", "PDM-3"]
    assert Counter(one.city for one in first.members) == {"almaty": 48, "astana": 32}
    assert (first.households, first.cities) == (100, {"almaty": 60, "astana": 40})


def test_a_household_without_a_head_is_asked_by_who_was_given_a_voucher_first(
    world: World,
) -> None:
    enrolled(world, ("P-000001", "H-1", "f", 1990), ("P-000002", "H-1", "m", 1990))
    in_hand(world, [1_500_000], city="astana", start=2)
    world.clock.now += DAY_US
    in_hand(world, [1_500_000], start=1)
    (one,) = draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE).members
    assert (one.person, one.city) == ("P-000002", "astana")


def test_who_may_not_draw_or_has_nobody_to_ask_is_refused(world: World) -> None:
    with pytest.raises(Conflict) as nobody:
        draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    assert nobody.value.code == "monitoring.nobody"
    reach(world, 3, 0)
    with pytest.raises(NotAllowed):
        draw_monitoring(world.session("field1"), "KZ22-R1", FIVE)
    for margin_percent, confidence in ((0, 95), (21, 95), (5, 94)):
        with pytest.raises(UsageError):
            draw_monitoring(world.session("manager1"), "KZ22-R1", SampleWanted(
                margin_percent=margin_percent, confidence_percent=confidence))


def test_from_the_draw_to_the_results_as_typed(world: World, cbi: Typed) -> None:
    reach(world)
    code, out, _ = cbi("monitoring", "draw", "KZ22-R1", "--seed", SEED)
    assert code == 0
    assert out.splitlines()[0] == \
        f"PDM-1: 80 households drawn of 100 of round KZ22-R1. Seed: {SEED}"
    assert waits(world) == [("PDM-1", 80, "monitoring form PDM-1 -o PDM-1.xlsx")]
    assert cbi("monitoring", "form", "PDM-1", "-o", "form.xlsx", who="field1")[0] == 0
    filled(world)
    code, out, _ = cbi("monitoring", "take", "PDM-1", "filled.xlsx", who="field1")
    assert (code, out.splitlines()[0][:44]) == (0, "PDM-1: new 80, known before 0, still open 0.")
    assert "new 0, known before 80" in cbi("monitoring", "take", "PDM-1", "filled.xlsx")[1]
    assert waits(world) == []
    said = json.loads(cbi("monitoring", "results", "PDM-1", "--json")[1])
    assert said["outcomes"]["done"] + said["outcomes"]["refused"] == 80
    told = cbi("monitoring", "results", "PDM-1")[1]
    assert "Did your household get all its vouchers of this round?" in told
    assert cbi("monitoring", "results", "PDM-1", "-o", "said.xlsx", "--as-of", "2022-08-01")[0] == 0
    assert cbi("monitoring", "results", "PDM-1", "-o", "said.csv")[0] == 0
    listed = json.loads(cbi("monitoring", "list", "--json")[1])
    assert [(one["number"], one["open"]) for one in listed] == [("PDM-1", 0)]
    assert cbi("monitoring", "results", "PDM-9")[0] == 4
    assert cbi("monitoring", "take", "PDM-1", "filled.xlsx", who="finance1")[0] == 3


def test_the_figures_are_what_the_form_says(world: World, cbi: Typed) -> None:
    reach(world)
    draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    assert cbi("monitoring", "form", "PDM-1", "-o", "form.xlsx")[0] == 0
    path = filled(world)
    take_answers(world.session("field1"), "PDM-1", path)
    rows = [row[3:] for row in openpyxl.load_workbook(path).active.iter_rows(
        min_row=6, values_only=True) if row[3] == "interviewed"]
    told = {(one.city, one.question, one.answer): one for one in monitoring_results(
        world.session("manager1"), "PDM-1", least=0).answers}
    for place, asked in enumerate(QUESTIONS, 1):
        counted = Counter(row[place] for row in rows)
        for answer in asked.answers:
            one = told["", asked.key, answer]
            assert (one.count, one.answered) == (counted[answer_words(answer, "en")], len(rows))
            assert one.count is not None
            assert one.share == one.count / len(rows)
            assert (one.low, one.high) == interval(one.count / len(rows), len(rows), 100, 95)


def test_small_counts_and_what_gives_them_away_are_kept_back(world: World, cbi: Typed) -> None:
    reach(world)
    draw_monitoring(world.session("manager1"), "KZ22-R1", SampleWanted(each_city=True, seed=SEED))
    assert cbi("monitoring", "form", "PDM-1", "-o", "form.xlsx")[0] == 0
    take_answers(world.session("field1"), "PDM-1", filled(world))
    told = monitoring_results(world.session("manager1"), "PDM-1").answers
    assert all(one.count is None or one.count == 0 or one.count >= 10 for one in told)
    hidden = {(one.question, one.city) for one in told if one.city and one.count is None}
    assert hidden
    for question in {one for one, _ in hidden}:
        _no_difference([one for one in told if one.question == question])


def _no_difference(told: list[MonitoringAnswer]) -> None:
    """No row or column leaves one cell alone, and no share tells of a column with one."""
    for line in ("city", "answer"):
        for name in {getattr(one, line) for one in told if one.city}:
            kept = [one for one in told if one.city and getattr(one, line) == name
                    and one.count is None]
            assert len(kept) != 1 or any(one.answered is None for one in kept) or all(
                one.count is None for one in told if not one.city and one.answer == kept[0].answer)
    for one in told:
        if not one.city and any(it.count is None for it in told if it.answer == one.answer):
            assert one.share is None


def test_what_was_answered_later_is_not_seen_as_of_before(world: World, cbi: Typed) -> None:
    reach(world)
    draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    cbi("monitoring", "form", "PDM-1", "-o", "form.xlsx")
    world.clock.now = instant_on("2022-09-10", 9, ZONE)
    take_answers(world.session("field1"), "PDM-1", filled(world))
    before = json.loads(cbi("monitoring", "results", "PDM-1", "--as-of", "2022-09-09", "--json")[1])
    assert (before["outcomes"], before["answers"], before["margin"]) == ({}, [], 1.0)
    world.clock.now = instant_on("2022-09-12", 9, ZONE)
    first = monitoring_results(world.session("manager1"), "PDM-1", asked="2022-09-10", least=0)
    take_answers(world.session("field1"), "PDM-1", filled(world, seed=2))
    assert monitoring_results(
        world.session("manager1"), "PDM-1", asked="2022-09-10", least=0).answers == first.answers
    assert monitoring_results(
        world.session("manager1"), "PDM-1", least=0).answers != first.answers


def test_answers_are_sealed_and_end_with_the_persons_key(world: World, cbi: Typed) -> None:
    reach(world, 30, 0)
    drawn = draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    assert cbi("monitoring", "form", "PDM-1", "-o", "form.xlsx")[0] == 0
    path = filled(world)
    take_answers(world.session("field1"), "PDM-1", path)
    with world.ledger.read() as tx:
        rows = list(tx.tuples("SELECT * FROM monitoring_interview"))
    told = repr(rows)
    assert not any(word in told for word in ("done", "refused", "under-30", "not-known"))
    assert len({len(cell) for row in rows for cell in row if isinstance(cell, bytes | memoryview)
                and len(cell) > 100}) == 1
    before = monitoring_results(world.session("manager1"), "PDM-1", least=0)
    gone = drawn.members[0].person
    with world.vault.write() as vault:
        vault.run("DELETE FROM person_key WHERE person = :person", person=gone)
    after = monitoring_results(world.session("manager1"), "PDM-1", least=0)
    assert after.outcomes.pop("erased") == 1
    assert sum(after.outcomes.values()) == sum(before.outcomes.values()) - 1
    with pytest.raises(Conflict) as refused:
        take_answers(world.session("field1"), "PDM-1", path)
    assert refused.value.code == "monitoring.erased"


def test_a_persons_own_copy_has_what_was_said(world: World) -> None:
    (number,) = enrol(world.session("field1"), [zahra()]).numbers
    in_hand(world, [1_500_000], beneficiaries=[number])
    (asked,) = draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE).members
    path = world.folder / "form.csv"
    write_csv(path, ["household", "outcome", "received"], [[asked.household, "done", "yes"]])
    take_answers(world.session("field1"), "PDM-1", path)
    held: Any = export_person(world.session("manager1"), number)
    (said,) = held["interviews"]
    assert (said["sample"], said["outcome"], said["answers"]) == (
        "PDM-1", "done", {"received": "yes"})


def test_the_xlsform_is_one_that_pyxform_takes(world: World, cbi: Typed) -> None:
    reach(world)
    draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    code, out, _ = cbi("monitoring", "form", "PDM-1", "--kobo", "-o", "kobo.xlsx")
    assert (code, out.splitlines()[0]) == (0, "Written to kobo.xlsx: 80 households to ask.")
    made = convert(str(world.folder / "kobo.xlsx"))
    assert made.warnings == []
    assert all(f"/{one.key.replace('-', '_')}" in made.xform for one in QUESTIONS)
    assert cbi("monitoring", "form", "PDM-1", "--kobo", "-o", "kobo.csv")[0] == 2
    assert cbi("monitoring", "form", "PDM-1", "--kobo", "--names-for", "x", "-o", "k.xlsx")[0] == 2


def test_what_kobo_exports_is_taken_in(world: World) -> None:
    reach(world, 5, 0)
    drawn = draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    homes = [one.household for one in drawn.members]
    path = world.folder / "export.csv"
    write_csv(path, ["start", "city", "household", "outcome", "same_prices", "talk/way", "_id"], [
        ["2022-09-01T09:00", "almaty", homes[0], "done", "not_known", "under_30", 1],
        ["2022-09-01T09:30", "almaty", homes[1], "not_found", "", "", 2],
        ["", "almaty", homes[2], "", "", "", 3],
    ])
    told = take_answers(world.session("field1"), "PDM-1", path)
    assert (told.new, told.known, told.open) == (2, 0, 3)
    said = {(one.question, one.answer): one.count for one in monitoring_results(
        world.session("manager1"), "PDM-1", least=0).answers if not one.city}
    assert said["same-prices", "not-known"] == said["way", "under-30"] == 1


@pytest.mark.parametrize(("rows", "code"), [
    ([["H-9", "done", "yes"]], "monitoring.not-drawn"),
    ([["P-000001", "done", "perhaps"]], "monitoring.no-answer"),
    ([["P-000001", "", "yes"]], "monitoring.no-outcome"),
    ([["P-000001", "refused", "yes"]], "monitoring.answers-without-talk"),
    ([["P-000001", "done", "yes"], ["P-000001", "done", "no"]], "monitoring.said-twice"),
])
def test_a_form_that_cannot_be_is_refused_whole(
    world: World, rows: list[list[str]], code: str
) -> None:
    reach(world, 5, 0)
    draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    path = world.folder / "form.csv"
    write_csv(path, ["household", "outcome", "received"], [["P-000002", "done", "yes"], *rows])
    with pytest.raises((UsageError, Conflict)) as refused:
        take_answers(world.session("field1"), "PDM-1", path)
    assert refused.value.code == code
    assert "{" not in texts("ru", "monitoring")[code.partition(".")[2]].format(**{
        "sample": "", **refused.value.facts})
    with world.ledger.read() as tx:
        assert drawn_sample(tx, "PDM-1").open == 5
    assert [count for _, count, _ in waits(world)] == [5]


def test_a_file_without_a_form_is_refused(world: World) -> None:
    reach(world, 2, 0)
    draw_monitoring(world.session("manager1"), "KZ22-R1", FIVE)
    path = world.folder / "list.csv"
    write_csv(path, ["name", "city"], [["a", "b"]])
    with pytest.raises(BadFile):
        take_answers(world.session("field1"), "PDM-1", path)
