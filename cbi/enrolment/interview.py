"""An interview, face to face: answers as people give them, each read at once by its own rule. Pure.

The same answers come from a form at the terminal or from options. What an answer means is decided
where lists are read, so that a name, date or phone means the same however it arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cbi.base.errors import NotFound, UsageError
from cbi.enrolment.values.births import DateOrder, read_age, read_birth
from cbi.enrolment.values.cells import (
    read_consent_way,
    read_language,
    read_phones,
    read_sex,
    text_of,
    told,
)
from cbi.enrolment.values.counts import read_count
from cbi.enrolment.values.documents import read_document
from cbi.enrolment.values.vocabulary import plain_digits
from cbi.messages.catalogue import LANGUAGES
from cbi.people.names.scripts import OTHER, script_of
from cbi.people.records.checking import HOUSEHOLD_SIZE_MAX
from cbi.people.records.record import (
    BirthDate,
    Consent,
    Discreet,
    Document,
    NewPerson,
    PersonalData,
    WrittenName,
)
from cbi.places import CityReader, CountryProfile

AGE_LENGTH_MAX = 3


@dataclass(slots=True, repr=False)
class Interview(Discreet):
    """What was answered so far. `today` is the day of the interview."""

    cities: CityReader
    today: date
    country: CountryProfile
    names: list[str] = field(default_factory=list)
    fathers: list[str] = field(default_factory=list)
    birth: BirthDate | None = None
    sex: str = ""
    documents: list[Document] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    address: str = ""
    notes: str = ""
    city: str = ""
    language: str = ""
    household_size: int = 1
    consent: str = ""
    witness: str = ""
    answered: set[str] = field(default_factory=set)

    def answer(self, question: str, text: str) -> None:
        """Take an answer in; what it says beside is kept as it was.

        Raises:
            UsageError: it cannot be read.
            NotFound: no city has that name.
        """
        getattr(self, f"_take_{question.replace('-', '_')}")(text)
        self.answered.add(question)

    def data(self) -> PersonalData:
        """Personal data as answered."""
        return PersonalData(
            names=written(self.names, self.fathers), birth=self.birth,
            documents=tuple(dict.fromkeys(self.documents)),
            phones=tuple(dict.fromkeys(self.phones)), address=self.address, notes=self.notes,
        )

    def person(self, *, consent_version: str, household: str = "", source: str = "") -> NewPerson:
        """The person to enrol; `household` the number of one that is there already."""
        consent = Consent(
            version=consent_version, language=self.language, way=self.consent,
            date=self.today.isoformat(),
            witness=self.witness if self.consent == "thumbprint" else "",
        )
        return NewPerson(
            data=self.data(), city=self.city, sex=self.sex, language=self.language,
            household_size=self.household_size, head=not household,
            household_ref=f"number:{household}" if household else "",
            consent=consent if self.consent else None, source_ref=source,
        )

    def _take_name(self, text: str) -> None:
        name = text_of(text)
        if not any(map(str.isalpha, name)):
            raise UsageError("people.name-missing")
        self.names.append(name)

    def _take_other_name(self, text: str) -> None:
        if told(text):
            self._take_name(text)

    def _take_father(self, text: str) -> None:
        if not told(text):
            return
        if any(map(str.isdigit, text)):
            raise UsageError("people.father-digits", text=text_of(text))
        self.fathers.append(text_of(text))

    def _take_birth(self, text: str) -> None:
        plain = plain_digits(told(text))
        if plain.isdigit() and len(plain) <= AGE_LENGTH_MAX:
            self.birth = read_age(text, self.today)
        else:
            self.birth = read_birth(text, DateOrder(), self.today)

    def _take_sex(self, text: str) -> None:
        self.sex = read_sex(text)

    def _take_document(self, text: str) -> None:
        """`passport P1234567`, or the number alone, whose kind shows."""
        document = read_document(text, "document", self.country)
        if document:
            self.documents.append(document)

    def _take_phone(self, text: str) -> None:
        self.phones += read_phones(text, self.country.phone_region)

    def _take_address(self, text: str) -> None:
        self.address = told(text)

    def _take_notes(self, text: str) -> None:
        self.notes = told(text)

    def _take_city(self, text: str) -> None:
        found = self.cities.find(text, self.today.isoformat())
        if found.code is None:
            near = ", ".join(found.between or found.suggested)
            code = "city-near" if near else "city-unknown"
            raise NotFound(f"people.{code}", city=text.strip(), near=near)
        self.city = found.code

    def _take_language(self, text: str) -> None:
        self.language = text.strip() if text.strip() in LANGUAGES else read_language(text)
        if not self.language:
            raise UsageError("people.language-unknown", text=text, known=", ".join(LANGUAGES))

    def _take_household_size(self, text: str) -> None:
        self.household_size = read_count(text, HOUSEHOLD_SIZE_MAX) or 1

    def _take_consent(self, text: str) -> None:
        way = read_consent_way(text)
        if way is None:
            raise UsageError("people.consent-unanswered")
        self.consent = way

    def _take_witness(self, text: str) -> None:
        self.witness = told(text)


def written(names: Sequence[str], fathers: Sequence[str]) -> tuple[WrittenName, ...]:
    """Names by script, each once, the father's name beside the name of its script, else the first.
    """
    made: dict[str, WrittenName] = {}
    for name in names:
        script = script_of(name)
        key = script if script != OTHER and script not in made else name
        made[key] = WrittenName(name, "", script)
    for father in fathers:
        fits = [key for key, name in made.items() if name.script == script_of(father)]
        for key in [*fits, *made][:1]:
            made[key] = replace(made[key], father=father)
    return tuple(made.values())


def corrected(data: PersonalData, interview: Interview) -> PersonalData:
    """Data with what an interview answered put in its place.

    A name or father's name replaces the one in its script; documents and phones replace all that
    there were.
    """
    new, said = interview.data(), interview.answered
    return PersonalData(
        names=_corrected_names(data, interview),
        birth=new.birth if "birth" in said else data.birth,
        documents=new.documents if "document" in said else data.documents,
        phones=new.phones if "phone" in said else data.phones,
        address=new.address if "address" in said else data.address,
        notes=new.notes if "notes" in said else data.notes,
    )


def _corrected_names(data: PersonalData, interview: Interview) -> tuple[WrittenName, ...]:
    names = list(data.names)
    for text in interview.names:
        place = _place_of(names, script_of(text))
        if place is None:
            names.append(WrittenName(text, "", script_of(text)))
        else:
            names[place] = replace(names[place], text=text)
    for father in interview.fathers:
        place = _place_of(names, script_of(father)) or 0
        names[place] = replace(names[place], father=father)
    return tuple(names)


def _place_of(names: Sequence[WrittenName], script: str) -> int | None:
    """Where the first name in a script stands."""
    return next((place for place, name in enumerate(names) if name.script == script), None)
