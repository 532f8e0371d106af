"""What is known of a person, as values: what is sealed, and what reports need in the clear.

Names are kept as written, one for each script; a birth date keeps its original text and calendar
beside what it means. Everything in `PersonalData` is sealed under the person's own key, and prints
as `***`, so that no log, error or traceback tells it.
"""

from dataclasses import dataclass, field


class Discreet:
    """A value that does not tell itself when it is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"


@dataclass(frozen=True, slots=True, repr=False)
class WrittenName(Discreet):
    """A name as written in one script (ISO 15924: `Latn`, `Cyrl`, `Arab`, `Zyyy`).

    `text` is the whole name as the person gives it; `father` the father's name, empty if not known.
    """

    text: str
    father: str = ""
    script: str = "Latn"


@dataclass(frozen=True, slots=True, repr=False)
class BirthDate(Discreet):
    """When somebody was born, and how well that is known.

    `text` is as it was given, `calendar` `gregorian` or `solar-hijri`, `precision` `day`, `month`,
    `year` or `estimated`; `date` is Gregorian and as long as it is known: `1990`, `1990-05`,
    `1990-05-12`.
    """

    text: str
    date: str
    precision: str = "day"
    calendar: str = "gregorian"

    @property
    def year(self) -> int:
        """The Gregorian year."""
        return int(self.date[:4])


@dataclass(frozen=True, slots=True, repr=False)
class Document(Discreet):
    """An identity document: its kind, and its number in the form that is compared."""

    kind: str
    number: str
    as_written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonalData(Discreet):
    """What is sealed. Phones are E.164."""

    names: tuple[WrittenName, ...]
    birth: BirthDate | None = None
    documents: tuple[Document, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    notes: str = ""


CONSENT_WAYS = ("signature", "thumbprint", "spoken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """That a person agreed: to which text (`version`), in which language, how, and on which day.

    `witness` names the operator who saw a thumbprint.
    """

    version: str
    language: str
    way: str
    date: str
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to enrol.

    `sex` is `f`, `m` or empty; `language` of the voucher's text, empty if it was not said.
    `household_ref` is a stable label
    of the household (`kobo:1234`, a row's household number with its list's name): the same label
    means the same household, in this call and in later ones; empty makes a household of one's own.
    `source_ref` names the row or submission, so that enrolling it again enrols nobody;
    `other_refs` name it in other ways: by what the row says, for a list that comes without ids, and
    by the number that its server gave it, for an edited one.
    """

    data: PersonalData
    city: str
    sex: str = ""
    language: str = ""
    household_ref: str = field(default="", repr=False)
    household_size: int = 1
    head: bool = True
    consent: Consent | None = None
    source_ref: str = field(default="", repr=False)
    other_refs: tuple[str, ...] = field(default=(), repr=False)
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    """Other columns of the list that were kept, by heading: sealed with the rest."""
