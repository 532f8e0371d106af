"""Invented people in households, by seed, with some of them written down twice.

`people` is a stream: a million people need no more memory than a hundred. What is planted is told
by each row itself: `same_as` is the number of the row that is the same person, `planted` the way in
which the second writing hides it. The truth of a list is therefore `truth(people(seed, count))`.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cbi.people.records.record import (
    BirthDate,
    Consent,
    Document,
    NewPerson,
    PersonalData,
    WrittenName,
)
from cbi.practice import writing
from cbi.practice.dice import Dice
from cbi.practice.families import CITIES, Being, Family, make_document, make_family, make_phone

WAYS = ("document", "phone", "script", "swapped", "new-year")
"""How a person hides behind a second row: the same document retyped; the same phone and another
romanisation; another script; the words of the name in another order; 1 January of the year."""

CONSENT_VERSION = "KZ22-1"
PLANTED_SHARE = 0.03
GROWN_UP = 16
"""Who is planted is at least this old."""


class SamplePerson(NamedTuple):
    """One row of a people list, as written (`_text`, names) and as meant.

    `document` is its kind and bare number, `phone` E.164; `city`, `language` are codes. Texts that
    nobody wrote are empty.
    """

    number: int
    city: str
    city_text: str
    household: int
    household_size: int
    head: bool
    latin: str
    latin_father: str
    cyrillic: str
    cyrillic_father: str
    arabic: str
    arabic_father: str
    sex: str
    birth: BirthDate
    document: tuple[str, str]
    document_text: str
    phone: str
    phone_text: str
    language: str
    consent_way: str
    consent_date: str
    same_as: int = 0
    planted: str = ""


class Pair(NamedTuple):
    """Two rows of one person, by number, and how the second one hides it."""

    first: int
    second: int
    way: str


def people(seed: int, count: int, planted: float = PLANTED_SHARE) -> Iterator[SamplePerson]:
    """That many different people in households, and a share of them written down once more."""
    return _Writer(Dice(seed), planted).rows(count)


def truth(rows: Iterable[SamplePerson]) -> list[Pair]:
    """Which rows are one person."""
    return [Pair(row.same_as, row.number, row.planted) for row in rows if row.same_as]


def new_person(row: SamplePerson, source: str) -> NewPerson:
    """The row as it would be enrolled, with nothing lost in reading; `source` names the list."""
    names = tuple(
        WrittenName(text, father, script)
        for text, father, script in (
            (row.latin, row.latin_father, "Latn"), (row.cyrillic, row.cyrillic_father, "Cyrl"),
            (row.arabic, row.arabic_father, "Arab"),
        )
        if text
    )
    kind, number = row.document
    document = Document(kind.removeprefix("paper-"), number, row.document_text)
    consent = None
    if row.consent_way:
        consent = Consent(
            version=CONSENT_VERSION, language=row.language, way=row.consent_way,
            date=row.consent_date,
        )
    return NewPerson(
        data=PersonalData(
            names=names, birth=row.birth, documents=(document,) if number else (),
            phones=(row.phone,) if row.phone else (),
        ),
        city=row.city, sex=row.sex, language=row.language, household_size=row.household_size,
        household_ref=f"{source}:{row.household}", head=row.head, consent=consent,
        source_ref=f"{source}:{row.number}",
    )


class _Writer:
    """Writes families down one after the other; a second writing waits for its turn."""

    def __init__(self, dice: Dice, planted: float) -> None:
        self.dice, self.planted = dice, planted
        self.number = self.household = self.turn = 0
        self.owed = 0.0
        self.ways: list[str] = []
        self.waiting: list[tuple[int, int, SamplePerson, Being]] = []

    def rows(self, count: int) -> Iterator[SamplePerson]:
        """All rows: `count` people, and whoever is written down again."""
        left = count
        while left > 0:
            family = make_family(self.dice, left)
            left -= len(family.beings)
            self.household += 1
            for place, being in enumerate(family.beings):
                yield self.first(family, being, head=place == 0)
            self.turn += 1
            while self.waiting and self.waiting[0][0] <= self.turn:
                yield self.again(*heapq.heappop(self.waiting)[2:])
        while self.waiting:
            yield self.again(*heapq.heappop(self.waiting)[2:])

    def first(self, family: Family, being: Being, *, head: bool) -> SamplePerson:
        """A person's own row; it may come to be followed by a second one."""
        way = self.fate(being)
        if way:
            fit(self.dice, being, way)
        self.number += 1
        row = _row(self.dice, family, being, way)._replace(
            number=self.number, household=self.household, head=head,
        )
        if way:
            due = self.turn + self.dice.between(5, 120)
            heapq.heappush(self.waiting, (due, row.number, row._replace(planted=way), being))
            return row._replace(planted="")
        return row

    def fate(self, being: Being) -> str:
        """In which way this person will come back; mostly empty."""
        self.owed += self.planted
        if self.owed < 1 or being.age < GROWN_UP or self.dice.chance(0.5):
            return ""
        self.owed -= 1
        if not self.ways:
            self.ways = self.dice.shuffled(WAYS)
        return self.ways.pop()

    def again(self, row: SamplePerson, being: Being) -> SamplePerson:
        """The second row of a person: a household of one's own."""
        self.number += 1
        self.household += 1
        city = self.dice.weighed(CITIES) if self.dice.chance(0.3) else row.city
        return second_row(self.dice, row, being)._replace(
            number=self.number, household=self.household, household_size=1, head=True, city=city,
            city_text=writing.city_text(self.dice, city), same_as=row.number,
        )


