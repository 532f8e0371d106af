"""What is asked after a round, with the answers to choose from; the words are in the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cbi.messages import text, texts

LANGUAGES = ("en", "ru")
OUTCOMES = ("done", "refused", "not-found", "moved")
"""What came of a visit; a household that was not interviewed has no answers."""
DONE = OUTCOMES[0]


@dataclass(frozen=True, slots=True)
class MonitoringQuestion:
    """A question by its key, and the keys of its answers."""

    key: str
    answers: Sequence[str]


QUESTIONS = (
    MonitoringQuestion("received", ("yes", "part", "no")),
    MonitoringQuestion("in-time", ("yes", "no")),
    MonitoringQuestion("spent", ("all", "part", "nothing")),
    MonitoringQuestion("found-goods", ("yes", "part", "no")),
    MonitoringQuestion("same-prices", ("yes", "higher", "not-known")),
    MonitoringQuestion("way", ("under-30", "under-60", "longer")),
    MonitoringQuestion("respect", ("yes", "no")),
    MonitoringQuestion("safe", ("yes", "no")),
    MonitoringQuestion("asked-for-money", ("yes", "no", "not-said")),
    MonitoringQuestion("sold", ("yes", "no", "not-said")),
    MonitoringQuestion("knows-hotline", ("yes", "no")),
    MonitoringQuestion("prefers", ("vouchers", "cash", "goods", "mixed")),
    MonitoringQuestion("content", ("very", "rather", "rather-not", "not")),
)


def question_words(key: str, language: str) -> str:
    """A question as it is read out."""
    return text(f"monitoring.ask-{key}", language)


def answer_words(key: str, language: str) -> str:
    """An answer as it is ticked."""
    return text(f"monitoring.answer-{key}", language)


def outcome_words(key: str, language: str) -> str:
    """What came of a visit, in words."""
    return text(f"monitoring.outcome-{key}", language)


@cache
def headings() -> dict[str, str]:
    """The column that a heading means, in small letters: its key, or its words in any language."""
    known = {}
    for key in ("household", "outcome", *(one.key for one in QUESTIONS)):
        known[key] = known[key.replace("-", "_")] = key
        name = f"ask-{key}" if key not in ("household", "outcome") else f"column-{key}"
        for language in LANGUAGES:
            known[texts(language, "monitoring")[name].casefold()] = key
    return known


@cache
def answers(key: str) -> dict[str, str]:
    """The answer that a cell means, in small letters: its key, or its words in any language."""
    if key == "outcome":
        keys: tuple[str, ...] = OUTCOMES
        say = outcome_words
    else:
        (asked,) = (one for one in QUESTIONS if one.key == key)
        keys, say = tuple(asked.answers), answer_words
    known = {}
    for one in keys:
        known[one] = known[one.replace("-", "_")] = one
        for language in LANGUAGES:
            known[say(one, language).casefold()] = one
    return known
