"""The progress page: one self-contained HTML file that a manager opens, prints or mails.

It asks nobody for anything (its own policy forbids it), follows the reader's light or dark, and
reads from the right where the language does. Here the numbers get their words;
`progress.html.jinja` lays them out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cbi import __version__
from cbi.files.writing import atomic_file
from cbi.messages.catalogue import RIGHT_TO_LEFT, text
from cbi.messages.figures import (
    amount_figures,
    category_word,
    date_words,
    day_of_month,
    digits,
    isolated,
    moment_words,
    percent_sign,
    plain_figures,
)
from cbi.places import City
from cbi.reports.charts import Chart, by_time
from cbi.reports.overview import Overview, RoundFigures, SexAge, added_up
from cbi.reports.standing import ProgrammeGroup, StillOpen
from cbi.reports.waiting_work import Waiting

PARTS = ("redeemed", "in-hand", "waiting", "expired", "void")
_SET = "cbi programme set {object} --reason TEXT"
COMMANDS = {
    "batch": "cbi batch show {object}", "exceptions": "cbi exception list --statement {object}",
    "payment": "cbi pay {object} --reference REF", "expire": "cbi expire",
    "hand-over": "cbi hand-over --list FILE", "late": "cbi late list",
    "account": "cbi operator confirm {object}",
    "loosened-duties-apart": f"{_SET} --duties-apart",
    "loosened-reversal-alone-max-minor": f"{_SET} --reversal-alone-max AMOUNT",
    "loosened-lateness-days": f"{_SET} --lateness-days DAYS",
    "loosened-despite-allowed": f"{_SET} --no-despite",
}
STORES_MAX = 40
SOON_DAYS = 7
"""Days that are left when it is time to remind people."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its kind, its share of the whole bar in percent, its words."""

    kind: str
    percent: float
    words: str
    amount: str


class PageWords:
    """Texts and figures in one language and one programme's currency and zone."""

    def __init__(self, view: Overview, language: str) -> None:
        self.language = language
        self.currency = view.programme.currency
        self.zone = view.programme.zone

    def say(self, key: str, **facts: object) -> str:
        """A text of the page."""
        return text(f"progress.{key}", self.language, **facts)

    def head(self, key: str) -> str:
        """The same as the heading of a column."""
        said = self.say(key)
        return said[:1].upper() + said[1:]

    def amount(self, amount_minor: int) -> str:
        """An amount with its currency's name."""
        return amount_figures(amount_minor, self.currency, self.language)

    def plain(self, amount_minor: int) -> str:
        """An amount alone."""
        return plain_figures(amount_minor, self.currency, self.language)

    def count(self, number: int) -> str:
        """A count."""
        return plain_figures(number, "", self.language, scaled=False)

    def share(self, part: int, whole: int) -> str:
        """A share in percent; a little is never shown as none, nor almost all as all."""
        if not whole:
            return "–"
        percent = part * 100 / whole
        shown = f"{percent:.0f}"
        if 0 < percent < 0.5:
            shown = "<1"
        elif 99.5 <= percent < 100:
            shown = "99"
        return digits(f"{shown}{percent_sign(self.language)}", self.language)

    def moment(self, instant_us: int) -> str:
        """An instant to the minute on the programme's clock."""
        return moment_words(instant_us, self.zone, self.language)

    def day(self, day: str) -> str:
        """A date."""
        return date_words(day, self.language)

    def short_day(self, day: str) -> str:
        """A date without its year."""
        return day_of_month(day, self.language)

    def kept(self, name: str) -> str:
        """A Latin name that keeps its order inside right-to-left text."""
        return isolated(name) if self.language in RIGHT_TO_LEFT else name

    def category(self, category: str) -> str:
        """A category's name."""
        return category_word(category, self.language)

    def as_of(self, view: Overview) -> str:
        """As of when the numbers are."""
        key = "as-of-seal" if view.seen.kind == "seal" else "as-of"
        return self.say(key, when=self.moment(view.at), zone=self.kept(self.zone),
                        size=self.count(view.seen.size))

    def budget(self, view: Overview) -> list[str]:
        """What is to be said of the budget."""
        use = view.budget
        told = [self.say(
            "budget-of", budget=self.amount(use.budget_minor),
            committed=self.amount(use.committed_minor),
            share=self.share(use.committed_minor, use.budget_minor),
            free=self.amount(max(use.free_minor, 0)),
        )]
        if use.free_minor < 0:
            told = [self.say("budget-over", budget=self.amount(use.budget_minor),
                             over=self.amount(-use.free_minor))]
        if use.expected_minor is None:
            told.append(self.say("forecast-none", most=self.amount(use.committed_minor)))
        else:
            told.append(self.say("forecast", rate=self.share(use.rate_permille or 0, 1000),
                                 expected=self.amount(use.expected_minor)))
        return told

    def band(self, cell: SexAge) -> str:
        """A sex and age band."""
        if not cell.sex:
            return self.say("age-unknown")
        who = self.say("female" if cell.sex == "f" else "male")
        comma = "\u060c" if self.language in RIGHT_TO_LEFT else ","
        return f"{who}{comma} {self.ages(cell.years)}"

    def ages(self, years: str) -> str:
        """An age band: from the right it is read the other way round, so a word stands for the
        dash where the language does."""
        first, dash, last = (digits(part, self.language) for part in years.partition("–"))
        if "–" in dash:
            return self.say("age-range", first=first, last=last)
        return self.say("age-from", first=digits(years.removesuffix("+"), self.language))


