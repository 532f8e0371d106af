"""The reconciliation act: what a retailer billed and was paid in some days, for both to sign.

It opens with what was owed the day before, goes through settlements and payments by their days, and
closes with what is owed; money alone, so no line of it names a voucher.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.errors import NotFound, UsageError
from cbi.finance.identities import Claimed, claims_by_statement
from cbi.finance.intake.statements import statements
from cbi.finance.letters.files import check_ending, write_letter
from cbi.finance.letters.words import checkpoint_words, is_day, number_name, retailer_facts
from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.contract_words import contract_name, terms_words
from cbi.finance.settling.contracts import terms_on
from cbi.finance.tables import Statement
from cbi.ledger.settling import credits_due
from cbi.messages import text
from cbi.messages.figures import amount_figures, date_words
from cbi.operators.operator_session import OperatorSession
from cbi.paper.blocks import Block, FactLines, Letter, LetterTable, Signatures, TableColumn, Words
from cbi.paper.words import amount_words
from cbi.places.places import retailers
from cbi.places.profile import profile_of
from cbi.programmes.programmes import programmes
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAsked:
    """Which act: its days (ISO text, both included), who we are, the contract, the language."""

    first: str
    last: str
    language: str = "en"
    organisation: str = ""
    number: str = ""
    contract: str = ""
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ActMade:
    """An act that was written: opening + accepted - returned - discount - fee - paid = closing, in
    minor units."""

    path: Path
    retailer: str
    currency: str
    first: str
    last: str
    opening_minor: int
    accepted_minor: int
    returned_minor: int
    discount_minor: int
    fee_minor: int
    paid_minor: int

    @property
    def closing_minor(self) -> int:
        """What is owed at the end."""
        return self.opening_minor + self.accepted_minor - self.less_minor

    @property
    def less_minor(self) -> int:
        """All that stands against what was accepted."""
        return self.returned_minor + self.discount_minor + self.fee_minor + self.paid_minor


class ActLine(NamedTuple):
    """A settlement (`accepted`), what it took back (`returned`), what the contract takes off it
    (`discount`, `fee`) or a payment (`paid`), with the words that name it.
    """

    at: int
    kind: str
    settlement: str
    named: str
    amount_minor: int


_MOVED = """
SELECT s.made_at AS at, 'accepted' AS kind, s.number AS settlement, t.number AS named,
       sum(l.settled_minor) AS amount_minor
FROM settlement s JOIN statement t ON t.id = s.statement
JOIN settlement_line l ON l.settlement = s.id AND l.settled_minor > 0
WHERE s.retailer = :retailer AND t.currency = :currency GROUP BY s.made_at, s.number, t.number
UNION ALL
SELECT s.made_at, 'returned', s.number, t.number, -sum(l.settled_minor)
FROM settlement s JOIN statement t ON t.id = s.statement
JOIN settlement_line l ON l.settlement = s.id AND l.settled_minor < 0
WHERE s.retailer = :retailer AND t.currency = :currency GROUP BY s.made_at, s.number, t.number
UNION ALL
SELECT s.made_at, 'discount', s.number, t.number, s.discount_minor
FROM settlement s JOIN statement t ON t.id = s.statement
WHERE s.retailer = :retailer AND t.currency = :currency AND s.discount_minor <> 0
UNION ALL
SELECT s.made_at, 'fee', s.number, t.number, s.fee_minor
FROM settlement s JOIN statement t ON t.id = s.statement
WHERE s.retailer = :retailer AND t.currency = :currency AND s.fee_minor <> 0
UNION ALL
SELECT p.paid_at, 'paid', s.number, p.reference, p.amount_minor
FROM payment p JOIN settlement s ON s.id = p.settlement JOIN statement t ON t.id = s.statement
WHERE s.retailer = :retailer AND t.currency = :currency
ORDER BY 1, 2, 3
"""


def make_act(
    session: OperatorSession, retailer: str, path: Path, asked: ActAsked
) -> ActMade:
    """Write a retailer's reconciliation act, as PDF or workbook by its file's ending.

    Raises:
        NotAllowed: this operator may not read finance's books.
        NotFound: no such retailer, or it never billed anything.
        UsageError: another ending, days that are none, backwards or to come, or several currencies.
        BadFile: the file cannot be written.
    """
    session.require("finance.read")
    check_ending(path)
    if not is_day(asked.first) or not is_day(asked.last) or asked.first > asked.last:
        raise UsageError("letter.act-days", first=asked.first, last=asked.last)
    now = session.clock()
    with session.ledger.read() as tx:
        code = _known(tx, retailer)
        currency = _currency(tx, code, asked.currency)
        zone = next((one.zone for one in programmes(tx) if one.currency == currency), "UTC")
        today = date_at(now, zone)
        if asked.last > today:
            raise UsageError("letter.act-ahead", last=asked.last)
        writer = _Writer(tx, asked, code, currency, zone)
        made = writer.made(path)
        letter = writer.letter(made, today)
    write_letter(path, letter, made_at=now, zone=zone)
    return made


def _known(tx: ReadTransaction, retailer: str) -> str:
    code = retailer.strip().lower()
    if code not in {one.code for one in retailers(tx)}:
        raise NotFound("finance.retailer-unknown", retailer=retailer)
    return code


def _currency(tx: ReadTransaction, retailer: str, asked: str | None) -> str:
    """The one currency that the retailer's bills are in, or that which was asked for."""
    known = sorted({one.currency for one in statements(tx, retailer=retailer)})
    wanted = [one for one in known if asked is None or one == asked.strip().upper()]
    if not wanted:
        raise NotFound("letter.nothing-billed", retailer=retailer)
    if len(wanted) > 1:
        raise UsageError("letter.currency-needed", retailer=retailer, known=", ".join(known))
    return wanted[0]


