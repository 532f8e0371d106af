"""The rules that hold for one voucher and its journal, each a function that yields what is wrong.

The row is rebuilt from the lines and the chain is hashed again: nothing stored is taken at its
word. What a tamperer left may be of any shape, so a rule reads it as strangers' data.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from itertools import pairwise, zip_longest

from cbi.audit.rule_results import Violation
from cbi.base.clock import date_at
from cbi.ledger.chain import chained, genesis, line_digest
from cbi.ledger.journal import FUNDS, VOUCHERS, line_json, line_mac, retailer_account
from cbi.ledger.vouchers.issuing import validity
from cbi.ledger.vouchers.reading import ISSUE_FACTS, JournalLine, Voucher
from cbi.ledger.vouchers.states import OPEN_STATES
from cbi.operators.digests import may_write, vouching_key

MOVES = {
    "issue": (FUNDS, VOUCHERS), "redeem": (VOUCHERS, "retailer:"),
    "reverse": ("retailer:", VOUCHERS), "expire": (VOUCHERS, FUNDS), "void": (VOUCHERS, FUNDS),
    "honour": (FUNDS, VOUCHERS),
}
CLOSED = {"expire": "expired", "void": "void"}
STATE_AFTER = {
    "hand-over": "active", "take-back": "issued", "unblock": "active", "block": "blocked", **CLOSED,
}
MAY_FOLLOW = {
    "hand-over": frozenset({"issued"}), "take-back": frozenset({"active"}),
    "block": frozenset({"active"}),
    "unblock": frozenset({"blocked"}), "redeem": frozenset({"active"}), "extend": OPEN_STATES,
    "expire": OPEN_STATES, "void": OPEN_STATES, "reverse": OPEN_STATES | {"expired", "void"},
    "honour": frozenset({"expired"}),
}
"""The states in which a kind of line may come. Only what a reversal gives back closes twice,
and only what is honoured is redeemed when it has expired."""


@dataclass(frozen=True, slots=True)
class RoundRules:
    """What a round says: its time zone, whether in parts, and the retailers of each category."""

    zone: str
    in_parts: bool
    takers: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Journal:
    """A voucher's row with its lines in order. One of the two may be missing."""

    voucher: Voucher | None
    lines: list[JournalLine]
    setting: RoundRules | None
    stores: Mapping[str, str]
    """Every store's retailer."""
    keys: Mapping[str, bytes] | None = None
    """What each line's machine is held to; None where there is no keyring."""

    def at(self, line: JournalLine | None = None) -> str:
        """The voucher, or one of its lines, as a person finds it."""
        serial = self.voucher.serial if self.voucher else None
        if serial is None:
            serial = self.lines[0].voucher.hex() if self.lines else "?"
        return str(serial) if line is None else f"{serial}/{line.seq}"


VoucherRule = Callable[[Journal], Iterator[Violation]]


def _numbered(journal: Journal) -> Iterator[Violation]:
    if not journal.voucher:
        yield Violation(journal.at(), "check.lines-without-voucher")
    if not journal.lines:
        yield Violation(journal.at(), "check.voucher-without-lines")
    for number, line in enumerate(journal.lines, 1):
        if line.seq != number:
            yield Violation(journal.at(line), "check.line-missing", {"number": number})
            return


def _chained(journal: Journal) -> Iterator[Violation]:
    voucher = journal.voucher
    if not voucher or not journal.lines:
        return
    head, before = genesis(voucher.id), None
    for line in journal.lines:
        facts = None
        if line.kind == "issue":
            facts = {name: getattr(voucher, name) for name in ISSUE_FACTS} | {"voucher": voucher.id}
        digest = line_digest(line_json(line.said, facts))
        head = chained(head, digest)
        if head != line.hash:
            yield Violation(journal.at(line), "check.line-changed")
            return
        if not _vouched(journal, line, digest, before):
            yield Violation(journal.at(line), "check.line-unvouched")
        before = line
    if head != voucher.last_hash:
        yield Violation(journal.at(), "check.lines-removed")


def _vouched(
    journal: Journal, line: JournalLine, digest: bytes, before: JournalLine | None
) -> bool:
    """Whether the machine that a line names wrote it, and may; without its key it is believed."""
    if journal.keys is None or journal.voucher is None:
        return True
    name = line.vouched_by
    then = None if before is None else (before.kind, before.vouched_by)
    if not may_write(name, line.kind, then):
        return False
    key = vouching_key(journal.keys, name)
    return key is None or compare_digest(
        line_mac(key, journal.voucher.code_hash, digest), line.mac
    )


