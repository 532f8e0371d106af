"""Who was trained in what, and what each role is to be trained in: plan against done.

A trainer is an operator, too, so that a cascade can be followed: whoever trains others was trained
in the same topic before, or is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import col, select

from cbi.base.clock import typed_day
from cbi.base.errors import CbiError, NotAllowed, NotFound, UsageError
from cbi.base.words import said
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.operators.past import FOREVER, Past, past
from cbi.operators.permissions import ROLES
from cbi.operators.roster import known_as
from cbi.operators.tables import OperatorRow, Training, TrainingPlan, TrainingRule
from cbi.storage.transactions import ReadTransaction, WriteTransaction

TOPIC_MAX = 40


class Trained(NamedTuple):
    """A training as it is told; `day` is ISO text."""

    operator: str
    topic: str
    day: str
    trainer: str
    store: str = ""


@dataclass(frozen=True, slots=True)
class TrainingsTaken:
    """How many were written down, how many stood there before, and those refused by place."""

    added: int
    known: int
    refused: tuple[tuple[int, CbiError], ...]


@dataclass(frozen=True, slots=True)
class PlanDone:
    """Of a role and topic: how many hold the role, how many are trained, and who is not."""

    role: str
    topic: str
    needed: int
    trained: int
    missing: tuple[str, ...]
    asked: tuple[str, ...] = ()
    """Programmes that honour the role only after it."""


@dataclass(frozen=True, slots=True)
class TrainerDone:
    """How many somebody trained in a topic, and whether they were trained in it before."""

    trainer: str
    topic: str
    trained: int
    was_trained: bool


def add_trainings(
    session: OperatorSession, told: Sequence[Trained], today: str
) -> TrainingsTaken:
    """Write trainings down; one that cannot be is told, and the others count."""
    session.require("training.keep")

    def work(tx: WriteTransaction) -> TrainingsTaken:
        names = set(tx.all(select(OperatorRow.name)))
        known = {(one.operator, one.topic, one.day) for one in tx.all(select(Training))}
        refused: list[tuple[int, CbiError]] = []
        before, added = 0, 0
        for place, one in enumerate(told, 1):
            try:
                row = _checked(tx, one, names, today)
                if row.operator == session.operator.name:
                    raise NotAllowed("training.of-oneself", operator=row.operator)
            except CbiError as error:
                refused.append((place, error))
                continue
            if row[:3] in known:
                before += 1
                continue
            known.add(row[:3])
            added += 1
            tx.add(Training(
                operator=row.operator, topic=row.topic, day=row.day, trainer=row.trainer,
                store=row.store or None, made_by=session.operator.name, made_at=session.clock(),
            ))
            record_by(
                tx, session, action="training.add", object=row.operator,
                detail={"topic": row.topic, "date": row.day, "trainer": row.trainer},
            )
        return TrainingsTaken(added, before, tuple(refused))

    return session.ledger.transact(work)


def trainings(
    tx: ReadTransaction, *, operator: str | None = None, topic: str | None = None
) -> list[Training]:
    """Trainings, the latest first."""
    query = select(Training)
    if operator is not None:
        query = query.where(Training.operator == known_as(operator))
    if topic is not None:
        query = query.where(Training.topic == _topic(topic))
    return tx.all(query.order_by(col(Training.day).desc(), col(Training.operator)))


def plan_training(session: OperatorSession, role: str, topic: str, *, drop: bool = False) -> None:
    """Say that a role is to be trained in a topic, or no more.

    Raises:
        UsageError: no such role, or no topic.
        NotFound: it is to be dropped and is not planned.
    """
    session.require("training.plan")
    if role not in ROLES:
        raise UsageError("operators.role-unknown", role=role, known=", ".join(ROLES))
    name = _topic(topic)

    def work(tx: WriteTransaction) -> None:
        known = tx.first(select(TrainingPlan).where(
            TrainingPlan.role == role, TrainingPlan.topic == name
        ))
        if drop and known is None:
            raise NotFound("training.not-planned", role=role, topic=name)
        if drop:
            tx.remove(delete(TrainingPlan).where(
                col(TrainingPlan.role) == role, col(TrainingPlan.topic) == name
            ))
        elif known is not None:
            return
        else:
            tx.add(TrainingPlan(role=role, topic=name, made_by=session.operator.name,
                                made_at=session.clock()))
        record_by(
            tx, session, action="training.plan", object=role,
            detail={"topic": name, "dropped": drop},
        )

    session.ledger.transact(work)


def require_training(
    session: OperatorSession, programme: str, role: str, topic: str, *, drop: bool = False
) -> PlanDone:
    """Let a role be honoured only after a training, or no more; who holds it, trained or not.

    Roles are the ledger's: as soon as one programme asks, they are honoured nowhere without it. An
    admin's is always honoured, so that somebody can write trainings down and take the rule back.

    Raises:
        UsageError: no such role, the admin's, or no topic.
        NotFound: no such programme; or it is to be dropped and was not asked for.
    """
    session.require("training.require")
    if role not in ROLES:
        raise UsageError("operators.role-unknown", role=role, known=", ".join(ROLES))
    if role == "admin":
        raise UsageError("training.not-of-admin")
    name, code = _topic(topic), programme.strip().upper()

    def work(tx: WriteTransaction) -> PlanDone:
        if not tx.value("SELECT 1 FROM programme WHERE code = :code", code=code):
            raise NotFound("programme.programme-unknown", programme=programme)
        this = (col(TrainingRule.programme) == code, col(TrainingRule.role) == role,
                col(TrainingRule.topic) == name)
        known = tx.first(select(TrainingRule).where(*this))
        if drop and known is None:
            raise NotFound("training.not-required", role=role, topic=name, programme=code)
        if drop:
            tx.remove(delete(TrainingRule).where(*this))
        elif known is not None:
            return _done(tx, role, name, past(tx))
        else:
            tx.add(TrainingRule(programme=code, role=role, topic=name,
                                made_by=session.operator.name, made_at=session.clock()))
        record_by(
            tx, session, action="training.require", object=role,
            detail={"topic": name, "programme": code, "dropped": drop},
        )
        return _done(tx, role, name, past(tx))

    return session.ledger.transact(work)


def plan_done(tx: ReadTransaction, until: int = FOREVER) -> list[PlanDone]:
    """Of every role and topic that is planned or asked for, who is trained and who is not, by what
    was written before `until` (microseconds UTC)."""
    stood = past(tx, until)
    return [_done(tx, role, topic, stood, until)
            for role, topic in sorted(stood.planned | stood.asked.keys())]


def _done(
    tx: ReadTransaction, role: str, topic: str, stood: Past, until: int = FOREVER
) -> PlanDone:
    names = stood.holding(role)
    had = set(tx.all(select(Training.operator).where(
        Training.topic == topic, col(Training.made_at) < until)))
    missing = tuple(name for name in names if name not in had)
    asked = tuple(sorted(stood.asked.get((role, topic), ())))
    return PlanDone(role, topic, len(names), len(names) - len(missing), missing, asked)


def trainers_done(tx: ReadTransaction, until: int = FOREVER) -> list[TrainerDone]:
    """Of every trainer and topic how many they trained before `until`, from trainers to trained."""
    rows = tx.all(select(Training).where(col(Training.made_at) < until))
    first: dict[tuple[str, str], str] = {}
    for one in rows:
        key = one.operator, one.topic
        first[key] = min(first.get(key, one.day), one.day)
    by_trainer: dict[tuple[str, str], list[Training]] = {}
    for one in rows:
        by_trainer.setdefault((one.trainer, one.topic), []).append(one)
    return [
        TrainerDone(
            trainer, topic, len({one.operator for one in own}),
            first.get((trainer, topic), "9999") <= min(one.day for one in own),
        )
        for (trainer, topic), own in sorted(by_trainer.items())
    ]


def _checked(tx: ReadTransaction, told: Trained, names: set[str], today: str) -> Trained:
    operator, trainer = known_as(told.operator), known_as(told.trainer)
    for name in (operator, trainer):
        if name not in names:
            raise NotFound("operators.unknown", operator=name)
    if operator == trainer:
        raise UsageError("training.by-themselves", operator=operator)
    try:
        day = typed_day(told.day) if told.day.strip() else today
    except ValueError as error:
        raise UsageError("training.day-unreadable", text=told.day) from error
    if day > today:
        raise UsageError("training.day-ahead", date=day)
    store = told.store.strip().lower()
    if store and tx.value("SELECT 1 FROM store WHERE code = :code", code=store) is None:
        raise NotFound("training.store-unknown", store=store)
    return Trained(operator, _topic(told.topic), day, trainer, store)


def _topic(text: str) -> str:
    topic = said(text, "training.topic-missing").lower()
    if len(topic) > TOPIC_MAX:
        raise UsageError("training.topic-long", most=TOPIC_MAX)
    return topic
