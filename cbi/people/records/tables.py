"""The people's tables in the ledger's database: sealed records, and what reports need in the clear.

No name, document or phone stands here readable, and no hash of one: those are in the vault. Free
text that a person types (reasons, notes) is sealed with the record, because it may tell a name.
"""

from sqlalchemy import Index
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class HouseholdRow(SQLModel, table=True):
    """People who live together: one head at most, by the shape of the row."""

    __tablename__ = "household"
    __table_args__ = (
        rule("household_size", "size BETWEEN 1 AND 99"),
        changes("head", "size", "point"),
    )
    number: str = text_field(key=True)
    head: str | None = text_field(null=True)
    size: int = whole_field()
    point: str | None = text_field(null=True)
    made_at: int = whole_field()


class HouseholdAid(SQLModel, table=True):
    """That a household has had a round's aid of a category: once, by primary key.

    `beneficiary` holds the vouchers, `people` is for how many of its size it was; `split_from` is
    the household that had it, for one that was split from it afterwards.
    """

    __tablename__ = "household_aid"
    __table_args__ = (
        rule("household_aid_amount", "amount_minor > 0"),
        rule("household_aid_people", "people BETWEEN 0 AND 99"),
        GROWS,
    )
    round: str = text_field(key=True)
    household: str = text_field(key=True)
    category: str = text_field(key=True)
    beneficiary: str = text_field()
    batch: bytes = bytes_field()
    amount_minor: int = whole_field()
    people: int = whole_field()
    split_from: str | None = text_field(null=True)


class AidCounted(SQLModel, table=True):
    """That a person was counted in a household's aid of a round and category: once, by primary key,
    wherever they live afterwards."""

    __tablename__ = "aid_counted"
    __table_args__ = (GROWS,)
    round: str = text_field(key=True)
    category: str = text_field(key=True)
    person: str = text_field(key=True)
    household: str = text_field()


class PersonRow(SQLModel, table=True):
    """A person under a beneficiary number; `version` says which sealed record holds today.

    `language` is empty until it is said; `name_script` then hints at it.
    """

    __tablename__ = "person"
    __table_args__ = (
        rule("person_sex", "sex IN ('f', 'm', '')"),
        rule("person_script", "name_script IN ('Arab', 'Cyrl', '')"),
        rule("person_birth_year", "birth_year BETWEEN 1850 AND 2200"),
        rule("person_status", "status IN ('active', 'suspended', 'left', 'dead')"),
        rule("person_consent", "consent IN (0, 1)"),
        rule("person_current", "version >= 1"),
        rule("person_approval", "(approved_by IS NULL) = (approved_at IS NULL)"),
        rule("person_merged", "merged_into <> number"),
        Index("person_household", "household"),
        Index("person_list", "list_hash"),
        changes(
            "city",
            "household",
            "sex",
            "birth_year",
            "language",
            "name_script",
            "status",
            "consent",
            "version",
            "approved_by",
            "approved_at",
            "merged_into",
            "erased_at",
        ),
    )
    number: str = text_field(key=True)
    city: str = text_field()
    household: str = text_field()
    sex: str = text_field()
    birth_year: int | None = whole_field(null=True)
    language: str = text_field()
    name_script: str = text_field()
    status: str = text_field()
    consent: int = whole_field()
    version: int = whole_field()
    list_hash: str = text_field()
    enrolled_by: str = text_field()
    enrolled_at: int = whole_field()
    approved_by: str | None = text_field(null=True)
    approved_at: int | None = whole_field(null=True)
    merged_into: str | None = text_field(null=True)
    erased_at: int | None = whole_field(null=True)