def _rebuilt(journal: Journal) -> Iterator[Violation]:
    if not journal.voucher or not journal.lines:
        return
    if journal.setting is None:
        yield Violation(journal.at(), "check.round-missing", {"round": journal.voucher.round})
        return
    for name, value in rebuild(journal.voucher, journal.lines, journal.setting.zone).items():
        stored = getattr(journal.voucher, name)
        if stored != value:
            yield Violation(
                journal.at(), "check.row-differs",
                {"column": name, "stored": _shown(stored), "told": _shown(value)},
            )


def rebuild(voucher: Voucher, lines: list[JournalLine], zone: str) -> dict[str, object]:
    """What a voucher's changeable columns must be, from its lines alone."""
    spent = closed = 0
    state, until = "issued", lines[0].valid_until or ""
    successor: bytes | None = None
    for line in lines:
        kind, amount = line.kind, line.amount_minor
        state = STATE_AFTER.get(kind, state)
        spent += {"redeem": amount, "reverse": -amount}.get(kind, 0)
        closed += amount if kind in CLOSED else -amount if kind == "honour" else 0
        if kind == "extend":
            until = line.valid_until or ""
        if kind == "void":
            successor = line.successor or successor
    opens_at, closes_at = validity(voucher.valid_from, until, zone)
    last = lines[-1]
    return {
        "face_minor": lines[0].amount_minor, "spent_minor": spent, "closed_minor": closed,
        "state": state, "valid_until": until, "opens_at": opens_at, "closes_at": closes_at,
        "successor": successor, "last_seq": last.seq, "last_hash": last.hash,
        "last_at": last.recorded_at,
    }


def _within_face(journal: Journal) -> Iterator[Violation]:
    voucher = journal.voucher
    if not voucher:
        return
    spent, closed, face = voucher.spent_minor, voucher.closed_minor, voucher.face_minor
    if min(spent, closed) < 0 or face <= 0 or spent + closed > face:
        yield Violation(journal.at(), "check.beyond-face")


def _never_overspent(journal: Journal) -> Iterator[Violation]:
    """On the way too, not only at the end; and what is closed leaves nothing behind."""
    for line, before in _balances(journal):
        after = before + _sign(line.kind) * line.amount_minor
        if after < 0:
            yield Violation(journal.at(line), "check.overspent")
            return
        if line.kind in CLOSED and after != 0:
            yield Violation(journal.at(line), "check.closed-in-part")


def _whole_only(journal: Journal) -> Iterator[Violation]:
    if journal.setting is None or journal.setting.in_parts:
        return
    closed = 0
    for line, before in _balances(journal):
        if line.kind == "redeem" and line.amount_minor != before:
            yield Violation(journal.at(line), "check.spent-in-part")
        if line.kind == "honour" and line.amount_minor != closed:
            yield Violation(journal.at(line), "check.spent-in-part")
        closed += line.amount_minor if line.kind in CLOSED else 0


def _accounts_fit(journal: Journal) -> Iterator[Violation]:
    for line in journal.lines:
        debit, credit = line.debit or "", line.credit or ""
        expected = MOVES.get(line.kind)
        fits = (
            not debit and not credit and line.amount_minor == 0
            if expected is None
            else _is_account(debit, expected[0]) and _is_account(credit, expected[1])
            and line.amount_minor > 0
        )
        if not fits:
            yield Violation(journal.at(line), "check.wrong-accounts", {"kind": line.kind})


def _reversed_once(journal: Journal) -> Iterator[Violation]:
    open_redemptions: dict[bytes, JournalLine] = {}
    for line in journal.lines:
        if line.kind == "redeem":
            open_redemptions[line.id] = line
        if line.kind == "reverse":
            undone = open_redemptions.pop(line.reverses or b"", None)
            if undone is None or (
                (undone.amount_minor, undone.credit, undone.store, undone.receipt)
                != (line.amount_minor, line.debit, line.store, line.receipt)
            ):
                yield Violation(journal.at(line), "check.reverses-nothing")


def _in_valid_time(journal: Journal) -> Iterator[Violation]:
    """Spent between its first day and its last, as it was known when it was spent."""
    voucher, setting = journal.voucher, journal.setting
    if not voucher or setting is None:
        return
    until = ""
    for line in journal.lines:
        until = line.valid_until or until
        if line.kind == "redeem":
            opens_at, closes_at = validity(voucher.valid_from, until, setting.zone)
            if not opens_at <= line.occurred_at < closes_at:
                yield Violation(journal.at(line), "check.outside-dates")


