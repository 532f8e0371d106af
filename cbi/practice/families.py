"""Families as they are, before anybody writes them down: who lives together, and how old."""

from dataclasses import dataclass
from datetime import date

from cbi.practice.dice import Dice
from cbi.practice.vocabulary import Name, WordInScripts, words

REGISTERED = date(2022, 8, 1)
"""Ages count at this day."""

CITIES = (
    ("almaty", 0.42), ("astana", 0.19), ("shymkent", 0.20), ("karaganda", 0.11), ("semey", 0.08)
)
LANGUAGES = (("fa", 0.57), ("ps", 0.27), ("uz", 0.10), ("ru", 0.06))
SIZES = (
    (1, 0.13), (2, 0.10), (3, 0.12), (4, 0.15), (5, 0.17), (6, 0.14), (7, 0.10), (8, 0.06),
    (9, 0.03),
)
DOCUMENTS = (
    ("tazkira", 0.46), ("paper-tazkira", 0.13), ("passport", 0.20), ("refugee-certificate", 0.14),
    ("", 0.07),
)
OPERATORS = ("700", "701", "702", "705", "707", "708", "747", "775", "777")


@dataclass(slots=True)
class Being:
    """One person. `born` is the true day; `phone` E.164; `document` its kind and bare number."""

    given: Name
    father: Name
    family: WordInScripts | None
    woman: bool
    born: date
    document: tuple[str, str]
    phone: str
    language: str

    @property
    def age(self) -> int:
        """Whole years, near enough."""
        return (REGISTERED - self.born).days // 365


@dataclass(slots=True)
class Family:
    """A household: the head comes first. `consent` is its way and day, empty where refused."""

    city: str
    language: str
    beings: list[Being]
    consent: tuple[str, str]


def make_family(dice: Dice, size_max: int) -> Family:
    """A family of at most that many."""
    size = min(dice.weighed(SIZES), size_max)
    language = dice.weighed(LANGUAGES)
    family = dice.pick(words("n")) if dice.chance(0.72) else None
    phone = make_phone(dice) if dice.chance(0.88) else ""
    maker = _Maker(dice, language, family, phone)
    return Family(
        dice.weighed(CITIES), "fa" if language == "uz" else language, maker.beings(size),
        _consent(dice),
    )


def make_phone(dice: Dice) -> str:
    """A mobile number whose subscriber part begins with 0."""
    return f"+7{dice.pick(OPERATORS)}0{dice.between(0, 999_999):06d}"


def make_document(dice: Dice, kind: str) -> tuple[str, str]:
    """A document's kind and its bare number."""
    if kind == "tazkira":
        return kind, f"{dice.between(1399, 1401)}{dice.between(0, 999_999_999):09d}"
    if kind == "paper-tazkira":
        return kind, f"{dice.between(1, 60)} {dice.between(1, 200)} {dice.between(1, 99_999)}"
    if kind == "passport":
        return kind, f"P{dice.between(0, 99_999_999):08d}"
    if kind == "refugee-certificate":
        return kind, f"KZRC{dice.between(0, 999_999):06d}"
    return "", ""


@dataclass(slots=True)
class _Maker:
    dice: Dice
    language: str
    family: WordInScripts | None
    phone: str

    def beings(self, size: int) -> list[Being]:
        """The head, and as the size allows a partner, a grandparent and children."""
        dice = self.dice
        alone_or_widowed = size == 1 or dice.chance(0.17)
        woman = dice.chance(0.35 if size == 1 else 0.9 if alone_or_widowed else 0.02)
        head = self.being(dice.between(20 if size == 1 else 24, 63), woman)
        found = [head]
        father, youngest = head.given, head.age
        if size > 1 and not alone_or_widowed:
            partner = self.being(max(18, head.age - dice.between(-2, 8)), not woman)
            father = partner.given if woman else head.given
            found.append(partner)
            youngest = min(youngest, partner.age)
        elif woman:
            father = self.name(woman=False)
        if len(found) < size and head.age < 50 and dice.chance(0.2):
            found.append(self.being(head.age + dice.between(20, 32), dice.chance(0.65)))
        while len(found) < size:
            age = dice.between(0, max(0, min(22, youngest - 17)))
            found.append(self.being(age, dice.chance(0.49), father))
        return found

    def being(self, age: int, woman: bool, father: Name | None = None) -> Being:
        """One person of this age; a child takes the family's name and its father's."""
        dice = self.dice
        family = self.family
        if father is None and woman and dice.chance(0.4):
            family = dice.pick(words("n")) if dice.chance(0.5) else None
        kind = dice.weighed(DOCUMENTS)
        if age < 16 and dice.chance(0.55):
            kind = ""
        return Being(
            given=self.name(woman), father=father or self.name(woman=False), family=family,
            woman=woman, born=_born(dice, age), document=make_document(dice, kind),
            phone=self.own_phone(age), language=self.language,
        )

    def own_phone(self, age: int) -> str:
        """Mostly the household's; some grown-ups have one of their own, and many give none."""
        if age >= 16 and self.dice.chance(0.22):
            return make_phone(self.dice)
        return self.phone if self.dice.chance(0.6) else ""

    def name(self, woman: bool) -> Name:
        """One to three words."""
        dice = self.dice
        uzbek = self.language == "uz" and dice.chance(0.8)
        kind = ("v" if woman else "u") if uzbek else ("f" if woman else "m")
        word = dice.pick(words(kind))
        if woman:
            return (word, dice.pick(words("t"))) if dice.chance(0.15) else (word,)
        before = (dice.pick_early(words("p")),) if dice.chance(0.36) else ()
        after = (dice.pick(words("s")),) if dice.chance(0.2) else ()
        return (*before, word, *after)


def _born(dice: Dice, age: int) -> date:
    return date.fromordinal(REGISTERED.toordinal() - age * 365 - age // 4 - dice.between(1, 364))


def _consent(dice: Dice) -> tuple[str, str]:
    if dice.chance(0.01):
        return "", ""
    way = "signature" if dice.chance(0.82) else "spoken"
    return way, date(2022, 7, dice.between(15, 31)).isoformat()
