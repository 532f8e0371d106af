"""The numbers of a programme, and the page that shows them: they add up and ask nobody."""

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import NotFound
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages import LANGUAGES
from cbi.places.places import cities
from cbi.programmes.batches import DraftLine, draft
from cbi.reports.charts import by_time
from cbi.reports.overview import overview
from cbi.reports.progress import PageWords, progress_html, write_progress
from tests.browser import LOOKS, faults, printed
from tests.conftest import ZONE, World
from tests.reports.campaign import ended, played
from tests.vouchers import in_hand, issued

EMPTY_TAGS = {"meta", "link", "br", "hr", "img", "input", "line", "rect"}


def seen(world: World, **changed: Any) -> tuple[Any, Any]:
    with world.ledger.read() as tx:
        return dataclasses.replace(overview(tx, world.clock()), **changed), cities(tx)


class Page(HTMLParser):
    """Reads a page strictly: every tag is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in EMPTY_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)


def test_every_amount_of_a_campaign_has_its_place(empty_world: World) -> None:
    played(empty_world)
    ended(empty_world)
    view, _ = seen(empty_world)
    assert view.total("issued_minor") == sum(
        view.total(name) for name in
        ("redeemed_minor", "outstanding_minor", "expired_minor", "void_minor"))
    assert view.total("expired_minor") > 0
    assert view.total("outstanding_minor") == 0
    assert sum(day.amount_minor for day in view.days) == view.total("redeemed_minor")
    assert sum(use.amount_minor for use in view.stores) == view.total("redeemed_minor")
    assert sum(one.redeemed_minor for one in view.retailers) == view.total("redeemed_minor")
    assert view.people == view.people_handed_over + sum(
        group.people for group in view.groups
        if group.balance.city == "semey" and group.balance.category == "food"
    ) - sum(
        group.people for group in view.groups
        if group.balance.city == "semey" and group.balance.category == "non-food")


def test_a_day_is_the_programmes_day_and_a_reversal_takes_its_redemption_away(world: World) -> None:
    late, early, gone = in_hand(world, [1_500_000] * 3)
    world.clock.now = instant_on("2022-09-10", 12, ZONE)
    for paper, day, hour, minute in (
        (late, "2022-09-01", 23, 59), (early, "2022-09-02", 0, 0), (gone, "2022-09-02", 9, 0)
    ):
        redeem(world.session("cashier1"), Redeem(
            code=paper.code, amount_minor=100_000, store="magnum-almaty-1", receipt=day + str(hour),
            occurred_at=instant_on(day, hour, ZONE, minute)))
    from cbi.ledger.vouchers.reversing import reverse

    reverse(world.session("manager1"), f"{gone.serial}/3", "wrong goods")
    view, _ = seen(world)
    assert [(day.date, day.amount_minor, day.count) for day in view.days] == [
        ("2022-09-01", 100_000, 1), ("2022-09-02", 100_000, 1)]


def test_what_waits_for_somebody_is_listed_the_most_pressing_first(world: World) -> None:
    in_hand(world, [1_500_000])
    issued(world, [1_500_000, 1_500_000], start=5)
    draft(world.session("manager1"), "KZ22-R1", [DraftLine("P-9", "almaty", "fa", "food", 700_000)])
    view, _ = seen(world)
    assert [(one.what, one.count, one.amount_minor) for one in view.waiting] == [
        ("hand-over", 2, 3_000_000), ("batch", 1, 700_000)]
    world.clock.now = instant_on("2022-10-01", 0, ZONE)
    view, _ = seen(world)
    assert [(one.what, one.count) for one in view.waiting] == [("expire", 3), ("batch", 1)]


def test_a_ledger_without_a_programme_says_so(empty_world: World) -> None:
    with empty_world.ledger.read() as tx, pytest.raises(NotFound, match="no-programme"):
        overview(tx, 1)
    with empty_world.ledger.read() as tx, pytest.raises(NotFound, match="programme-unknown"):
        overview(tx, 1, "KZ99")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_every_language_and_asks_nobody(
    empty_world: World, language: str,
) -> None:
    played(empty_world, people=10)
    view, places = seen(empty_world)
    text = progress_html(view, language=language, cities=places)
    page = Page(text)
    said = " ".join(page.words)
    assert "{" not in said
    assert "progress." not in said
    assert ("dir", "rtl" if language in ("fa", "ps") else "ltr") in page.attributes
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name in ("src", "href", "srcset", "action")]
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text)
    assert "default-src 'none'" in text


def test_the_same_numbers_give_the_same_page(empty_world: World) -> None:
    played(empty_world, people=10)
    view, places = seen(empty_world)
    first = progress_html(view, language="ru", cities=places)
    assert progress_html(view, language="ru", cities=places) == first


def test_practice_is_said_and_nothing_else_is(world: World) -> None:
    in_hand(world, [1_500_000])
    view, places = seen(world)
    assert "PRACTICE" not in progress_html(view, language="en", cities=places)
    view, places = seen(world, practice=True)
    text = progress_html(view, language="en", cities=places)
    assert text.count("PRACTICE") == 2  # on the page and in its title


def test_an_empty_programme_has_a_page(world: World) -> None:
    view, places = seen(world)
    page = progress_html(view, language="en", cities=places)
    assert "Nothing has been redeemed yet." in page
    assert "Nothing waits" in page
    assert "Nothing is sealed yet." in page


def test_a_name_is_never_taken_for_a_tag(world: World) -> None:
    with world.ledger.write() as tx:
        tx.run("""UPDATE city SET names = '{"en": "<b onclick=x>Almaty"}' WHERE code = 'almaty'""")
    in_hand(world, [1_500_000])
    view, places = seen(world)
    page = progress_html(view, language="en", cities=places)
    assert "&lt;b onclick=x&gt;Almaty" in page
    assert "<b onclick" not in page


def test_the_page_stands_whole_under_its_name(world: World) -> None:
    in_hand(world, [1_500_000])
    view, places = seen(world)
    path = world.folder / "report.html"
    write_progress(view, path, language="en", cities=places)
    assert path.read_text("utf-8").endswith("</html>\n")


def test_a_little_is_not_none_and_almost_all_is_not_all(world: World) -> None:
    view, _ = seen(world)
    words = PageWords(view, "en")
    assert [words.share(part, 1000) for part in (0, 1, 250, 999, 1000)] == [
        "0\u202f%", "<1\u202f%", "25\u202f%", "99\u202f%", "100\u202f%"]
    assert words.share(0, 0) == "–"


@pytest.mark.parametrize(("language", "said"), [
    ("en", ("0–17", "60+")), ("ru", ("0–17", "60+")),
    ("fa", ("\u2066\u06f0\u2069 تا \u2066\u06f1\u06f7\u2069",
            "\u2066\u06f6\u06f0\u2069 و بالاتر")),
])
def test_an_age_band_has_no_dash_where_it_would_be_read_the_other_way_round(
    world: World, language: str, said: tuple[str, str]
) -> None:
    with world.ledger.read() as tx:
        words = PageWords(overview(tx, world.clock()), language)
    assert (words.ages("0–17"), words.ages("60+")) == said


def test_days_without_buying_are_there_and_long_times_are_told_by_week() -> None:
    chart = by_time({("2022-09-01", 0): 300, ("2022-09-03", 1): 500, ("2022-09-03", 0): 200},
                    {("2022-09-01", 0): 3, ("2022-09-03", 1): 5, ("2022-09-03", 0): 2})
    assert [(column.date, column.total, column.count) for column in chart.columns] == [
        ("2022-09-01", 300, 3), ("2022-09-02", 0, 0), ("2022-09-03", 700, 7)]
    assert not chart.weekly
    third = chart.columns[2].bars
    assert third[0].y == pytest.approx(third[1].y + third[1].height)
    assert chart.ticks[0].value == 0
    assert chart.ticks[-1].value >= 700
    long = by_time({("2022-09-01", 0): 1, ("2022-12-25", 0): 1}, {})
    assert long.weekly
    assert long.columns[0].date == "2022-08-29"
    assert len(long.columns) == 17


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "ru", "fa"])
def test_a_browser_shows_and_prints_the_page_whole(
    empty_world: World, language: str, tmp_path: Path,
) -> None:
    played(empty_world)
    view, places = seen(empty_world)
    page = tmp_path / "report.html"
    write_progress(view, page, language=language, cities=places)
    assert page.stat().st_size < 200_000
    assert faults(page, LOOKS, widths=(390, 768, 1_100)) == []
    sheets = printed(page, tmp_path)
    issued_figure = PageWords(view, language).plain(view.total("issued_minor"))
    assert issued_figure.strip("\u2066\u2069") in "".join(sheets)