def fit(dice: Dice, being: Being, way: str) -> None:
    """Give a person what the way of hiding needs: a document, a phone of one's own."""
    if way == "document" and being.document[0] in ("", "paper-tazkira"):
        being.document = make_document(dice, "tazkira")
    if way == "phone":
        being.phone = make_phone(dice)


def _row(dice: Dice, family: Family, being: Being, way: str) -> SamplePerson:
    name = writing.full_name(being)
    one_script = way == "script"
    has_cyrillic = not one_script and dice.chance(0.96)
    has_arabic = not one_script and dice.chance(0.95)
    way_given, day = family.consent
    return SamplePerson(
        number=0, city=family.city, city_text=writing.city_text(dice, family.city), household=0,
        household_size=len(family.beings), head=False,
        latin=writing.latin(dice, name), latin_father=writing.latin(dice, being.father),
        cyrillic=writing.cyrillic(dice, name) if has_cyrillic else "",
        cyrillic_father=writing.cyrillic(dice, being.father) if has_cyrillic else "",
        arabic=writing.arabic(name) if has_arabic else "",
        arabic_father=writing.arabic(being.father) if has_arabic else "",
        sex="f" if being.woman else "m",
        birth=writing.birth(dice, being.born, whole=bool(way)),
        document=being.document, document_text=writing.document_text(dice, *being.document),
        phone=being.phone, phone_text=writing.phone_text(dice, being.phone),
        language=family.language, consent_way=way_given, consent_date=day,
    )


def second_row(dice: Dice, row: SamplePerson, being: Being) -> SamplePerson:
    """The same person written down by somebody else, in the way that `row.planted` says."""
    name = writing.full_name(being)
    way = row.planted
    again = row._replace(
        latin=writing.respelt(dice, name, row.latin),
        latin_father=writing.respelt(dice, being.father, row.latin_father),
    )
    if way == "document":
        return again._replace(
            document_text=writing.document_text(dice, *row.document, again=True), phone="",
            phone_text="", arabic="", arabic_father="",
        )
    again = again._replace(document=("", ""), document_text="")
    if way == "phone":
        return again._replace(
            phone_text=writing.phone_text(dice, row.phone), cyrillic="", cyrillic_father="",
        )
    again = again._replace(phone="", phone_text="")
    if way == "new-year":
        return again._replace(birth=writing.new_year(being.born), cyrillic="", cyrillic_father="")
    if way == "swapped":
        return again._replace(
            latin=" ".join(reversed(again.latin.split())), cyrillic="", cyrillic_father="",
            arabic="", arabic_father="",
        )
    return _other_script(dice, again, being)


def _other_script(dice: Dice, row: SamplePerson, being: Being) -> SamplePerson:
    name = writing.full_name(being)
    bare = row._replace(latin="", latin_father="")
    if dice.chance(0.5):
        return bare._replace(
            cyrillic=writing.cyrillic(dice, name),
            cyrillic_father=writing.cyrillic(dice, being.father),
        )
    return bare._replace(
        arabic=writing.arabic(name), arabic_father=writing.arabic(being.father)
    )
