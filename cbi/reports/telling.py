"""Sentences of a story: an event is an instant, a kind and its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from cbi.base.clock import minute_at
from cbi.messages.catalogue import text
from cbi.messages.figures import amount_figures


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: when (microseconds UTC), of which kind, in words."""

    at: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells events in one language; `stores` names stores by code."""

    language: str
    currency: str
    zone: str
    stores: Mapping[str, str]

    def say(self, key: str, **facts: object) -> str:
        """A sentence of `reports.json`."""
        return text(f"reports.{key}", self.language, **facts)

    def event(self, instant_us: int, kind: str, more: str = "", **facts: object) -> Event:
        """An event worded by the sentence `event-<kind>`, with another behind it if there is."""
        words = self.say(f"event-{kind}", **facts)
        return Event(instant_us, kind, f"{words} {more}".rstrip())

    def amount(self, amount_minor: int) -> str:
        """An amount with its currency's name."""
        return amount_figures(abs(amount_minor), self.currency, self.language)

    def when(self, instant_us: int) -> str:
        """An instant to the minute in the programme's zone."""
        return minute_at(instant_us, self.zone)

    def store(self, code: str | None) -> str:
        """A store by name and code."""
        if code is None:
            return ""
        name = self.stores.get(code)
        return f"{name} ({code})" if name else code
