"""The operators' tables: who they are, what they may do, their logins, and the log.

An operator is never deleted: the log and the ledger name them. Roles and stores are rows that come
and go; every change of them is a line in the log.
"""

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from cbi.storage.appendonly import append_only
from cbi.storage.columns import GROWS, bytes_field, changes, rule, text_field, whole_field
from cbi.storage.duties import ALL, written_by


class OperatorRow(SQLModel, table=True):
    """A person who uses the system; the passphrase is kept as an argon2id hash.

    `tries` is a JSON array of the instants at which a passphrase was tried and was not right.
    """

    __tablename__ = "operator"
    __table_args__ = (
        rule("operator_name", "length(name) >= 2 AND length(name) <= 32 AND name = lower(name)"),
        rule("operator_passphrase", "passphrase_hash LIKE '$argon2id$%'"),
        rule("operator_must_change", "must_change IN (0, 1)"),
        changes("passphrase_hash", "must_change", "disabled_at", "tries", "rests_until"),
    )
    name: str = text_field(key=True)
    passphrase_hash: str = text_field()
    must_change: int = whole_field()
    disabled_at: int | None = whole_field(null=True)
    tries: str = text_field()
    rests_until: int | None = whole_field(null=True)
    made_by: str = text_field()
    made_at: int = whole_field()


class OperatorRole(SQLModel, table=True):
    """A role that an operator holds."""

    __tablename__ = "operator_role"
    __table_args__ = (
        rule(
            "operator_role_known",
            "role IN ('field', 'cashier', 'finance', 'controller', 'manager', 'auditor', 'admin',"
            " 'protection')",
        ),
        changes(delete=True),
    )
    operator: str = text_field(key=True)
    role: str = text_field(key=True)


class OperatorStore(SQLModel, table=True):
    """A store that a cashier is bound to."""

    __tablename__ = "operator_store"
    __table_args__ = (changes(delete=True),)
    operator: str = text_field(key=True)
    store: str = text_field(key=True)


class OperatorLogin(SQLModel, table=True):
    """A login: the hash of the token in the operator's own file, and when it ends."""

    __tablename__ = "operator_login"
    __table_args__ = (
        rule("operator_login_token", "length(token_hash) = 32"),
        rule("operator_login_ends", "started_at < ends_at"),
        changes("ended_at"),
    )
    token_hash: bytes = bytes_field(key=True)
    operator: str = text_field()
    started_at: int = whole_field()
    ends_at: int = whole_field()
    ended_at: int | None = whole_field(null=True)
    mac: bytes | None = bytes_field(null=True)


class OperatorPin(SQLModel, table=True):
    """The PIN with which a cashier signs in at a till in a browser, kept as an argon2id hash.

    `tries` is as an operator's; `misses` counts wrong ones since the last right one.
    """

    __tablename__ = "operator_pin"
    __table_args__ = (
        rule("operator_pin_hash", "pin_hash LIKE '$argon2id$%'"),
        rule("operator_pin_misses", "misses >= 0"),
        changes("pin_hash", "tries", "rests_until", "misses", "made_by", "made_at"),
    )
    operator: str = text_field(key=True)
    pin_hash: str = text_field()
    tries: str = text_field()
    rests_until: int | None = whole_field(null=True)
    misses: int = whole_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class OperatorSecond(SQLModel, table=True):
    """The second factor of who reads the books over the network, its secret sealed.

    `last_step` is the half minute whose code was used last; `tries` and `misses` are as a PIN's.
    """

    __tablename__ = "operator_second"
    __table_args__ = (
        rule("operator_second_sealed", "length(secret_sealed) >= 48"),
        rule("operator_second_misses", "misses >= 0 AND last_step >= 0"),
        changes("last_step", "tries", "rests_until", "misses", delete=True),
    )
    operator: str = text_field(key=True)
    secret_sealed: bytes = bytes_field()
    last_step: int = whole_field()
    tries: str = text_field()
    rests_until: int | None = whole_field(null=True)
    misses: int = whole_field()
    made_by: str = text_field()
    made_at: int = whole_field()


class OperatorRecovery(SQLModel, table=True):
    """A keyed hash of a recovery code on an operator's paper: good once."""

    __tablename__ = "operator_recovery"
    __table_args__ = (
        Index("operator_recovery_operator", "operator"),
        rule("operator_recovery_hash", "length(hash) = 32"),
        changes("used_at", delete=True),
    )
    hash: bytes = bytes_field(key=True)
    operator: str = text_field()
    used_at: int | None = whole_field(null=True)