class PersonVersion(SQLModel, table=True):
    """A sealed record; a correction adds the next one, and the one before stays."""

    __tablename__ = "person_version"
    __table_args__ = (rule("person_version_counts", "version >= 1"), GROWS)
    person: str = text_field(key=True)
    version: int = whole_field(key=True)
    sealed: bytes = bytes_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class PersonChange(SQLModel, table=True):
    """What changed in the clear beside a record; the reason is sealed under the person's key."""

    __tablename__ = "person_change"
    __table_args__ = (
        rule(
            "person_change_kind",
            "kind IN ('status', 'city', 'household', 'head', 'size', 'sex', 'birth-year',"
            " 'language', 'refused')",
        ),
        Index("person_change_person", "person"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    person: str = text_field()
    kind: str = text_field()
    was: str = text_field()
    became: str = text_field()
    date: str = text_field()
    reason_sealed: bytes | None = bytes_field(null=True)
    changed_by: str = text_field()
    changed_at: int = whole_field()


class HeldChange(SQLModel, table=True):
    """A change of who an approved person is, or of what a rule counts, and what a second person
    said of it. `sealed` is the record to be, `home` the household whose size it is."""

    __tablename__ = "held_change"
    __table_args__ = (
        rule("held_change_kind", "kind IN ('record', 'sex', 'size', 'flags')"),
        rule("held_change_record", "(kind = 'record') = (sealed IS NOT NULL)"),
        rule("held_change_version", "(kind = 'record') = (version IS NOT NULL)"),
        rule("held_change_home", "(kind = 'size') = (home <> '')"),
        rule("held_change_outcome", "outcome IN ('approved', 'refused', 'replaced')"),
        rule("held_change_decided", "(outcome IS NULL) = (decided_by IS NULL)"),
        rule("held_change_decided_at", "(outcome IS NULL) = (decided_at IS NULL)"),
        Index("held_change_person", "person"),
        changes("outcome", "decided_by", "decided_at"),
    )
    id: bytes = bytes_field(key=True)
    person: str = text_field()
    home: str = text_field()
    kind: str = text_field()
    was: str = text_field()
    became: str = text_field()
    version: int | None = whole_field(null=True)
    sealed: bytes | None = bytes_field(null=True)
    date: str = text_field()
    reason_sealed: bytes = bytes_field()
    asked_by: str = text_field()
    asked_at: int = whole_field()
    decided_by: str | None = text_field(null=True)
    decided_at: int | None = whole_field(null=True)
    outcome: str | None = text_field(null=True)


class ConsentRow(SQLModel, table=True):
    """Consent given or withdrawn; the last one holds."""

    __tablename__ = "consent"
    __table_args__ = (
        rule("consent_kind", "kind IN ('given', 'withdrawn')"),
        rule("consent_way", "way IN ('signature', 'thumbprint', 'spoken')"),
        rule("consent_counts", "seq >= 1"),
        GROWS,
    )
    person: str = text_field(key=True)
    seq: int = whole_field(key=True)
    kind: str = text_field()
    version: str = text_field()
    language: str = text_field()
    way: str = text_field()
    date: str = text_field()
    witness: str = text_field()
    taken_by: str = text_field()
    taken_at: int = whole_field()


class Proxy(SQLModel, table=True):
    """Who collects for a household; who that is stands sealed under the head's key."""

    __tablename__ = "proxy"
    __table_args__ = (
        rule("proxy_ended", "(ended_by IS NULL) = (ended_at IS NULL)"),
        Index("proxy_household", "household"),
        changes("ended_by", "ended_at"),
    )
    id: bytes = bytes_field(key=True)
    household: str = text_field()
    head: str = text_field()
    sealed: bytes = bytes_field()
    named_by: str = text_field()
    named_at: int = whole_field()
    ended_by: str | None = text_field(null=True)
    ended_at: int | None = whole_field(null=True)


class Erasure(SQLModel, table=True):
    """Whose personal data was destroyed: what a restored backup must destroy again."""

    __tablename__ = "erasure"
    __table_args__ = (GROWS,)
    person: str = text_field(key=True)
    reason: str = text_field()
    erased_by: str = text_field()
    erased_at: int = whole_field()


class Retention(SQLModel, table=True):
    """The last day on which a programme's personal data may be kept."""

    __tablename__ = "retention"
    __table_args__ = (changes("delete_after", "set_by", "set_at"),)
    programme: str = text_field(key=True)
    delete_after: str = text_field()
    set_by: str = text_field()
    set_at: int = whole_field()


class VerificationSample(SQLModel, table=True):
    """People drawn to be visited: `frame_hash` names the list they were drawn from."""

    __tablename__ = "verification_sample"
    __table_args__ = (
        rule("verification_sample_share", "share_percent BETWEEN 5 AND 15"),
        rule("verification_sample_frame", "frame IN ('enrolled', 'eligible')"),
        GROWS,
    )
    number: str = text_field(key=True)
    frame: str = text_field()
    city: str | None = text_field(null=True)
    seed: str = text_field()
    share_percent: int = whole_field()
    frame_count: int = whole_field()
    frame_hash: bytes = bytes_field()
    drawn_by: str = text_field()
    drawn_at: int = whole_field()


class VerificationMember(SQLModel, table=True):
    """A person of a sample, in the order drawn."""

    __tablename__ = "verification_member"
    __table_args__ = (GROWS,)
    sample: str = text_field(key=True)
    place: int = whole_field(key=True)
    person: str = text_field()


class VerificationResult(SQLModel, table=True):
    """What a visit found; the last result of a person in a sample counts."""

    __tablename__ = "verification_result"
    __table_args__ = (
        rule("verification_result_word", "result IN ('seen', 'differs', 'refused', 'not-found')"),
        Index("verification_result_sample", "sample"),
        GROWS,
    )
    id: bytes = bytes_field(key=True)
    sample: str = text_field()
    person: str = text_field()
    result: str = text_field()
    date: str = text_field()
    note_sealed: bytes | None = bytes_field(null=True)
    checked_by: str = text_field()
    checked_at: int = whole_field()


class PeopleTurn(SQLModel, table=True):
    """The turn of who enrols: one row that an enrolment holds until it is done."""

    __tablename__ = "people_turn"
    __table_args__ = (rule("one_people_turn", "number = 1"), changes("turn"))
    number: int = whole_field(key=True)
    turn: int = whole_field()


class PersonFlag(SQLModel, table=True):
    """A vulnerability that a round's rules may look at; a word from the programme's own list."""

    __tablename__ = "person_flag"
    __table_args__ = (changes(delete=True),)
    person: str = text_field(key=True)
    flag: str = text_field(key=True)
    set_by: str = text_field()
    set_at: int = whole_field()


class Reconfirmation(SQLModel, table=True):
    """That somebody was asked after a round whether they are still there, and what they said."""

    __tablename__ = "reconfirmation"
    __table_args__ = (
        rule("reconfirmation_answer", "answer IN ('here', 'gone')"),
        rule("reconfirmation_on", "(answer IS NULL) = (answered_on IS NULL)"),
        rule("reconfirmation_by", "(answer IS NULL) = (answered_by IS NULL)"),
        changes("answer", "answered_on", "answered_by"),
    )
    round: str = text_field(key=True)
    person: str = text_field(key=True)
    asked_at: int = whole_field()
    answer: str | None = text_field(null=True)
    answered_on: str | None = text_field(null=True)
    answered_by: str | None = text_field(null=True)


for _grows in (
    HouseholdAid,
    AidCounted,
    PersonVersion,
    PersonChange,
    ConsentRow,
    Erasure,
    VerificationSample,
    VerificationMember,
    VerificationResult,
):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

for _people in (
    HouseholdRow, PersonRow, PersonVersion, PersonChange, ConsentRow, Proxy, VerificationSample,
    VerificationMember, VerificationResult, PeopleTurn, PersonFlag, Reconfirmation,
):
    written_by(_people, field=ALL)
for _manager_only in (Erasure, Retention):
    written_by(_manager_only)
