"""The rules of the ledger, each with a name and executable: what `cbi check` runs.

An invariant reads a view and yields what is wrong, each with the voucher's serial and the line.
The voucher's row is rebuilt from its journal, chains are hashed again, seals are signed again in
thought: nothing that is stored is taken at its word.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from cbi.base.errors import CbiError
from cbi.ledger.chain import chained, genesis, line_digest
from cbi.ledger.checkpoint import verify_checkpoint
from cbi.ledger.issuing import validity
from cbi.ledger.journal import FUNDS, VOUCHERS, line_json
from cbi.ledger.merkle import Frontier, leaf_hash
from cbi.ledger.sealing import SOURCES, seals
from cbi.ledger.settling import broken_settlements
from cbi.ledger.vouchers import ISSUE_FACTS
from cbi.operators.log import broken_lines
from cbi.storage import Reading, Record

MOVES = {
    "issue": (FUNDS, VOUCHERS), "redeem": (VOUCHERS, "retailer:"),
    "reverse": ("retailer:", VOUCHERS), "expire": (VOUCHERS, FUNDS), "void": (VOUCHERS, FUNDS),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that breaks a rule: where (serial, line) and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant's outcome."""

    name: str
    wrong: tuple[Wrong, ...]


Invariant = Callable[[Reading], Iterable[Wrong]]


def check_ledger(tx: Reading) -> list[Finding]:
    """Run every invariant; the outcome of each, in order."""
    return [Finding(name, tuple(rule(tx))) for name, rule in INVARIANTS.items()]


def journals(tx: Reading) -> Iterator[tuple[Record, list[Record]]]:
    """Each voucher's row with its lines in order; lines without a voucher come with an empty row."""
    vouchers = {row["id"]: row for row in tx.rows("SELECT * FROM voucher")}
    lines = tx.rows("SELECT * FROM entry ORDER BY voucher, seq")
    for voucher, group in groupby(lines, key=lambda row: row["voucher"]):
        yield vouchers.pop(voucher, {}), list(group)
    for row in vouchers.values():
        yield row, []


def _lines_are_numbered(tx: Reading) -> Iterator[Wrong]:
    for voucher, lines in journals(tx):
        serial = voucher.get("serial", "?")
        if not voucher:
            yield Wrong(lines[0]["voucher"].hex(), "lines without a voucher")
        if not lines:
            yield Wrong(serial, "a voucher without a line")
        for number, line in enumerate(lines, 1):
            if line["seq"] != number:
                yield Wrong(f"{serial}/{line['seq']}", f"line {number} is missing")
                break


def _chains_hold(tx: Reading) -> Iterator[Wrong]:
    for voucher, lines in journals(tx):
        if not voucher or not lines:
            continue
        head = genesis(voucher["id"])
        for line in lines:
            facts = None
            if line["kind"] == "issue":
                facts = {name: voucher[name] for name in ISSUE_FACTS} | {"voucher": voucher["id"]}
            head = chained(head, line_digest(line_json(line, facts)))
            if head != line["hash"]:
                yield Wrong(f"{voucher['serial']}/{line['seq']}", "the line was changed")
                break
        else:
            if head != voucher["last_hash"]:
                yield Wrong(voucher["serial"], "lines were removed or the row was changed")


def _rows_are_their_journal(tx: Reading) -> Iterator[Wrong]:
    zones = {
        row["code"]: row["zone"]
        for row in tx.rows(
            "SELECT r.code, p.zone FROM round r JOIN programme p ON p.code = r.programme"
        )
    }
    for voucher, lines in journals(tx):
        if not voucher or not lines:
            continue
        rebuilt = rebuild(voucher, lines, zones[voucher["round"]])
        for name, value in rebuilt.items():
            if voucher[name] != value:
                yield Wrong(
                    voucher["serial"], f"{name} is {voucher[name]!r}, its lines say {value!r}"
                )


