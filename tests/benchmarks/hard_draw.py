"""A dice with names, days and numbers in its hand: what one hard pair is made of."""

import random
from collections.abc import Sequence
from typing import Any

from cbi.people.names.scripts import script_of
from cbi.people.records.record import BirthDate, Document, NewPerson, PersonalData, WrittenName
from tests.benchmarks.hard_names import Name, Pool, other_than

STREETS = ("Abay", "Tole Bi", "Satpayev", "Dostyk", "Zhandosov", "Auezov", "Rozybakiev",
           "Baitursynov")
SCRIPTS = ("Arab", "Cyrl", "Latn")


class Draw:
    """One pair's dice; no name is drawn twice in a pair."""

    def __init__(self, seed: str, pool: Pool) -> None:
        self.dice, self.pool = random.Random(seed), pool
        self.label = seed
        self._taken: set[str] = set()
        self._written = 0

    def man(self) -> Name:
        """A man's name."""
        return other_than(self.dice, self.pool.men, self._taken)

    def woman(self) -> Name:
        """A woman's name."""
        return other_than(self.dice, self.pool.women, self._taken)

    def family(self) -> Name:
        """A family's name."""
        return other_than(self.dice, self.pool.families, self._taken)

    def script(self) -> str:
        """One of the three."""
        return self.dice.choice(SCRIPTS)

    def year(self, first: int = 1955, last: int = 1998) -> int:
        """A year of birth."""
        return self.dice.randint(first, last)

    def day(self, year: int) -> BirthDate:
        """A day of that year that could be told from the month."""
        text = f"{year}-{self.dice.randint(1, 12):02}-{self.dice.randint(13, 28):02}"
        return BirthDate(text, text)

    def phone(self) -> str:
        """A phone of Kazakhstan."""
        return f"+7701{self.dice.randint(1_000_000, 9_999_999)}"

    def tazkira(self) -> str:
        """The number of an electronic tazkira."""
        return f"1{self.dice.randint(10**11, 10**12 - 1)}"

    def street(self) -> str:
        """An address in Almaty."""
        dice = self.dice
        return f"Almaty, {dice.choice(STREETS)} {dice.randint(1, 190)}, {dice.randint(1, 90)}"

    def text(self, *names: Name, script: str = "Latn", other: bool = False) -> str:
        """The names as one; `other`: in a Latin spelling that another office uses."""
        return " ".join(
            name.Latn[-1 if other else 0] if script == "Latn" else getattr(name, script)
            for name in names
        )

    def who(
        self, text: str, father: str = "", *, born: int | str | BirthDate | None = None,
        phone: str = "", document: str | Document = "", address: str = "", sex: str = "",
        home: str = "",
    ) -> NewPerson:
        """Somebody as an office writes them down."""
        self._written += 1
        if isinstance(born, int | str):
            born = BirthDate(str(born), str(born), "year" if isinstance(born, int) else "day")
        if isinstance(document, str):
            document = Document("tazkira", document)
        data = PersonalData(
            names=(WrittenName(text, father, script_of(text)),), birth=born, address=address,
            documents=(document,) if document.number else (), phones=(phone,) if phone else (),
        )
        ref = f"{self.label}:{self._written}"
        told: dict[str, Any] = {"household_ref": f"hard:{self.label}:{home}"} if home else {
            "household_ref": f"hard:{ref}"
        }
        return NewPerson(data=data, city="almaty", sex=sex, source_ref=ref, **told)

    def close(self) -> tuple[str, str, str]:
        """Two names a letter apart, and whose."""
        return self.dice.choice(self.pool.close)

    def digit_off(self, number: str) -> str:
        """The number with one digit wrong, in its first two thirds."""
        place = self.dice.randint(2, len(number) * 2 // 3)
        wrong = str((int(number[place]) + self.dice.randint(1, 9)) % 10)
        return number[:place] + wrong + number[place + 1 :]


Pair = tuple[NewPerson, NewPerson]


def strangers(draw: Draw, count: int, **shared: Any) -> Sequence[NewPerson]:
    """So many people of other names who have the same phone or live at the same address."""
    made = []
    for _ in range(count):
        draw._taken.clear()
        made.append(draw.who(
            draw.text(draw.man(), draw.family(), draw.family()), draw.text(draw.man()),
            born=draw.year(), **shared,
        ))
    return made