class LogRow(SQLModel, table=True):
    """Who did what to which object, when, from where: one chained line each."""

    __tablename__ = "log"
    __table_args__ = (
        UniqueConstraint("hash", name="log_hash"),
        Index("log_object", "object"),
        Index("log_action", "action"),
        rule("log_seq", "seq >= 1"),
        rule("log_hash_whole", "length(hash) = 32"),
        GROWS,
    )
    seq: int = whole_field(key=True)
    at: int = whole_field()
    operator: str = text_field()
    action: str = text_field()
    object: str = text_field()
    detail: str = text_field()
    origin: str = text_field()
    hash: bytes = bytes_field()


class LogHead(SQLModel, table=True):
    """The log's last line, so that the next one follows it and none is lost between offices."""

    __tablename__ = "log_head"
    __table_args__ = (
        rule("log_head_one", "number = 1"),
        rule("log_head_seq", "seq >= 0"),
        changes("seq", "hash"),
    )
    number: int = whole_field(key=True)
    seq: int = whole_field()
    hash: bytes = bytes_field()


class RowDigest(SQLModel, table=True):
    """What a transaction's rows of one table hold now: their keys, and a digest of each."""

    __tablename__ = "row_digest"
    __table_args__ = (
        UniqueConstraint("hash", name="row_digest_hash"),
        Index("row_digest_place", "place"),
        rule("row_digest_seq", "seq >= 1"),
        rule("row_digest_hash_whole", "length(hash) = 32"),
        rule("row_digest_whole", "length(digests) >= 32"),
        GROWS,
    )
    seq: int = whole_field(key=True)
    place: str = text_field()
    keys: str = text_field()
    digests: bytes = bytes_field()
    vouched_by: str = text_field()
    mac: bytes = bytes_field()
    hash: bytes = bytes_field()


class RowDigestHead(SQLModel, table=True):
    """The last line of the rows' digests, so that the next one follows it."""

    __tablename__ = "row_digest_head"
    __table_args__ = (
        rule("row_digest_head_one", "number = 1"),
        rule("row_digest_head_seq", "seq >= 0"),
        changes("seq", "hash"),
    )
    number: int = whole_field(key=True)
    seq: int = whole_field()
    hash: bytes = bytes_field()


class Training(SQLModel, table=True):
    """That an operator was trained: in what, on which day, by whom, for which store."""

    __tablename__ = "training"
    __table_args__ = (rule("training_by_another", "operator <> trainer"), GROWS)
    operator: str = text_field(key=True)
    topic: str = text_field(key=True)
    day: str = text_field(key=True)
    trainer: str = text_field()
    store: str | None = text_field(null=True)
    made_by: str = text_field()
    made_at: int = whole_field()


class TrainingPlan(SQLModel, table=True):
    """That whoever holds a role is to be trained in a topic."""

    __tablename__ = "training_plan"
    __table_args__ = (changes(delete=True),)
    role: str = text_field(key=True)
    topic: str = text_field(key=True)
    made_by: str = text_field()
    made_at: int = whole_field()


class TrainingRule(SQLModel, table=True):
    """That a programme asks for a training before a role is honoured."""

    __tablename__ = "training_rule"
    __table_args__ = (
        rule("training_rule_role", "role <> 'admin'"),
        changes(delete=True),
    )
    programme: str = text_field(key=True)
    role: str = text_field(key=True)
    topic: str = text_field(key=True)
    made_by: str = text_field()
    made_at: int = whole_field()


for _grows in (LogRow, RowDigest, Training):
    append_only(SQLModel.metadata.tables[str(_grows.__tablename__)])

_AT_SIGN_IN = ("passphrase_hash", "must_change", "tries", "rests_until")
written_by(OperatorRow, till=_AT_SIGN_IN, field=_AT_SIGN_IN, finance=_AT_SIGN_IN)
_AT_PIN = ("tries", "rests_until", "misses")
written_by(OperatorPin, till=_AT_PIN, field=_AT_PIN, finance=_AT_PIN)
_AT_SECOND = ("last_step", "tries", "rests_until", "misses")
written_by(OperatorSecond, till=_AT_SECOND, field=_AT_SECOND, finance=ALL)
written_by(OperatorRecovery, till=("used_at",), field=("used_at",), finance=ALL)
for _manager_only in (OperatorRole, OperatorStore, TrainingPlan, TrainingRule):
    written_by(_manager_only)
for _everybody in (OperatorLogin, LogRow, LogHead, RowDigest, RowDigestHead):
    written_by(_everybody, till=ALL, field=ALL, finance=ALL)
written_by(Training, field=ALL)