def rebuild(voucher: Record, lines: list[Record], zone: str) -> Record:
    """What a voucher's changeable columns must be, from its lines alone."""
    spent = closed = 0
    state, until, successor = "issued", lines[0]["valid_until"], None
    for line in lines:
        amount = line["amount_minor"]
        match line["kind"]:
            case "hand-over" | "unblock":
                state = "active"
            case "block":
                state = "blocked"
            case "redeem":
                spent += amount
            case "reverse":
                spent -= amount
            case "expire":
                state, closed = "expired", closed + amount
            case "void":
                state, closed = "void", closed + amount
                successor = line["successor"] or successor
            case "extend":
                until = line["valid_until"]
    opens_at, closes_at = validity(voucher["valid_from"], until, zone)
    last = lines[-1]
    return {
        "face_minor": lines[0]["amount_minor"], "spent_minor": spent, "closed_minor": closed,
        "state": state, "valid_until": until, "opens_at": opens_at, "closes_at": closes_at,
        "successor": successor, "last_seq": last["seq"], "last_hash": last["hash"],
        "last_at": last["recorded_at"],
    }


def _within_face(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT serial FROM voucher WHERE spent_minor < 0 OR closed_minor < 0 "
        "OR spent_minor + closed_minor > face_minor OR face_minor <= 0"
    ):
        yield Wrong(row["serial"], "more was spent or closed than its face")


def _never_overspent_on_the_way(tx: Reading) -> Iterator[Wrong]:
    for voucher, lines in journals(tx):
        balance = 0
        for line in lines:
            amount = line["amount_minor"]
            balance += {"issue": amount, "reverse": amount}.get(line["kind"], -amount)
            if balance < 0:
                yield Wrong(f"{voucher.get('serial')}/{line['seq']}", "spent beyond its balance")
                break


def _accounts_fit(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT e.seq, e.kind, e.debit, e.credit, e.amount_minor, v.serial FROM entry e "
        "LEFT JOIN voucher v ON v.id = e.voucher"
    ):
        expected = MOVES.get(row["kind"])
        debit, credit = row["debit"] or "", row["credit"] or ""
        fits = (
            not debit and not credit and row["amount_minor"] == 0
            if expected is None
            else debit.startswith(expected[0])
            and credit.startswith(expected[1])
            and row["amount_minor"] > 0
        )
        if not fits:
            yield Wrong(f"{row['serial']}/{row['seq']}", f"{row['kind']} on the wrong accounts")


def _reversed_once_and_whole(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT v.serial, r.seq FROM entry r JOIN voucher v ON v.id = r.voucher "
        "LEFT JOIN entry e ON e.id = r.reverses WHERE r.kind = 'reverse' AND (e.id IS NULL "
        "OR e.kind <> 'redeem' OR e.voucher <> r.voucher OR e.amount_minor <> r.amount_minor "
        "OR e.credit <> r.debit)"
    ):
        yield Wrong(f"{row['serial']}/{row['seq']}", "a reversal that undoes nothing whole")


def _in_valid_time(tx: Reading) -> Iterator[Wrong]:
    """No voucher was spent before it was valid, nor after its last day (extended or not)."""
    for row in tx.rows(
        "SELECT v.serial, e.seq FROM entry e JOIN voucher v ON v.id = e.voucher "
        "WHERE e.kind = 'redeem' AND (e.occurred_at < v.opens_at OR e.occurred_at >= v.closes_at)"
    ):
        yield Wrong(f"{row['serial']}/{row['seq']}", "spent outside its dates")


def _spent_only_active(tx: Reading) -> Iterator[Wrong]:
    for voucher, lines in journals(tx):
        state = "issued"
        for line in lines:
            kind = line["kind"]
            if kind == "redeem" and state != "active":
                yield Wrong(f"{voucher.get('serial')}/{line['seq']}", f"spent while {state}")
            state = {
                "hand-over": "active", "unblock": "active", "block": "blocked",
                "expire": "expired", "void": "void",
            }.get(kind, state)


