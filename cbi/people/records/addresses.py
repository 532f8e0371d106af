"""An address made ready to be compared: its words as they sound, its numbers, and its homes.

A *home* is a number beside a word (`15 Abi` of "Abay 15", "ул. Абая, 15" and "آبای ۱۵"): keyed
hashes of homes stand in the vault, so that people of one house are found, and how many share it is
known. Words that every address has (street, house, кв., کوچه) say nothing and fall away.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from cbi.people.names.scripts import fold
from cbi.people.names.skeleton import skeletons

_PART = re.compile(r"\d+|[^\W\d_]+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENERAL = _set(
    "street str st road rd avenue ave av lane ln place pl drive dr crescent circuit court close "
    "way house home block building bldg flat apartment apt room floor no nr number city town "
    "village district region microdistrict mkr mikrorayon prospekt prospect ulitsa ul dom kv "
    "kvartira korpus ул улица пр просп проспект пер переулок д дом кв квартира корп корпус стр "
    "строение г город гор мкр мкрн микрорайон м р н район обл область с село пос посёлок поселок "
    "бульвар б шоссе көшесі көше даңғылы даңғыл үй пәтер қаласы қала ауданы аудан ықшамаудан "
    "ауылы ауыл облысы کوچه سرک جاده خیابان خانه بلاک منزل اپارتمان آپارتمان واحد شماره نمبر شهر "
    "ولسوالی ولایت ناحیه قریه محله پلاک کور کوڅه ښار ولسوالۍ"
)
WORDS_MAX, HOMES_MAX = 3, 4


class Address(NamedTuple):
    """As written; numbers in plain digits and words folded, both in order; the homes."""

    text: str
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    homes: tuple[str, ...]


@lru_cache(maxsize=20_000)
def address(text: str) -> Address:
    """The address of a text."""
    parts = _PART.findall(_plain(fold(text)))
    numbers = tuple(dict.fromkeys(part.lstrip("0") or "0" for part in parts if part.isdigit()))
    words = tuple(dict.fromkeys(
        part for part in parts
        if not part.isdigit() and part not in _GENERAL and len(part) > 1
    ))
    heard = [told[0] for word in words[:WORDS_MAX] if (told := skeletons(word))]
    homes = [f"{number} {word}" for number in numbers[:2] for word in heard]
    return Address(text, numbers, words, tuple(dict.fromkeys(homes))[:HOMES_MAX])


def _plain(text: str) -> str:
    """The text with digits of any script in 0–9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in text
    )
