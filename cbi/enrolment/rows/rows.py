"""From what a list tells of one person to a person who can be enrolled, or to problems.

Every field is read by its own rule; a problem names sheet, row and column and stops nothing: the
whole row is read, so that its owner sees everything that is wrong with it at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from cbi.base.errors import NotFound, UsageError
from cbi.enrolment.headings.composing import is_about
from cbi.enrolment.headings.meaning import NAME_FIELDS
from cbi.enrolment.headings.phrases import SIZE_OTHERS
from cbi.enrolment.layout.homes import says_head
from cbi.enrolment.layout.shapes import Draft, Told
from cbi.enrolment.rows.identifiers import documents_of, phones_of
from cbi.enrolment.rows.naming import (
    age_beside,
    asks_birth,
    birth_beside,
    is_test,
    names_made,
    pieces_of,
    remark_beside,
    script_written,
)
from cbi.enrolment.rows.reading import Context, DraftCells
from cbi.enrolment.values.births import DateOrder, is_age, read_age, read_birth, read_day
from cbi.enrolment.values.cells import (
    NATIONAL_NUMBER,
    YES_OR_NO,
    identifier_of,
    meant,
    read_consent_way,
    read_language,
    read_sex,
    read_yes,
    text_of,
    told,
)
from cbi.enrolment.values.cities import city_named, city_of_address, names_a_city
from cbi.enrolment.values.counts import read_count, read_part
from cbi.enrolment.values.vocabulary import folded, squashed, words
from cbi.files import Problem, column_letter
from cbi.people.names.scripts import OTHER
from cbi.people.records.checking import HOUSEHOLD_SIZE_MAX
from cbi.people.records.numbers import read_number
from cbi.people.records.record import (
    BirthDate,
    Consent,
    NewPerson,
    PersonalData,
    WrittenName,
)

VERSION_UNSTATED = "unstated"
_AGE_DIFFERS = 2
"""By how many years an age may be older than the list without a word."""


@dataclass(frozen=True, slots=True)
class Read:
    """One draft read: a person (if nothing is wrong), the household's label as told, whether it
    says that this is the head, an identity by content, and the number of who it is where told."""

    person: NewPerson | None
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...] = ()
    household: str = ""
    head: bool | None = None
    identity: str = ""
    number: str = ""


def read_draft(draft: Draft, context: Context) -> Read:
    """Read one person."""
    return _Reader(draft, context).read()


class _Reader(DraftCells):
    def __init__(self, draft: Draft, context: Context) -> None:
        super().__init__(draft, context)
        self.day: str | None = None
        self.number = ""
        self.born: Told | None = None
        self.age_beside = ""

    def read(self) -> Read:
        facts: dict[str, str] = {}
        kept: dict[str, str] = {}
        self.number = self.one("beneficiary", lambda one: read_number(text_of(one.cell))) or ""
        names = self.names(facts)
        data = PersonalData(
            names=names, birth=self.birth(), documents=documents_of(self, kept),
            phones=phones_of(self),
            address=self.text("address"), notes=self.text("notes"),
        )
        sex = self.one("sex", lambda one: read_sex(one.cell)) or self.ticked()
        language = self.one("language", lambda one: read_language(one.cell)) or ""
        household = self.one("household", lambda one: squashed(identifier_of(one.cell))) or ""
        size = self.size()
        city = self.city()
        consent = self.consent(language)
        head = self.head(facts)
        self.verdict()
        self.facts(facts)
        facts |= kept
        self.agree(data, sex)
        if self.problems:
            return Read(None, tuple(self.problems), tuple(self.notices))
        person = NewPerson(
            data=data, city=city, sex=sex, language=language, household_size=size or 1,
            head=head is not False, consent=consent, facts=facts,
        )
        identity = _identity(person, household)
        return Read(person, (), tuple(self.notices), household, head, identity, self.number)

    def names(self, facts: dict[str, str]) -> tuple[WrittenName, ...]:
        """Names as written, one for each script; a second name in a script is kept beside it."""
        parts: dict[str, dict[str, str]] = {}
        others: list[WrittenName] = []
        for one in self.draft.told:
            if one.meaning.field not in NAME_FIELDS:
                continue
            for piece in self.tried(self.name_alone(one, facts), pieces_of) or ():
                script = script_written(piece)
                if script == OTHER and one.meaning.script:
                    script = one.meaning.script
                kept = parts.setdefault(script, {}).setdefault(one.meaning.field, piece)
                if kept != piece and one.meaning.field == "name":
                    others.append(WrittenName(piece, "", script))
        made, fathers = names_made(parts)
        for place, father in enumerate(fathers):
            if place < len(made) and not made[place].father:
                made[place] = WrittenName(made[place].text, father, made[place].script)
            else:
                facts["father"] = father
        if not (made or self.number or self.problems):
            self.wrong(UsageError("enrolment.name-missing"), None)
        if any(is_test(one.text) for one in made):
            self.wrong(UsageError("enrolment.name-test", text=made[0].text), None)
        cells = [one for one in self.draft.told if one.row]
        if made and len(cells) == 1 and names_a_city(cells[0].cell, self.context.cities):
            self.wrong(UsageError("enrolment.city-alone", text=made[0].text), cells[0])
        elif made and self.draft.alone:
            self.wrong(UsageError("enrolment.name-alone", text=made[0].text), None)
        return (*made, *dict.fromkeys(others))

    def name_alone(self, one: Told, facts: dict[str, str]) -> Told:
        """A name's cell without the birth or age that stands beside it, which is kept for later,
        and without a remark, which is kept with the person's data and told."""
        if one.meaning.member:
            name, self.age_beside = age_beside(one.cell)
            one = one._replace(cell=name)
        name, remark = remark_beside(one.cell)
        if remark:
            facts["name-remark"] = remark
            self.notices.append(Problem(
                "enrolment.name-remark", one.sheet, one.row, column_letter(one.column),
                {"text": remark},
            ))
            one = one._replace(cell=name)
        return self.without_birth(one)

    def without_birth(self, one: Told) -> Told:
        """A name's cell without the birth that stands beside it."""
        heading = self.context.headings.get((one.sheet, one.column), "")
        name, born = birth_beside(one.cell, asked=asks_birth(heading))
        if not born:
            return one
        self.born = one._replace(cell=born)
        return one._replace(cell=name)

    def ticked(self) -> str:
        """The sex whose column is ticked, where each has one."""
        said = {
            sex for name, sex in (("female", "f"), ("male", "m"))
            if self.one(name, lambda one: read_yes(one.cell))
        }
        if len(said) > 1:
            self.wrong(UsageError("enrolment.sex-twice"), self.draft.first("female"))
        return said.pop() if len(said) == 1 else ""

    def size(self) -> int | None:
        """How many the household is, or its parts are together, or the others and the row's own."""
        whole = self.one("household-size", lambda one: read_count(one.cell, HOUSEHOLD_SIZE_MAX))
        if whole is not None or self.draft.first("household-size") is not None:
            return whole
        others = self.one(
            SIZE_OTHERS, lambda one: 1 + read_part(one.cell, HOUSEHOLD_SIZE_MAX - 1)
        )
        if others is not None:
            return others
        parts = [
            self.tried(one, lambda one: read_part(one.cell, HOUSEHOLD_SIZE_MAX)) or 0
            for one in self.draft.all("size-part")
        ]
        return sum(parts) or None

    def birth(self) -> BirthDate | None:
        found = self.draft.first("birth") or self.born
        if found is not None:
            order = self.context.orders.get((found.sheet, found.column), DateOrder())
            birth = self.tried(found, lambda one: self._birth_or_age(one, order))
            if birth is not None or self.problems:
                self._compared_with_age(birth)
                return birth
        in_parts_told = self.draft.first("birth-year")
        if in_parts_told is not None:
            return self.tried(in_parts_told, self._birth_of_parts)
        on = date.fromisoformat(self.submitted())
        if self.age_beside and self.draft.first("age") is None:
            return read_age(self.age_beside, on)
        return self.one("age", lambda one: read_age(one.cell, on)) or self.one(
            "age-months", lambda one: read_age(one.cell, on, in_months=True)
        )

    def _compared_with_age(self, birth: BirthDate | None) -> None:
        """Say so where the age beside a birth is that of somebody else born years away."""
        found = self.draft.first("age")
        if birth is None or found is None:
            return
        year = int(self.submitted()[:4])
        if isinstance(found.cell, str) and found.cell.isdecimal():
            year -= int(found.cell)  # nearly every cell
        else:
            try:
                told_by = read_age(found.cell, date.fromisoformat(self.submitted()))
            except UsageError:
                return
            year = told_by.year if told_by else birth.year
        if abs(year - birth.year) > _AGE_DIFFERS:
            self.notices.append(Problem(
                "enrolment.age-differs", found.sheet, found.row or self.draft.row,
                column_letter(found.column),
                {"age": text_of(found.cell), "birth": birth.date},
            ))

    def _birth_or_age(self, one: Told, order: DateOrder) -> BirthDate | None:
        """A birth as the cell tells it; an age in its place where it says so (`48 years`), or the
        heading asks for either."""
        try:
            return read_birth(one.cell, order, self.context.today)
        except UsageError as error:
            heading = self.context.headings.get((one.sheet, one.column), "")
            either = is_about(folded(heading).split(), "age")
            if error.code != "files.cell-date" or not (either or is_age(one.cell)):
                raise
            try:
                return read_age(one.cell, date.fromisoformat(self.submitted()))
            except UsageError:
                raise error from None

    def _birth_of_parts(self, year: Told) -> BirthDate | None:
        parts = [
            text_of(one.cell) for name in ("birth-day", "birth-month")
            if (one := self.draft.first(name)) is not None
        ]
        sign = "." if all(map(str.isdecimal, parts)) else " "
        return read_birth(
            sign.join([*parts, text_of(year.cell)]), DateOrder(), self.context.today
        )

    def submitted(self) -> str:
        """The day on which the row was told: the submission's, else today."""
        found = self.draft.first("submitted")
        if found is None:
            return self.context.today.isoformat()
        if self.day is None:
            order = self.context.orders.get((found.sheet, found.column), DateOrder())
            self.day = self.tried(found, lambda one: read_day(one.cell, order, self.context.today))
        return self.day or self.context.today.isoformat()

    def city(self) -> str:
        found = self.draft.first("city")
        text = self.tried(found, lambda one: told(one.cell)) if found else ""
        cities, on = self.context.cities, self.submitted()
        if text and found:
            return self.tried(found, lambda _: city_named(text, cities, on)) or ""
        addressed = self.draft.first("address") if found is None else None
        city = city_of_address(str(addressed.cell), cities, on) if addressed else ""
        if city and addressed:
            self.notices.append(Problem(
                "enrolment.city-of-address", addressed.sheet, addressed.row,
                column_letter(addressed.column), {"city": city},
            ))
        elif not self.number:
            self.wrong(UsageError("enrolment.city-missing"), found)
        return city

    def consent(self, language: str) -> Consent | None:
        today = self.context.today
        way = self.one("consent", lambda one: read_consent_way(one.cell))
        signed = self.draft.first("consent-date")
        if signed is not None and self.draft.first("consent") is None:
            if not told(signed.cell) or meant(str(signed.cell), YES_OR_NO) == "no":
                return None  # `refused`, where others have the day
            way = "spoken"  # the day alone claims the least
        if not way:
            return None
        day = self.one("consent-date", lambda one: read_day(
            one.cell, self.context.orders.get((one.sheet, one.column), DateOrder()), today
        ))
        witness = self.one("consent-witness", self.known_operator)
        version = self.text("consent-text")[:40] or VERSION_UNSTATED
        return Consent(
            version=version, language=language, way=way, date=day or self.submitted(),
            witness=witness or "",
        )

    def known_operator(self, one: Told) -> str:
        name = told(one.cell)
        if name and name not in self.context.operators:
            raise NotFound("enrolment.witness-unknown", text=name)
        return name

    def head(self, facts: dict[str, str]) -> bool | None:
        """Whether the list says that this person heads the household; None if it does not say."""
        said = self.one("head", lambda one: says_head("head", one.cell))
        relation = self.draft.first("relation")
        if relation is not None:
            text = self.tried(relation, lambda one: told(one.cell)) or ""
            if text:
                facts["relation"] = text
            if said is None:
                said = says_head("relation", text)
        return said

    def verdict(self) -> None:
        """A survey tool's reviewer may have said no."""
        found = self.draft.first("verdict")
        if found is not None and squashed(text_of(found.cell)) in words("not-approved"):
            self.wrong(UsageError("enrolment.not-approved", text=text_of(found.cell)), found)

    def facts(self, facts: dict[str, str]) -> None:
        grandfather = self.text("grandfather")
        if grandfather:
            facts["grandfather"] = grandfather
        for one in self.draft.all("fact"):
            text = self.tried(one, lambda one: told(one.cell))
            if text:
                heading = self.context.headings.get((one.sheet, one.column), one.meaning.text)
                facts[heading] = text

    def agree(self, data: PersonalData, sex: str) -> None:
        """A national number may tell sex and birth date; that they differ is worth a look alone."""
        national = self.context.country.national_number
        for document in data.documents:
            if document.kind != national.kind:
                continue
            if len(document.as_written) < len(document.number):
                self.notice("enrolment.national-zeros")
            if sex and national.sex(document.number) not in ("", sex):
                self.notice("enrolment.national-other-sex")
            birth = data.birth.date if data.birth else ""
            if len(birth) == 10 and national.tells_another_birth(document.number, birth):
                self.notice("enrolment.national-other-birth")

    def notice(self, code: str) -> None:
        found = self.draft.first(NATIONAL_NUMBER) or self.draft.first("document")
        column = column_letter(found.column) if found else None
        name = {"name": self.context.country.national_number.rule.name}
        self.notices.append(Problem(code, self.draft.sheet, self.draft.row, column, name))


def _identity(person: NewPerson, household: str) -> str:
    """What tells this row from others by its content, whatever list it stands in."""
    data = person.data
    content = "\x1f".join([
        *(f"{one.script} {one.text} / {one.father}".casefold() for one in data.names),
        _birth_told(data.birth),
        *sorted(f"{one.kind} {one.number}" for one in data.documents), *sorted(data.phones),
        person.sex, person.city, household,
    ])
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _birth_told(birth: BirthDate | None) -> str:
    """A birth as it stays the same whenever the list comes: an age is told as it was written."""
    if birth is None:
        return ""
    return birth.text.partition(" (")[0] if birth.precision == "estimated" else birth.date
