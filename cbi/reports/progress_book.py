"""The progress report as a workbook: figures to work with, and charts drawn from them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cbi.base.clock import at
from cbi.files.workbook import Column, Sheet, SheetChart, Typed, write_workbook
from cbi.places import City
from cbi.reports.overview import Overview
from cbi.reports.progress import PageWords, told_waiting


def write_progress_book(
    view: Overview, path: Path, *, language: str, cities: Iterable[City]
) -> None:
    """Write the workbook, whole or not at all.

    Raises:
        BadFile: it cannot be written.
    """
    book = _Book(view, language, cities)
    write_workbook(
        path, book.sheets(), title=f"{view.programme.short_name}: {book.say('title')}",
        language=language, made_at=view.at,
    )


class _Book:
    """The sheets, in words of one language."""

    def __init__(self, view: Overview, language: str, cities: Iterable[City]) -> None:
        self.view, self.language = view, language
        self.words = PageWords(view, language)
        self.say = self.words.say
        self.names = {city.code: city.name(language) for city in cities}

    def sheets(self) -> Iterator[Sheet]:
        """Key figures, then each table, then the charts."""
        data = [
            self.groups(), self.rounds(), self.cities(), self.days(), self.stores(), self.people(),
            self.open(),
        ]
        yield self.summary()
        yield from data
        yield self.charts()

    def sheet(
        self, key: str, columns: list[Column], rows: Iterable[list[object]]
    ) -> Sheet:
        """A sheet under the programme's name and instant."""
        return Sheet(
            self.say(key), columns, rows, title=(
                f"{self.view.programme.name}: {self.say(key)}", self.words.as_of(self.view)
            ), currency=self.view.programme.currency,
        )

    def amount(self, key: str, *, total: bool = True) -> Column:
        """A column of amounts."""
        return Column(self.words.head(key), "amount", total)

    def count(self, key: str, *, total: bool = True) -> Column:
        """A column of counts."""
        return Column(self.words.head(key), "count", total)

    def summary(self) -> Sheet:
        """What matters most, on one page."""
        view, say, use = self.view, self.say, self.view.budget
        rows: list[list[object]] = [
            [say("tile-issued"), Typed("amount", view.total("issued_minor")),
             Typed("count", view.total("issued_count"))],
            [say("handed-over"), Typed("amount", view.total("handed_over_minor")),
             Typed("count", view.total("handed_over_count"))],
        ]
        rows += [[say(key), Typed("amount", view.total(name)), None] for key, name in (
            ("redeemed", "redeemed_minor"), ("outstanding", "outstanding_minor"),
            ("expired", "expired_minor"), ("void", "void_minor"))]
        rows += [
            [], [say("budget"), Typed("amount", use.budget_minor), None],
            [say("committed"), Typed("amount", use.committed_minor), None],
            [say("free"), Typed("amount", use.free_minor), None],
        ]
        rows += [[line] for line in self.words.budget(view)]
        rows += [
            [], [say("tile-people"), None, Typed("count", view.people)],
            [say("handed-over"), None, Typed("count", view.people_handed_over)],
            [say("sex-age"), None, Typed("count", view.reached)], [],
        ]
        if view.seen.kind == "now":
            rows += [[Typed("heading", say("attention"))]]
            rows += [[f"{told['words']} {told['command']}"] for told in (
                told_waiting(self.words, one) for one in view.waiting)]
        columns = [Column("", width=42), Column("", "amount", width=18),
                   Column("", "count", width=12)]
        rows = [[*row, *[None] * (len(columns) - len(row))] for row in rows]
        return Sheet(say("title"), columns, rows, title=(
            view.programme.name, self.words.as_of(view)), headed=False,
            currency=view.programme.currency)

    def groups(self) -> Sheet:
        """Every round, city and category: the ledger's identities."""
        columns = [Column(self.words.head("round")), Column(self.words.head("city")),
                   Column(self.words.head("category")), self.count("count"), self.amount("issued"),
                   self.count("handed-over"), self.amount("redeemed"), self.amount("outstanding"),
                   self.amount("expired"), self.amount("void")]
        return self.sheet("details", columns, (
            [one.balance.round, self.city(one.balance.city),
             self.words.category(one.balance.category), one.balance.issued_count,
             one.balance.issued_minor, one.handed_over_count, one.balance.redeemed_minor,
             one.balance.outstanding_minor, one.balance.expired_minor, one.balance.void_minor]
            for one in self.view.groups
        ))

    def rounds(self) -> Sheet:
        """Rounds side by side."""
        columns = [Column(self.words.head("round")), Column(self.words.head("dates")),
                   self.count("tile-people", total=False), self.amount("planned"),
                   self.amount("issued"), self.count("handed-over"), self.amount("redeemed"),
                   self.amount("outstanding"), self.amount("expired"), self.amount("void")]
        return self.sheet("rounds-compared", columns, (
            [one.code, f"{one.valid_from} – {one.valid_until}", one.people, one.planned_minor,
             one.issued_minor, one.handed_over_count, one.redeemed_minor, one.outstanding_minor,
             one.expired_minor, one.void_minor] for one in self.view.by_round
        ))

    def cities(self) -> Sheet:
        """The same figures by city."""
        sums: dict[str, list[int]] = {}
        for one in self.view.groups:
            held = one.balance
            row = sums.setdefault(held.city, [0] * 5)
            for place, value in enumerate((
                held.redeemed_minor, held.outstanding_minor - one.waiting_minor,
                one.waiting_minor, held.expired_minor, held.void_minor,
            )):
                row[place] += value
        columns = [Column(self.words.head("city")), *(self.amount(key) for key in (
            "redeemed", "in-hand", "waiting", "expired", "void"))]
        return self.sheet("by-city", columns, (
            [self.city(code), *row] for code, row in sorted(sums.items(), key=lambda one: one[0])
        ))

    def days(self) -> Sheet:
        """What was redeemed on each day."""
        days: dict[str, list[int]] = {}
        for one in self.view.days:
            row = days.setdefault(one.date, [0, 0])
            row[0] += one.amount_minor
            row[1] += one.count
        columns = [Column(self.words.head("by-day"), "date"), self.amount("redeemed"),
                   self.count("redemptions")]
        return self.sheet("by-day", columns, ([day, *row] for day, row in sorted(days.items())))

    def stores(self) -> Sheet:
        """What each store took."""
        columns = [Column(self.words.head("store")), Column(self.words.head("city")),
                   self.count("redemptions"), self.count("receipts"), self.amount("redeemed"),
                   Column(self.words.head("last-use"), "moment")]
        return self.sheet("by-store", columns, (
            [use.store.name(self.language), self.city(use.store.city), use.count, use.receipts,
             use.amount_minor,
             at(use.last_at, self.words.zone).replace(tzinfo=None, microsecond=0)]
            for use in self.view.stores
        ))

    def people(self) -> Sheet:
        """Whom vouchers reached."""
        return self.sheet(
            "sex-age", [Column(self.words.head("sex-age"), width=36), self.count("tile-people")],
            ([self.words.band(one), one.people] for one in self.view.by_sex_age),
        )

    def open(self) -> Sheet:
        """What is not collected or not spent yet."""
        columns = [*(Column(self.words.head(key)) for key in ("state", "round", "city")),
                   self.count("count"), self.count("tile-people", total=False),
                   self.amount("amount"), Column(self.words.head("last-day"), "date"),
                   Column(self.words.head("days-left"), "count")]
        return self.sheet("open", columns, (
            [self.say(one.what), one.round, self.city(one.city), one.vouchers, one.people,
             one.amount_minor, one.last_day, one.days_left] for one in self.view.open
        ))

    def charts(self) -> Sheet:
        """Four charts on one page."""
        say, head = self.say, self.words.head
        return Sheet(
            say("charts"), [Column("", width=12)], [], title=(self.view.programme.name,),
            headed=False, charts=[
                SheetChart(
                    say("by-city"), say("by-city"), head("city"), [head(key) for key in (
                        "redeemed", "in-hand", "waiting", "expired", "void")], "stacked", "A3",
                ),
                SheetChart(
                    say("rounds-compared"), say("rounds-compared"), head("round"),
                    [head("planned"), head("issued"), head("redeemed")], "column", "I3",
                ),
                SheetChart(
                    say("by-day"), say("by-day"), head("by-day"), [head("redeemed")], "column",
                    "A21",
                ),
                SheetChart(
                    say("sex-age"), say("sex-age"), head("sex-age"), [head("tile-people")], "bar",
                    "I21",
                ),
            ],
        )

    def city(self, code: str) -> str:
        """A city's name."""
        return self.names.get(code, code)