@dataclass(frozen=True, slots=True)
class _Writer:
    """What an act is made from."""

    tx: ReadTransaction
    asked: ActAsked
    retailer: str
    currency: str
    zone: str

    def say(self, key: str, **facts: object) -> str:
        return text(f"letter.{key}", self.asked.language, **facts)

    def amount(self, amount_minor: int) -> str:
        return amount_figures(amount_minor, self.currency, self.asked.language)

    def day(self, iso: str) -> str:
        return date_words(iso, self.asked.language)

    def moved(self) -> Iterator[tuple[str, ActLine]]:
        """Settlements and payments, each with its day."""
        for one in self.tx.read(
            ActLine, _MOVED, retailer=self.retailer, currency=self.currency
        ):
            yield date_at(one.at, self.zone), one._replace(amount_minor=int(one.amount_minor))

    def made(self, path: Path) -> ActMade:
        """The sums before and in these days."""
        before, sums = 0, {"accepted": 0, "returned": 0, "discount": 0, "fee": 0, "paid": 0}
        for day, one in self.moved():
            if day < self.asked.first:
                before += one.amount_minor if one.kind == "accepted" else -one.amount_minor
            elif day <= self.asked.last:
                sums[one.kind] += one.amount_minor
        return ActMade(path, self.retailer, self.currency, self.asked.first, self.asked.last,
                       before, *sums.values())

    def letter(self, made: ActMade, today: str) -> Letter:
        """The whole act."""
        title = self.say("act-title")
        practice = bool(self.tx.value("SELECT practice FROM ledger_identity"))
        seller = retailer_facts(self.tx, self.retailer, self.asked.language)
        owners = [one.name for one in programmes(self.tx) if one.currency == self.currency]
        ours = self.asked.organisation or ", ".join(owners)
        blocks: list[Block] = [
            *([Words(self.say("practice"), "heading")] if practice else []), Words(title, "title"),
            self._facts(ours, seller.name, seller.number, today),
            Words(self.say("act-moved"), "heading"), self._moves(made),
            *self._owed(made, ours, seller.name), *self._bills(today), *self._open(),
            Signatures((
                (ours, self._sign_lines()), (seller.name, self._sign_lines()),
            )),
        ]
        blocks += checkpoint_words(self.tx, self.asked.language)
        return Letter(title, self.say("sheet-act"), blocks, self.asked.language, self.currency,
                      practice)

    def _sign_lines(self) -> Sequence[str]:
        return [self.say(f"sign-{name}") for name in ("name", "signature", "day")]

    def _facts(self, ours: str, seller: str, seller_number: str, today: str) -> FactLines:
        asked = self.asked
        called = number_name(profile_of(self.tx).retailer_number.name, asked.language)
        our_number = f"{called} {asked.number or '_' * 16}"
        return FactLines([
            (self.say("act-payer"), ours), ("", our_number),
            (self.say("act-retailer"), seller), ("", seller_number or f"{called} {'_' * 16}"),
            (self.say("contract"), asked.contract or self._contract() or "_" * 40),
            *self._terms(),
            (self.say("period"), f"{self.day(asked.first)} – {self.day(asked.last)}"),
            (self.say("date"), self.day(today)),
            (self.say("act-currency"), self.currency),
        ])

    def _known_terms(self) -> ContractTerms | None:
        return terms_on(self.tx, self.retailer, self.currency, self.asked.last)

    def _contract(self) -> str:
        found = self._known_terms()
        return contract_name(found, self.asked.language) if found else ""

    def _terms(self) -> Iterator[tuple[str, str]]:
        """On which terms it is paid, where a contract says any."""
        if found := self._known_terms():
            yield self.say("terms"), terms_words(found, self.asked.language)

    def _moves(self, made: ActMade) -> LetterTable:
        """Opening, every settlement and payment by its day, sums, closing."""
        columns = (
            TableColumn(self.say("column-date"), 3, "date"), TableColumn(self.say("act-what"), 9),
            TableColumn(self.say("act-accepted"), 3.6, "amount"),
            TableColumn(self.say("act-paid"), 3.6, "amount"),
        )
        rows: list[Sequence[object]] = [
            (self.asked.first, self.say("act-opening"), *_sides(made.opening_minor))
        ]
        for day, one in self.moved():
            if self.asked.first <= day <= self.asked.last:
                amounts = (one.amount_minor, None) if one.kind == "accepted" \
                    else (None, one.amount_minor)
                words = self.say(f"act-{one.kind}-by", settlement=one.settlement, named=one.named)
                rows.append((day, words, *amounts))
        rows += [
            (None, self.say("act-turnover"), made.accepted_minor, made.less_minor),
            (self.asked.last, self.say("act-closing"), *_sides(made.closing_minor)),
        ]
        return LetterTable(columns, rows, strong=2)

    def _owed(self, made: ActMade, ours: str, seller: str) -> Iterator[Words]:
        """What is owed at the end, by whom, in figures and in words."""
        owed = made.closing_minor
        payer, payee = (ours, seller) if owed >= 0 else (seller, ours)
        day = self.day(self.asked.last)
        if owed == 0:
            yield Words(self.say("act-even", day=day), "heading")
            return
        said = amount_words(abs(owed), self.currency, self.asked.language)
        yield Words(self.say(
            "act-owed", day=day, payer=payer, payee=payee, amount=self.amount(abs(owed)),
        ), "heading")
        if said:
            yield Words(f"({said})")

    def _bills(self, today: str) -> Iterator[Block]:
        """The bills of these days, and what came of each by today."""
        found = [
            one for one in statements(self.tx, retailer=self.retailer)
            if one.currency == self.currency and one.withdrawn_at is None
            and one.period_from <= self.asked.last and one.period_until >= self.asked.first
        ]
        if not found:
            return
        columns = (
            TableColumn(self.say("act-bill"), 3), TableColumn(self.say("period"), 6.6),
            *(TableColumn(self.say(f"sum-short-{name}"), 3.2, "amount")
              for name in ("claimed", "accepted", "disputed", "open")),
        )
        yield Words(self.say("act-bills", day=self.day(today)), "heading")
        stands = claims_by_statement(self.tx)
        yield LetterTable(columns, [self._bill(one, stands[one.number]) for one in found])

    def _bill(self, one: Statement, stands: Claimed) -> Sequence[object]:
        period = f"{self.day(one.period_from)} – {self.day(one.period_until)}"
        return (one.number, period, int(stands.claimed_minor), int(stands.accepted_minor),
                int(stands.rejected_minor), int(stands.pending_minor))

    def _open(self) -> Iterator[Words]:
        """Reversals that the next settlement takes off."""
        for one in credits_due(self.tx):
            if one.retailer == self.retailer and one.currency == self.currency:
                yield Words(self.say("act-credit", amount=self.amount(one.amount_minor)))


def _sides(balance_minor: int) -> tuple[int | None, int | None]:
    """A balance on the side of what is owed to the retailer, or on the other."""
    return (balance_minor, None) if balance_minor >= 0 else (None, -balance_minor)
