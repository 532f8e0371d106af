"""What a check finds: a rule's name, and each thing that breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cbi.messages.catalogue import text
from cbi.messages.figures import as_said


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that breaks a rule: where (serial, line), and what, as a key of the catalogue."""

    where: str
    what: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def describe(self, language: str = "en") -> str:
        """One plain line."""
        return f"{as_said(self.where, language)}: {text(self.what, language, **self.facts)}"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's outcome."""

    name: str
    wrong: tuple[Violation, ...]
    told: tuple[Violation, ...] = ()
    """What is to be known and breaks nothing: what no seal holds yet, what was not looked at."""