def _states_follow(journal: Journal) -> Iterator[Violation]:
    state, given_back, honoured = "issued", False, False
    for line in journal.lines[1:]:
        kind = line.kind
        again = (given_back and CLOSED.get(kind) == state) or (honoured and kind == "redeem")
        if state not in MAY_FOLLOW.get(kind, ()) and not again:
            yield Violation(journal.at(line), "check.wrong-state", {"kind": kind, "state": state})
        given_back, honoured = kind == "reverse", kind == "honour"
        state = STATE_AFTER.get(kind, state)


def _honoured(journal: Journal) -> Iterator[Violation]:
    """What is honoured had expired, and is redeemed at once, all of it, at the same hands."""
    expired = 0
    for line, after in zip_longest(journal.lines, journal.lines[1:]):
        if line.kind in ("expire", "honour"):
            expired += line.amount_minor * (1 if line.kind == "expire" else -1)
        if line.kind == "honour" and (
            expired < 0 or after is None or after.kind != "redeem"
            or _who_and_when(line) != _who_and_when(after)
        ):
            yield Violation(journal.at(line), "check.honoured-wrongly")


def _who_and_when(line: JournalLine) -> tuple[object, ...]:
    return line.amount_minor, line.operator, line.occurred_at, line.recorded_at


def _taken_back(journal: Journal) -> Iterator[Violation]:
    """A hand-over is undone on the day it was made, while nothing was spent."""
    given_at, spent = 0, 0
    for line in journal.lines:
        if line.kind == "hand-over":
            given_at = line.recorded_at
        spent += {"redeem": 1, "reverse": -1}.get(line.kind, 0) * line.amount_minor
        if line.kind == "take-back" and journal.setting is not None:
            given, undone = (
                date_at(instant, journal.setting.zone)
                for instant in (given_at, line.recorded_at)
            )
            if spent or given != undone:
                yield Violation(journal.at(line), "check.taken-back")


def _spent_in_hands(journal: Journal) -> Iterator[Violation]:
    """Nothing was spent on a day before that of the hand-over."""
    if journal.setting is None:
        return
    zone, handed = journal.setting.zone, None
    for line in journal.lines:
        if line.kind == "hand-over":
            handed = line.occurred_at
        elif (
            line.kind == "redeem" and handed is not None and line.occurred_at < handed
            and date_at(line.occurred_at, zone) < date_at(handed, zone)
        ):
            yield Violation(journal.at(line), "check.before-hand-over")


def _right_retailer(journal: Journal) -> Iterator[Violation]:
    setting = journal.setting
    if not journal.voucher or setting is None:
        return
    takers = setting.takers.get(journal.voucher.category, frozenset())
    for line in journal.lines:
        if line.kind != "redeem":
            continue
        retailer = journal.stores.get(line.store or "")
        if retailer not in takers or line.credit != retailer_account(retailer):
            yield Violation(journal.at(line), "check.wrong-retailer", {"store": line.store})


def _time_never_runs_back(journal: Journal) -> Iterator[Violation]:
    for before, after in pairwise(journal.lines):
        if after.recorded_at < before.recorded_at:
            yield Violation(journal.at(after), "check.ran-back")


def _balances(journal: Journal) -> Iterator[tuple[JournalLine, int]]:
    """Each line with the balance before it."""
    balance = 0
    for line in journal.lines:
        yield line, balance
        balance += _sign(line.kind) * line.amount_minor


def _sign(kind: str) -> int:
    return 1 if kind in ("issue", "reverse", "honour") else -1


def _is_account(account: str, expected: str) -> bool:
    return account.startswith(expected) if expected.endswith(":") else account == expected


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


VOUCHER_RULES: dict[str, VoucherRule] = {
    "lines-numbered": _numbered,
    "chains-hold": _chained,
    "rows-are-their-journal": _rebuilt,
    "within-face": _within_face,
    "never-overspent": _never_overspent,
    "whole-only": _whole_only,
    "accounts-fit": _accounts_fit,
    "reversed-once-and-whole": _reversed_once,
    "in-valid-time": _in_valid_time,
    "states-follow": _states_follow,
    "honoured-and-redeemed": _honoured,
    "taken-back-in-time": _taken_back,
    "spent-in-hands": _spent_in_hands,
    "right-retailer": _right_retailer,
    "time-never-runs-back": _time_never_runs_back,
}