def write_progress(
    view: Overview, path: Path, *, language: str, cities: Iterable[City]
) -> None:
    """Write the page, whole or not at all.

    Raises:
        BadFile: it cannot be written.
    """
    page = progress_html(view, language=language, cities=cities)
    with atomic_file(path) as file:
        file.write(page.encode())


def progress_html(view: Overview, *, language: str, cities: Iterable[City]) -> str:
    """The page as text; the same numbers and language give the same bytes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    words = PageWords(view, language)
    names = {city.code: city.name(language) for city in cities}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined,
    )
    return environment.get_template("progress.html.jinja").render(
        view=view, w=words, language=language, version=__version__,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        money=money_parts(words, view.groups), adds_up=_adds_up(view),
        budget=budget_parts(words, view),
        compared=[compared(words, one) for one in view.by_round],
        sex_age=[_sex_age(words, view, one) for one in view.by_sex_age],
        open=[open_line(words, one, names) for one in view.open],
        cities=by_city(words, view, names), chart=chart_of(view), categories=_categories(view),
        rounds=_rounds(words, view, names),
        waiting=[told_waiting(words, one) for one in view.waiting],
        complaints=told_complaints(words, view),
        stores=view.stores[:STORES_MAX], city_name=lambda code: names.get(code, code),
        store_share=_share_of_largest([use.amount_minor for use in view.stores]),
    )


def _adds_up(view: Overview) -> bool:
    return all(
        not (group.balance.difference_minor or group.balance.difference_count)
        for group in view.groups
    )


def money_parts(words: PageWords, groups: Iterable[ProgrammeGroup], whole: int = 0) -> list[Part]:
    """Where issued money is, as pieces of a bar; `whole` is what the full length stands for."""
    listed = list(groups)
    waiting = added_up(listed, "waiting_minor")
    amounts = {
        "redeemed": added_up(listed, "redeemed_minor"),
        "in-hand": added_up(listed, "outstanding_minor") - waiting, "waiting": waiting,
        "expired": added_up(listed, "expired_minor"), "void": added_up(listed, "void_minor"),
    }
    full = whole or added_up(listed, "issued_minor") or 1
    return [
        Part(kind, max(amounts[kind], 0) * 100 / full, words.say(kind), words.amount(amounts[kind]))
        for kind in PARTS if amounts[kind]
    ]


def budget_parts(words: PageWords, view: Overview) -> list[Part]:
    """The budget as pieces of a bar: redeemed, committed beside that, and free."""
    use = view.budget
    amounts = {
        "redeemed": use.redeemed_minor, "in-hand": use.committed_minor - use.redeemed_minor,
        "waiting": max(use.free_minor, 0),
    }
    said = {"redeemed": "redeemed", "in-hand": "outstanding", "waiting": "free"}
    full = max(use.budget_minor, use.committed_minor) or 1
    return [
        Part(kind, amount * 100 / full, words.say(said[kind]), words.amount(amount))
        for kind, amount in amounts.items() if amount
    ]


def compared(words: PageWords, one: RoundFigures) -> dict[str, object]:
    """A round as a line of the comparison."""
    return {
        "code": one.code,
        "dates": words.say("round-dates", **{
            "from": words.day(one.valid_from), "until": words.day(one.valid_until)}),
        "people": words.count(one.people), "planned": words.plain(one.planned_minor),
        "issued": words.plain(one.issued_minor),
        "of_planned": words.share(one.issued_minor, one.planned_minor),
        "handed": words.share(one.handed_over_count, one.issued_count),
        "redeemed": words.plain(one.redeemed_minor),
        "share": words.share(one.redeemed_minor, one.issued_minor),
        "outstanding": words.plain(one.outstanding_minor),
        "lost": words.plain(one.expired_minor + one.void_minor),
    }


def _sex_age(words: PageWords, view: Overview, cell: SexAge) -> dict[str, object]:
    most = max((one.people for one in view.by_sex_age), default=0) or 1
    return {
        "words": words.band(cell), "people": words.count(cell.people),
        "share": words.share(cell.people, view.reached),
        "width": round(cell.people * 100 / most, 1),
    }


def open_line(words: PageWords, one: StillOpen, names: dict[str, str]) -> dict[str, object]:
    return {
        "what": words.say(one.what), "round": one.round, "city": names.get(one.city, one.city),
        "last_day": words.day(one.last_day), "days_left": words.count(one.days_left),
        "vouchers": words.count(one.vouchers), "people": words.count(one.people),
        "amount": words.plain(one.amount_minor), "soon": one.days_left <= SOON_DAYS,
    }


class CityBar(NamedTuple):
    """A city's bar: its name, what was issued and redeemed (minor units), and the bar's parts."""

    name: str
    issued: int
    redeemed: int
    parts: Sequence[Part]


def by_city(words: PageWords, view: Overview, names: dict[str, str]) -> list[CityBar]:
    """A bar for each city, as long as what was issued there; the largest first."""
    by_city: dict[str, list[ProgrammeGroup]] = {}
    for group in view.groups:
        by_city.setdefault(group.balance.city, []).append(group)
    sums = {city: added_up(groups, "issued_minor") for city, groups in by_city.items()}
    largest = max(sums.values(), default=1)
    return [
        CityBar(
            names.get(city, city), sums[city], added_up(by_city[city], "redeemed_minor"),
            money_parts(words, by_city[city], largest),
        )
        for city in sorted(sums, key=lambda code: (-sums[code], code))
    ]


def _categories(view: Overview) -> list[str]:
    return sorted({group.balance.category for group in view.groups})


def chart_of(view: Overview) -> Chart | None:
    series = {category: number for number, category in enumerate(_categories(view))}
    values = {(day.date, series[day.category]): day.amount_minor for day in view.days}
    counts = {(day.date, series[day.category]): day.count for day in view.days}
    return by_time(values, counts) if values else None


def _rounds(words: PageWords, view: Overview, names: dict[str, str]) -> list[dict[str, object]]:
    """The whole table: each round with its cities and categories, and its sums."""
    found = []
    for one in view.rounds:
        groups = [group for group in view.groups if group.balance.round == one.code]
        groups.sort(key=lambda group: (names.get(group.balance.city, ""), group.balance.category))
        lines = [
            {
                "city": names.get(group.balance.city, group.balance.city),
                "again": number > 0 and groups[number - 1].balance.city == group.balance.city,
                "category": words.category(group.balance.category), **_cells(words, [group]),
            }
            for number, group in enumerate(groups)
        ]
        if lines:
            found.append({
                "code": one.code, "valid_from": one.valid_from, "valid_until": one.valid_until,
                "in_parts": one.in_parts, "lines": lines, "sum": _cells(words, groups),
            })
    return found


def _cells(words: PageWords, groups: list[ProgrammeGroup]) -> dict[str, object]:
    """A line of the table: figures of some groups added up."""
    def total(name: str) -> int:
        return added_up(groups, name)

    issued = total("issued_minor")
    return {
        "count": words.count(total("issued_count")), "issued": words.plain(issued),
        "handed": words.share(total("handed_over_count"), total("issued_count")),
        "handed_count": words.count(total("handed_over_count")),
        "redeemed": words.plain(total("redeemed_minor")),
        "share": words.share(total("redeemed_minor"), issued),
        "outstanding": words.plain(total("outstanding_minor")),
        "expired": words.plain(total("expired_minor")), "void": words.plain(total("void_minor")),
        "expired_minor": total("expired_minor"), "void_minor": total("void_minor"),
        "parts": money_parts(words, groups),
    }


def told_waiting(words: PageWords, one: Waiting) -> dict[str, str]:
    said = words.say(
        f"waits-{one.what}", object=words.kept(one.object), count=words.count(one.count),
        amount=words.amount(one.amount_minor), operator=words.kept(one.operator),
        since="" if one.since is None else words.moment(one.since),
    )
    return {"words": said, "command": COMMANDS[one.what].format(object=one.object)}


def told_complaints(words: PageWords, view: Overview) -> list[tuple[str, str]]:
    """Each kind of complaint with its figures."""
    return [
        (text(f"hotline.kind-{one.kind}", words.language), words.say(
            "complaints-figures", taken=words.count(one.taken), open=words.count(one.open),
            late=words.count(one.late),
        )) for one in view.complaints
    ]


def _share_of_largest(amounts: list[int]) -> Callable[[int], float]:
    largest = max(amounts, default=0) or 1
    return lambda amount: round(amount * 100 / largest, 1)