def _right_retailer(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT v.serial, e.seq FROM entry e JOIN voucher v ON v.id = e.voucher "
        "WHERE e.kind = 'redeem' AND NOT EXISTS (SELECT 1 FROM round_retailer t "
        "WHERE t.round = v.round AND t.category = v.category "
        "AND e.credit = 'retailer:' || t.retailer)"
    ):
        yield Wrong(f"{row['serial']}/{row['seq']}", "spent at a retailer that does not take it")


def _time_never_runs_back(tx: Reading) -> Iterator[Wrong]:
    for voucher, lines in journals(tx):
        for before, after in zip(lines, lines[1:], strict=False):
            if after["recorded_at"] < before["recorded_at"]:
                yield Wrong(f"{voucher.get('serial')}/{after['seq']}", "recorded before the last")


def _receipts_add_up(tx: Reading) -> Iterator[Wrong]:
    used: dict[tuple[str, str], int] = {}
    for row in tx.rows(
        "SELECT store, receipt, kind, amount_minor FROM entry WHERE kind IN ('redeem', 'reverse')"
    ):
        key = (row["store"], row["receipt"])
        sign = 1 if row["kind"] == "redeem" else -1
        used[key] = used.get(key, 0) + sign * row["amount_minor"]
    for row in tx.rows("SELECT * FROM receipt"):
        where = f"{row['store']} {row['number']}"
        counted = used.pop((row["store"], row["number"]), 0)
        if counted != row["used_minor"]:
            yield Wrong(where, "the receipt's use differs from the entries")
        if row["total_minor"] is not None and counted > row["total_minor"]:
            yield Wrong(where, "vouchers for more than the receipt's total")
    for store, number in used:
        yield Wrong(f"{store} {number}", "a receipt that is in entries alone")


def _replaced_whole(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT o.serial FROM voucher o LEFT JOIN voucher n ON n.id = o.successor "
        "WHERE o.successor IS NOT NULL AND (n.id IS NULL OR o.state <> 'void' "
        "OR n.beneficiary <> o.beneficiary OR n.generation <> o.generation + 1)"
    ):
        yield Wrong(row["serial"], "replaced by a voucher that does not follow from it")


def _batches_are_their_lists(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT b.number FROM batch b WHERE b.state = 'approved' AND b.voucher_count <> "
        "(SELECT count(*) FROM voucher v WHERE v.batch = b.id AND v.generation = 0)"
    ):
        yield Wrong(row["number"], "another number of vouchers than its list")
    for row in tx.rows(
        "SELECT v.serial FROM voucher v LEFT JOIN batch b ON b.id = v.batch "
        "WHERE b.id IS NULL OR b.state <> 'approved'"
    ):
        yield Wrong(row["serial"], "a voucher without an approved batch")


def _settled_once(tx: Reading) -> Iterator[Wrong]:
    for row in tx.rows(
        "SELECT l.settled_minor, l.waived_minor, e.amount_minor, e.kind, v.serial, e.seq, "
        "coalesce(e.credit, '') AS credit, coalesce(e.debit, '') AS debit, s.retailer "
        "FROM settlement_line l LEFT JOIN entry e ON e.id = l.entry "
        "LEFT JOIN voucher v ON v.id = e.voucher LEFT JOIN settlement s ON s.id = l.settlement"
    ):
        if row["kind"] not in ("redeem", "reverse"):
            yield Wrong(str(row["serial"]), "something else than a redemption was settled")
        elif f"retailer:{row['retailer']}" not in (row["credit"], row["debit"]):
            yield Wrong(f"{row['serial']}/{row['seq']}", "settled with another retailer")
        elif abs(row["settled_minor"]) + abs(row["waived_minor"]) != row["amount_minor"]:
            yield Wrong(f"{row['serial']}/{row['seq']}", "settled and waived are not its amount")
    for row in tx.rows(
        "SELECT s.number, s.accepted_minor, coalesce(sum(l.settled_minor), 0) AS summed "
        "FROM settlement s LEFT JOIN settlement_line l ON l.settlement = s.id "
        "GROUP BY s.id, s.number, s.accepted_minor"
    ):
        if int(row["summed"]) != row["accepted_minor"]:
            yield Wrong(row["number"], "its lines do not add up")
    for row in tx.rows(
        "SELECT p.reference FROM payment p LEFT JOIN settlement s ON s.id = p.settlement "
        "WHERE s.id IS NULL OR s.accepted_minor <> p.amount_minor"
    ):
        yield Wrong(row["reference"], "paid another amount than was settled")


