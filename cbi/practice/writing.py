"""How a person is written down: one of several spellings, formats and dresses of the same facts."""

from datetime import date
from typing import Any

from cbi.people.records.record import BirthDate
from cbi.practice.dice import Dice
from cbi.practice.families import Being
from cbi.practice.vocabulary import Name

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_CITY_TEXTS = {
    "almaty": ("Almaty", "Almaty", "Алматы", "ALMATY"),
    "astana": ("Nur-Sultan", "Nur-Sultan", "Nursultan", "Нур-Султан"),
    "shymkent": ("Shymkent", "Shymkent", "Шымкент", "Chimkent"),
    "karaganda": ("Karaganda", "Karaganda", "Караганда", "Қарағанды"),
    "semey": ("Semey", "Semey", "Семей"),
}


def latin(dice: Dice, name: Name) -> str:
    """One romanisation."""
    return " ".join([dice.pick_early(word.latin) for word in name])


def cyrillic(dice: Dice, name: Name) -> str:
    """One way a Russian speaker writes it."""
    return " ".join([dice.pick_early(word.cyrillic) for word in name])


def arabic(name: Name) -> str:
    """As in Dari or Pashto."""
    return " ".join([word.arabic for word in name])


def respelt(dice: Dice, name: Name, than: str) -> str:
    """Another romanisation than this one, where the words have another."""
    for _ in range(6):
        spelt = " ".join([dice.pick(word.latin) for word in name])
        if spelt != than:
            return spelt
    return than


def full_name(being: Being) -> Name:
    """Given and family name."""
    return (*being.given, being.family) if being.family else being.given


def city_text(dice: Dice, city: str) -> str:
    """A city's name as one of many people writes it."""
    return dice.pick(_CITY_TEXTS[city])


def phone_text(dice: Dice, phone: str) -> str:
    """A phone in one of its usual dresses; empty stays empty."""
    if not phone:
        return ""
    area, rest = phone[2:5], phone[5:]
    return dice.pick((
        f"+7 {area} {rest[:3]} {rest[3:5]} {rest[5:]}", f"8 {area} {rest[:3]} {rest[3:]}",
        f"8({area}){rest[:3]}-{rest[3:5]}-{rest[5:]}", phone, f"{area}{rest}",
        f"8{area}{rest}".translate(_PERSIAN),
    ))


def document_text(dice: Dice, kind: str, number: str, *, again: bool = False) -> str:
    """A document's number as written; `again` in a dress that the first writing has not."""
    dress = _DRESSES.get(kind)
    return dress(dice, number, again) if dress else ""


def _tazkira(dice: Dice, number: str, again: bool) -> str:
    parts = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    if not again:
        return parts
    return dice.pick((number, parts.replace("-", " "), parts.translate(_PERSIAN)))


def _paper_tazkira(dice: Dice, number: str, again: bool) -> str:
    volume, page, entry = number.split()
    if dice.chance(0.5):
        return f"Vol. {volume} p. {page} no. {entry}"
    return f"جلد {volume} صفحه {page} ثبت {entry}".translate(_PERSIAN)


def _passport(dice: Dice, number: str, again: bool) -> str:
    return f"{number[0].lower()} {number[1:]}" if again else number


def _certificate(dice: Dice, number: str, again: bool) -> str:
    return number if again else f"KZ-RC-{number[4:]}"


_DRESSES = {
    "tazkira": _tazkira, "paper-tazkira": _paper_tazkira, "passport": _passport,
    "refugee-certificate": _certificate,
}


def birth(dice: Dice, born: date, *, whole: bool = False) -> BirthDate:
    """A birth date as one of many documents has it; `whole` to the day and not 1 January."""
    draw = 1.0 if whole else dice.random()
    if draw < 0.12:
        return new_year(born)
    if draw < 0.2:
        return BirthDate(str(born.year), str(born.year), "year")
    if draw < 0.28 or (whole and dice.chance(0.15)):
        return solar_hijri(dice, born)
    return BirthDate(f"{born.day:02d}.{born.month:02d}.{born.year}", born.isoformat())


def new_year(born: date) -> BirthDate:
    """What an office writes when it knows the year alone."""
    return BirthDate(f"01.01.{born.year}", f"{born.year}-01-01")


def solar_hijri(dice: Dice, born: date) -> BirthDate:
    """The date as an Afghan document has it."""
    from persiantools.jdatetime import JalaliDate

    day: Any = JalaliDate
    text: str = day(born).strftime("%Y/%m/%d")
    shown = text.translate(_PERSIAN) if dice.chance(0.4) else text
    return BirthDate(shown, born.isoformat(), "day", "solar-hijri")
