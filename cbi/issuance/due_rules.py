"""What always holds of whom vouchers went to, each rule by its name, for `cbi check`.

The instants at which people ceased to be due anything stand in their own history: a status, a
consent taken back, an erasure, a merging. A voucher that was made or given out within such a time
is named. Offices' clocks may be two minutes apart: what lies that close is not judged.
"""

from collections.abc import Iterator
from typing import Final

from cbi.audit.rule_results import Violation
from cbi.issuance.standing_in import stand_ins
from cbi.ledger.clocks import CLOCK_BEHIND_MAX_US
from cbi.operators.log import entries
from cbi.storage.transactions import ReadTransaction

EVER: Final = 2**62
VOUCHED_FOR: Final = "voucher.vouched-for"
"""The deed of the second person who answers for what is given to somebody who may not receive."""

_BARRED: Final = (
    "WITH barred AS ("
    "SELECT c.person, c.changed_at AS since, (SELECT min(n.changed_at) FROM person_change n"
    " WHERE n.person = c.person AND n.kind = 'status' AND n.changed_at > c.changed_at) AS till,"
    " c.became AS why FROM person_change c WHERE c.kind = 'status' AND c.became <> 'active'"
    " UNION ALL SELECT c.person, c.taken_at, (SELECT min(n.taken_at) FROM consent n"
    " WHERE n.person = c.person AND n.seq > c.seq), 'no-consent'"
    " FROM consent c WHERE c.kind = 'withdrawn'"
    " UNION ALL SELECT number, erased_at, NULL, 'erased' FROM person WHERE erased_at IS NOT NULL"
    " UNION ALL SELECT p.number, (SELECT max(d.decided_at) FROM duplicate_decision d"
    " WHERE d.goes = p.number AND d.decision = 'same'), NULL, 'merged'"
    " FROM person p WHERE p.merged_into IS NOT NULL)"
)
ISSUED_NOT_DUE: Final = (
    f"{_BARRED} SELECT voucher.serial, min(barred.why) AS why FROM voucher"
    " JOIN barred ON barred.person = voucher.beneficiary"
    " JOIN entry ON entry.voucher = voucher.id AND entry.seq = 1"
    " WHERE entry.recorded_at > barred.since + :apart"
    " AND entry.recorded_at < coalesce(barred.till, :ever) - :apart"
    " GROUP BY voucher.serial ORDER BY voucher.serial"
)
GIVEN_NOT_DUE: Final = (
    f"{_BARRED} SELECT voucher.serial, min(barred.why) AS why FROM voucher"
    " JOIN barred ON barred.person = voucher.beneficiary"
    " JOIN hand_over ON hand_over.voucher = voucher.id"
    " WHERE hand_over.despite IS NULL AND hand_over.given_at > barred.since + :apart"
    " AND hand_over.given_at < coalesce(barred.till, :ever) - :apart"
    " GROUP BY voucher.serial ORDER BY voucher.serial"
)
ANSWERED_FOR: Final = (
    "SELECT voucher.serial, hand_over.witness FROM hand_over"
    " JOIN voucher ON voucher.id = hand_over.voucher WHERE hand_over.despite IS NOT NULL"
    " ORDER BY voucher.serial, hand_over.id"
)
AID_UNTOLD: Final = (
    # A voucher of more than any person's own share, which is a household's, and none is told of it.
    # The most that rules per person give is at an age and size at which one of them begins.
    "WITH own AS (SELECT round, category, max(amount_minor) AS most_minor FROM ("
    "SELECT a.round, a.category, sum(r.amount_minor) AS amount_minor FROM entitlement a"
    " JOIN entitlement s ON s.round = a.round AND s.category = a.category AND s.per = 'person'"
    " JOIN entitlement r ON r.round = a.round AND r.category = a.category AND r.per = 'person'"
    " AND coalesce(a.age_from, 0) BETWEEN coalesce(r.age_from, 0) AND coalesce(r.age_to, 999)"
    " AND coalesce(s.size_from, 0) BETWEEN coalesce(r.size_from, 0) AND coalesce(r.size_to, 999)"
    " WHERE a.per = 'person' GROUP BY a.round, a.category, a.line, s.line) AS at_each"
    " GROUP BY round, category), sums AS (SELECT batch, beneficiary, category,"
    " sum(face_minor) AS amount_minor FROM voucher WHERE generation = 0"
    " GROUP BY batch, beneficiary, category)"
    " SELECT voucher.serial FROM voucher JOIN person ON person.number = voucher.beneficiary"
    " JOIN sums ON sums.batch = voucher.batch AND sums.beneficiary = voucher.beneficiary"
    " AND sums.category = voucher.category"
    " LEFT JOIN own ON own.round = voucher.round AND own.category = voucher.category"
    " WHERE voucher.generation = 0 AND voucher.part = 1 AND EXISTS (SELECT 1 FROM entitlement e"
    " WHERE e.round = voucher.round AND e.category = voucher.category)"
    " AND sums.amount_minor > coalesce(own.most_minor, 0)"
    " AND NOT EXISTS (SELECT 1 FROM household_aid a WHERE a.round = voucher.round"
    " AND a.category = voucher.category AND a.beneficiary = voucher.beneficiary"
    " AND a.batch = voucher.batch) ORDER BY voucher.serial"
)
AID_WITHOUT_VOUCHER: Final = (
    "SELECT a.household FROM household_aid a WHERE a.amount_minor <> (SELECT"
    " coalesce(sum(v.face_minor), 0) FROM voucher v WHERE v.round = a.round"
    " AND v.beneficiary = a.beneficiary AND v.category = a.category AND v.batch = a.batch"
    " AND v.generation = 0) OR (a.split_from IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM household_aid o WHERE o.household = a.split_from AND o.round = a.round"
    " AND o.category = a.category AND o.batch = a.batch)) ORDER BY a.household"
)


def issued_as_due(tx: ReadTransaction) -> Iterator[Violation]:
    """Nobody's voucher was made while they might not receive."""
    yield from _barred(tx, ISSUED_NOT_DUE, "check.issued-not-due")


def given_as_due(tx: ReadTransaction) -> Iterator[Violation]:
    """Nobody's voucher was given out while they might not receive, unless two said so."""
    yield from _barred(tx, GIVEN_NOT_DUE, "check.given-not-due")
    vouched_for = {
        (line.operator, serial) for line in entries(tx, action=VOUCHED_FOR, limit=EVER)
        for serial in str(line.detail.get("serials")).split(", ")
    }
    for serial, witness in tx.tuples(ANSWERED_FOR):
        if (witness, serial) not in vouched_for:
            yield Violation(serial, "check.given-unanswered", {"witness": witness})


def household_aid_once(tx: ReadTransaction) -> Iterator[Violation]:
    """Every voucher of a household's aid is the one that is told of its household."""
    for (serial,) in tx.tuples(AID_UNTOLD):
        yield Violation(serial, "check.aid-untold")
    for (household,) in tx.tuples(AID_WITHOUT_VOUCHER):
        yield Violation(household, "check.aid-without-voucher")
    for found in stand_ins(tx):
        for one in found.people if found.twice else ():
            yield Violation(one.serial, "check.aid-stood-in-twice", {
                "household": found.aid.household, "category": found.aid.category,
                "round": found.aid.round,
            })


def _barred(tx: ReadTransaction, sql: str, what: str) -> Iterator[Violation]:
    for serial, why in tx.tuples(sql, apart=CLOCK_BEHIND_MAX_US, ever=EVER):
        yield Violation(serial, what, {"why": why})
