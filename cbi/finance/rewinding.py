"""The books as they stood: the same tables with less in them, so that whatever reads the books
reads those of an instant, or of a seal.

Lines, settlements, payments and decisions are never changed, so what was written later is left out;
what is a cache of them (a voucher's row) or turns over (a statement, an exception) is told from
them again. A programme's terms are told from the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cbi.finance.tables import Statement
from cbi.ledger.tables import VoucherRow
from cbi.operators.log import entries
from cbi.programmes.loosening import EVERY
from cbi.programmes.tables import Programme, RoundRow
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class Stood:
    """An instant (microseconds UTC, itself included), and the seal's size where one was asked for:
    then a line counts if the seal contains it."""

    at: int
    size: int | None = None


_SEALED = "SELECT o.* FROM {{main}}{0} o JOIN {{main}}leaf f ON f.kind = '{0}' " \
    "AND f.object = o.id WHERE f.position < {1}"
_BY = "SELECT o.* FROM {{main}}{0} o WHERE o.{1} <= {2}"
_LEAVES = {"entry": "recorded_at", "settlement": "made_at", "payment": "paid_at",
           "decision": "decided_at"}
"""What becomes a leaf, and the instant at which each was written."""
_ADDED = {"log": "at", "seal": "sealed_at", "period": "closed_at", "programme": "made_at",
          "offline_claim": "uploaded_at", "donor_grant": "made_at", "grant_rate": "made_at",
          "contract_terms": "made_at"}
"""What only grows beside them."""
_SIZED = {"seal": "size", "period": "to_size"}
"""What a seal's size says better than its instant."""

_VOUCHER = {
    "spent_minor": "m.spent_minor", "closed_minor": "m.closed_minor",
    "state": "CASE s.kind WHEN 'hand-over' THEN 'active' WHEN 'unblock' THEN 'active' "
             "WHEN 'block' THEN 'blocked' WHEN 'void' THEN 'void' WHEN 'expire' THEN 'expired' "
             "ELSE 'issued' END",
    "valid_until": "u.valid_until", "successor": "n.successor", "last_seq": "m.last_seq",
    "last_hash": "l.hash", "last_at": "l.recorded_at",
}
_STATES = "('issue', 'hand-over', 'take-back', 'block', 'unblock', 'void', 'expire')"
_MOVED = f"""JOIN (
    SELECT voucher, max(seq) AS last_seq,
           CAST(sum(CASE kind WHEN 'redeem' THEN amount_minor WHEN 'reverse' THEN -amount_minor
                    ELSE 0 END) AS BIGINT) AS spent_minor,
           CAST(sum(CASE kind WHEN 'expire' THEN amount_minor WHEN 'void' THEN amount_minor
                    WHEN 'honour' THEN -amount_minor ELSE 0 END) AS BIGINT) AS closed_minor,
           max(CASE WHEN kind IN {_STATES} THEN seq END) AS state_seq,
           max(CASE WHEN valid_until IS NOT NULL THEN seq END) AS until_seq,
           max(CASE WHEN successor IS NOT NULL THEN seq END) AS successor_seq
    FROM entry GROUP BY voucher) m ON m.voucher = o.id
JOIN entry l ON l.voucher = o.id AND l.seq = m.last_seq
JOIN entry s ON s.voucher = o.id AND s.seq = m.state_seq
JOIN entry u ON u.voucher = o.id AND u.seq = m.until_seq
LEFT JOIN entry n ON n.voucher = o.id AND n.seq = m.successor_seq"""


def rewound(tx: ReadTransaction, stood: Stood | None) -> ReadTransaction:
    """The books as they stood; as they stand, where no instant is named."""
    return tx if stood is None else tx.seen_through(_views(stood))


def programmes_then(
    tx: ReadTransaction, stood: Stood | None, found: Iterable[Programme]
) -> tuple[Programme, ...]:
    """Programmes with the terms that they had: what the log says was changed later is undone."""
    if stood is None:
        return tuple(found)
    return tuple(_then(tx, stood, one) for one in found)


def _then(tx: ReadTransaction, stood: Stood, one: Programme) -> Programme:
    values = one.model_dump()
    for line in entries(tx, action="programme.change", object=one.code, since=stood.at + 1,
                        limit=EVERY):
        was = line.detail.get("was")
        if isinstance(was, dict):
            values.update({name: value for name, value in was.items() if name in values})
    return Programme(**values)


def _views(stood: Stood) -> dict[str, str]:
    """By table, the query that tells what stood in it; each may read those before it."""
    at, views = stood.at, dict[str, str]()
    for name, moment in _LEAVES.items():
        views[name] = _BY.format(name, moment, at) if stood.size is None \
            else _SEALED.format(name, stood.size)
    views |= {name: _BY.format(name, moment, at) for name, moment in _ADDED.items()}
    if stood.size is not None:
        views |= {name: _BY.format(name, column, stood.size) for name, column in _SIZED.items()}
    return views | {
        "leaf": "SELECT o.* FROM {main}leaf o WHERE o.position < (SELECT max(size) FROM seal)",
        "voucher": f"{_columns(VoucherRow, _VOUCHER)} FROM {{main}}voucher o {_MOVED}",
        "round": _columns(RoundRow, {
            "cancelled_at": f"CASE WHEN o.cancelled_at <= {at} THEN o.cancelled_at END",
        }) + f" FROM {{main}}round o WHERE o.made_at <= {at}",
        "retailer": "SELECT o.* FROM {main}retailer o WHERE NOT EXISTS (SELECT 1 FROM {main}log g "
                    f"WHERE g.action = 'retailer.add' AND g.object = o.code AND g.at > {at})",
        "round_grant": "SELECT o.* FROM {main}round_grant o WHERE NOT EXISTS "
                       "(SELECT 1 FROM {main}log g WHERE g.action = 'grant.fund' "
                       f"AND g.object = o.round AND g.at > {at})",
        "statement": _columns(Statement, {
            "withdrawn_at": f"CASE WHEN o.withdrawn_at <= {at} THEN o.withdrawn_at END",
            "replaced_by": f"CASE WHEN o.withdrawn_at <= {at} THEN o.replaced_by END",
            "reconciled_at": "(SELECT max(g.at) FROM log g WHERE g.action = 'statement.reconcile' "
                             "AND g.object = o.number)",
        }) + f" FROM {{main}}statement o WHERE o.imported_at <= {at}",
        "exception": "SELECT o.id, o.statement, o.subject, o.line, o.entry, o.serial, o.rule, "
                     "o.severity, o.claimed_minor, o.redeemed_minor, o.at_risk_minor, o.detail, "
                     "o.found_at, coalesce((SELECT t.current FROM exception_turn t "
                     f"WHERE t.exception = o.id AND t.at <= {at} ORDER BY t.seq DESC LIMIT 1), 1) "
                     f"AS current FROM {{main}}exception o WHERE o.found_at <= {at}",
        "settlement_line": "SELECT o.* FROM {main}settlement_line o "
                           "JOIN settlement s ON s.id = o.settlement",
        "acceptance": "SELECT o.* FROM {main}acceptance o JOIN settlement s ON s.id = o.settlement",
    }


def _columns(
    table: type[VoucherRow | RoundRow | Statement], told: Mapping[str, str]
) -> str:
    """Every column of a table: as it stands there, or as it is told."""
    return "SELECT " + ", ".join(
        f"{told.get(name, f'o.{name}')} AS {name}" for name in table.model_fields
    )