def _settlements_are_what_was_hashed(tx: Reading) -> Iterator[Wrong]:
    for where, what in broken_settlements(tx):
        yield Wrong(where, what)


def _seals_hold(tx: Reading) -> Iterator[Wrong]:
    identity = tx.row("SELECT origin, seal_public FROM ledger_identity") or {}
    leaves = tx.rows("SELECT position, data FROM leaf ORDER BY position")
    for number, leaf in enumerate(leaves):
        if leaf["position"] != number:
            yield Wrong(f"leaf {number}", "missing from the sealed log")
            return
    frontier, done = Frontier(), 0
    for made in seals(tx):
        if made.size > len(leaves):
            yield Wrong(f"seal {made.size}", "leaves under it are missing")
            return
        frontier.extend(leaf_hash(leaf["data"]) for leaf in leaves[done : made.size])
        done = made.size
        if frontier.root() != made.root:
            yield Wrong(f"seal {made.size}", "its root does not fit the leaves")
        try:
            signed = verify_checkpoint(
                made.checkpoint, key_name=identity["origin"], public_key=identity["seal_public"]
            )
        except CbiError as error:
            yield Wrong(f"seal {made.size}", f"its signature does not hold: {error.code}")
            continue
        if (signed.size, signed.root) != (made.size, made.root):
            yield Wrong(f"seal {made.size}", "its checkpoint speaks of something else")
    if done != len(leaves):
        yield Wrong(f"leaf {done}", "leaves without a seal")


def _leaves_are_their_rows(tx: Reading) -> Iterator[Wrong]:
    """What was sealed is still there, and is what it was."""
    for source in SOURCES:
        if source.kind == "log":
            stored = "SELECT hash AS object, hash AS data FROM log"
        else:
            stored = source.query
        held = {row["object"]: row["data"] for row in tx.rows(stored)}
        for leaf in tx.rows(
            "SELECT position, object, data FROM leaf WHERE kind = :kind", kind=source.kind
        ):
            if held.get(leaf["object"]) != leaf["data"]:
                yield Wrong(
                    f"leaf {leaf['position']}", f"a sealed {source.kind} was changed or removed"
                )


def _log_is_chained(tx: Reading) -> Iterator[Wrong]:
    """Nobody's deed was changed, taken out or added behind the program's back."""
    for broken in broken_lines(tx):
        yield Wrong(broken.where, broken.what)


INVARIANTS: dict[str, Invariant] = {
    "lines-numbered": _lines_are_numbered,
    "chains-hold": _chains_hold,
    "rows-are-their-journal": _rows_are_their_journal,
    "within-face": _within_face,
    "never-overspent": _never_overspent_on_the_way,
    "accounts-fit": _accounts_fit,
    "reversed-once-and-whole": _reversed_once_and_whole,
    "in-valid-time": _in_valid_time,
    "spent-only-active": _spent_only_active,
    "right-retailer": _right_retailer,
    "time-never-runs-back": _time_never_runs_back,
    "receipts-add-up": _receipts_add_up,
    "replaced-whole": _replaced_whole,
    "batches-are-their-lists": _batches_are_their_lists,
    "settled-once": _settled_once,
    "settlements-hold": _settlements_are_what_was_hashed,
    "seals-hold": _seals_hold,
    "leaves-are-their-rows": _leaves_are_their_rows,
    "log-chained": _log_is_chained,
}
