"""The form of `cbi enroll`: asks what was not given, and refuses an answer the moment it is given.

Short questions, one a line, because the window may be small and the connection slow. Enter takes
what stands in brackets: the city, language and consent text of the last enrolment.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cbi.base.clock import date_at
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.cli.field.person_words import BLOCKING, candidate_words
from cbi.enrolment.interview import Interview
from cbi.people import persons
from cbi.people.matching.duplicates import Aside, Candidate, find_duplicates
from cbi.people.matching.queueing import queue_alike
from cbi.people.records.habits import Habits, habits_of
from cbi.people.records.languages import UNSAID, hint_of, language_for
from cbi.places import profile_of
from cbi.places.places import city_name, city_reader
from cbi.programmes.programmes import programmes

QUESTIONS = (
    "name", "other-name", "father", "birth", "sex", "document", "phone", "city", "language",
    "household-size", "consent",
)
WHO = QUESTIONS[: QUESTIONS.index("phone") + 1]
"""After these it is known who this is, and those who might be the same are shown."""

REQUIRED = frozenset({"name", "city", "consent"})
SHOWN_MAX = 3
INDENT = "  "


class EnrolForm:
    """One person's form. `given` are the answers that stand on the line."""

    def __init__(
        self, context: CommandContext, given: Mapping[str, Sequence[str]], *, household: str = "",
        consent_version: str = "", source: str = "",
    ) -> None:
        self.context = context
        self.given = given
        self.source = source
        self.alike: list[Candidate] = []
        session = context.session
        with session.ledger.read() as tx:
            self.habits = habits_of(tx, session.operator.name)
            self.home = persons.household(tx, household) if household else None
            cities, country = city_reader(tx), profile_of(tx)
            self.language = next((one.language for one in programmes(tx)), country.language)
            self.city = self._city_name(tx, self.habits)
        self.version = consent_version or self.habits.consent_version
        today = date.fromisoformat(date_at(session.clock(), context.zone))
        self.answers = Interview(cities, today, country)

    def fill_in(self) -> None:
        """Take the answers given, ask for the others; shows who this might be already.

        Raises:
            UsageError: an answer on the line cannot be, or nobody is there to be asked.
            Conflict: the operator would rather not enrol what seems to be there already.
        """
        for question, texts in self.given.items():
            for text in texts:
                self.answers.answer(question, text)
        for question in WHO:
            self._ask(question)
        self.alike = self._shown_alike()
        for question in QUESTIONS[len(WHO) :]:
            self._ask(question)
        if self.answers.consent == "thumbprint":
            self._ask("witness")

    def check_over(self) -> None:
        """Show at a terminal what will be written down, and ask.

        Raises:
            Conflict: it is not right; nobody was enrolled.
        """
        if not sys.stdin.isatty() or self.context.json or self.context.settings.yes:
            return
        for line in self._summary():
            _tell(line)
        if not self.context.agreed("help-enroll.is-right"):
            raise Conflict("people.not-enrolled-wrong")

    def _summary(self) -> list[str]:
        """What was answered, a line each; what was left empty is not shown."""
        given, data, say = self.answers, self.answers.data(), self.context.say
        with self.context.session.ledger.read() as tx:
            city = city_name(tx, given.city, self.context.language)
        born = data.birth
        facts = {
            "name": ", ".join(one.text for one in data.names), "father": ", ".join(given.fathers),
            "birth": "" if born is None else born.date,
            "sex": say(f"help-enroll.sum-sex-{given.sex}") if given.sex else "",
            "document": ", ".join(one.number for one in data.documents),
            "phone": ", ".join(data.phones), "city": city,
            "language": say(f"voucher.language-{given.language}") if given.language else "",
            "household-size": "" if self.home else str(given.household_size),
            "consent": given.consent,
        }
        return [f"{say(f'help-enroll.sum-{name}')}: {told}" for name, told in facts.items() if told]

    def enrol(self) -> tuple[str, str, bool]:
        """Enrol the person; their number, their household's, and whether they were known."""
        person = self.answers.person(
            consent_version=self.version, household=self.home.number if self.home else "",
            source=self.source,
        )
        result = persons.enrol(self.context.session_again(), [person])
        if not result.known:
            queue_alike(self.context.session, result.numbers[0], self.alike)
        with self.context.session.ledger.read() as tx:
            home = persons.household(tx, result.numbers[0]).number
        return result.numbers[0], home, bool(result.known)

    def _ask(self, question: str) -> None:
        if question in self.answers.answered or self._goes_without_saying(question):
            return
        words = self.context.say(f"help-enroll.ask-{question}")
        while True:
            text = self.context.ask(words, default=self._usual(question))
            if question == "city" and text == self.city:
                text = self.habits.city  # two cities may share a name; this one was meant
            try:
                self.answers.answer(question, text)
            except (UsageError, NotFound) as error:
                if not sys.stdin.isatty():
                    raise
                _tell(self.context.say(error.code, **error.facts))
                continue
            return

    def _goes_without_saying(self, question: str) -> bool:
        if question == "household-size" and self.home:
            return True
        if sys.stdin.isatty() or question in REQUIRED:
            return False
        if question == "witness":
            self.answers.answer(question, self._usual(question))
        return True

    def _usual(self, question: str) -> str:
        usual = {
            "city": self.city, "language": self._usual_language(), "household-size": "1",
            "witness": self.context.session.operator.name,
        }
        return usual.get(question, "")

    def _usual_language(self) -> str:
        """That of the last person, or the programme's, unless the name's script shows another."""
        return language_for(
            UNSAID, hint_of(self.answers.data().names), self.habits.language or self.language
        )

    def _city_name(self, tx: Any, habits: Habits) -> str:
        return city_name(tx, habits.city, self.context.language) if habits.city else ""

    def _shown_alike(self) -> list[Candidate]:
        """Who might be the same person; asks whether to go on if somebody likely is."""
        aside = Aside(household=self.home.number if self.home else "", sex=self.answers.sex)
        found = find_duplicates(self.context.session, self.answers.data(), aside, limit=SHOWN_MAX)
        for one in found:
            _tell(candidate_words(self.context, one))
        likely = [one for one in found if one.match.strength in BLOCKING]
        if likely and sys.stdin.isatty() and not self.context.agreed("help-enroll.all-the-same"):
            raise Conflict("people.not-enrolled", number=likely[0].number)
        return found


def _tell(words: str) -> None:
    """Words to whoever fills in the form."""
    show.put(f"{INDENT}{words}", err=True)
