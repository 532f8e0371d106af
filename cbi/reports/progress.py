"""The progress page: one self-contained HTML file that a manager opens, prints or mails.

It asks nobody for anything (its own policy forbids it), follows the reader's light or dark, and
reads from the right where the language does. Here the numbers get their words;
`progress.html.jinja` lays them out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cbi import __version__
from cbi.base.clock import at
from cbi.files.writing import atomic_file
from cbi.messages.catalogue import RIGHT_TO_LEFT, text
from cbi.messages.figures import amount_figures, category_word, digits, isolated, plain_figures
from cbi.places import City
from cbi.reports.charts import Chart, by_time
from cbi.reports.overview import Overview, ProgrammeGroup, Waiting, added_up

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
        sign = "\u066a" if self.language in RIGHT_TO_LEFT else "\u202f%"
        return digits(f"{shown}{sign}", self.language)

    def moment(self, instant_us: int) -> str:
        """An instant to the minute on the programme's clock."""
        return digits(at(instant_us, self.zone).strftime("%Y-%m-%d %H:%M"), self.language)

    def day(self, day: str) -> str:
        """A date."""
        return digits(day, self.language)

    def kept(self, name: str) -> str:
        """A Latin name that keeps its order inside right-to-left text."""
        return isolated(name) if self.language in RIGHT_TO_LEFT else name

    def category(self, category: str) -> str:
        """A category's name."""
        return category_word(category, self.language)


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
        view=view, w=words, zone=words.kept(words.zone), language=language, version=__version__,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        money=_parts(words, view.groups), adds_up=_adds_up(view),
        cities=_cities(words, view, names), chart=_chart(view), categories=_categories(view),
        rounds=_rounds(words, view, names), waiting=[_waits(words, one) for one in view.waiting],
        stores=view.stores[:STORES_MAX], city_name=lambda code: names.get(code, code),
        store_share=_share_of_largest([use.amount_minor for use in view.stores]),
    )


def _adds_up(view: Overview) -> bool:
    return all(
        not (group.balance.difference_minor or group.balance.difference_count)
        for group in view.groups
    )


def _parts(words: PageWords, groups: Iterable[ProgrammeGroup], whole: int = 0) -> list[Part]:
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


def _cities(words: PageWords, view: Overview, names: dict[str, str]) -> list[dict[str, object]]:
    """A bar for each city, as long as what was issued there; the largest first."""
    by_city: dict[str, list[ProgrammeGroup]] = {}
    for group in view.groups:
        by_city.setdefault(group.balance.city, []).append(group)
    sums = {city: added_up(groups, "issued_minor") for city, groups in by_city.items()}
    largest = max(sums.values(), default=1)
    return [
        {
            "name": names.get(city, city), "issued": sums[city],
            "parts": _parts(words, by_city[city], largest),
            "redeemed": added_up(by_city[city], "redeemed_minor"),
        }
        for city in sorted(sums, key=lambda code: (-sums[code], code))
    ]


def _categories(view: Overview) -> list[str]:
    return sorted({group.balance.category for group in view.groups})


def _chart(view: Overview) -> Chart | None:
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
        "parts": _parts(words, groups),
    }


def _waits(words: PageWords, one: Waiting) -> dict[str, str]:
    said = words.say(
        f"waits-{one.what}", object=words.kept(one.object), count=words.count(one.count),
        amount=words.amount(one.amount_minor), operator=words.kept(one.operator),
        since="" if one.since is None else words.moment(one.since),
    )
    return {"words": said, "command": COMMANDS[one.what].format(object=one.object)}


def _share_of_largest(amounts: list[int]) -> Callable[[int], float]:
    largest = max(amounts, default=0) or 1
    return lambda amount: round(amount * 100 / largest, 1)
