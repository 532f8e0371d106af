"""Places as values. Names by language: `en`, `ru`, `kk`, `fa`, `ps`, or any other that comes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a city. Dates are ISO text, both days included; empty is without a bound.

    With a date it was the city's name in those days (Nur-Sultan); without, it is another way to
    write the city's own name (Qaraghandy).
    """

    name: str
    language: str
    valid_from: str = ""
    valid_until: str = ""

    @property
    def dated(self) -> bool:
        """Whether this was the city's name in a time of its own."""
        return bool(self.valid_from or self.valid_until)

    def holds(self, on: str | None) -> bool:
        """Whether it is in use on a date (ISO text); without a date every alias is."""
        if on is None:
            return True
        return self.valid_from <= on and (not self.valid_until or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class City:
    """A city: our code, its names now, what others call it, and its codes in public lists."""

    code: str
    names: Mapping[str, str]
    kato: str | None = None
    iso: str | None = None
    pcode: str | None = None
    aliases: tuple[Alias, ...] = ()

    def name(self, language: str, on: str | None = None) -> str:
        """Its name in a language, on a date (ISO text) the name it had then."""
        if on is not None:
            then = {
                alias.language: alias.name
                for alias in sorted(self.aliases, key=lambda alias: alias.valid_from)
                if alias.dated and alias.holds(on)
            }
            if then:
                return best_name(then, language)
        return best_name(self.names, language)


@dataclass(frozen=True, slots=True)
class Retailer:
    """Who is paid. `number` is its own in the register of taxpayers, where it is known."""

    code: str
    name: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """One shop of a retailer: name and address in one line, by language.

    `closed_at`: since when (microseconds UTC) it no longer takes vouchers.
    """

    code: str
    retailer: str
    city: str
    names: Mapping[str, str]
    closed_at: int | None = None

    def name(self, language: str) -> str:
        """Its name and address in a language."""
        return best_name(self.names, language)


@dataclass(frozen=True, slots=True)
class Added:
    """What adding did, by code: new ones, those that stood there just so, and cities that stood
    there and got further names.
    """

    added: tuple[str, ...]
    known: tuple[str, ...]
    extended: tuple[str, ...] = ()


def best_name(names: Mapping[str, str], language: str) -> str:
    """The name in a language; else the English one; else any, so that a place has a name."""
    return names.get(language) or names.get("en") or next(iter(names.values()), "")
