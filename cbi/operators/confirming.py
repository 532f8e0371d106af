"""Whose an account is: what another did to it waits until a second person confirms it.

Whoever adds an account, changes its roles, gives it a passphrase or enables it might sign in with
it. So such an account does nothing until an admin or a manager other than they says that it is its
owner's. Where nobody else could say so it may work, and is told of on every cover and by `check`.
All of it is read from the log; accounts made before the first programme stand on the founder's
word. Standard library alone: a till starts with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cbi.base.errors import NotAllowed
from cbi.operators.log import LogLine, line_of
from cbi.operators.permissions import PERMISSIONS
from cbi.operators.rows import StoredLine
from cbi.storage.transactions import ReadTransaction

CHANGES = ("operator.add", "operator.role", "operator.reset", "operator.enable")
CONFIRM, DISABLE = "operator.confirm", "operator.disable"
OF_ACCOUNTS = (*CHANGES, CONFIRM, DISABLE)
FOUNDED = ("programme.add", "people.import", "people.enrol")
"""With the first of these the founding is over."""
OWN = frozenset({
    "operator.login", "operator.login-failed", "operator.logout", "operator.passphrase",
})
"""What an account that waits may do."""
SECOND_HANDS = {
    "batch.approve": ("batch.draft", "approval.give"),
    "settlement.pay": ("settlement.make", "exception.decide", "approval.give"),
    "approval.give": ("batch.draft", "settlement.make", "statement.import", "approval.give"),
    "late.accept": ("late.bring-in",), "voucher.extend": ("voucher.extend-asked",),
    "people.approve": ("people.import", "people.enrol"),
    "voucher.vouched-for": ("voucher.hand-over",),
    "retailer.agree": ("retailer.change",), "store.agree": ("store.change", "store.reopen"),
}
"""By a deed, the deeds to the same object that somebody else must have done."""
FIRST_HANDS = frozenset(one for first in SECOND_HANDS.values() for one in first)
REVERSED = "till.reverse"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands by the log.

    `behind` are the operators who might be the ones who use it; `unconfirmed` is what was done to
    it that somebody could confirm and nobody has.
    """

    name: str
    roles: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    disabled: bool = False
    behind: frozenset[str] = frozenset()
    unconfirmed: tuple[int, ...] = ()

    @property
    def hands(self) -> frozenset[str]:
        """Everybody whose deed a deed of this account might be."""
        return self.behind | {self.name}


@dataclass(slots=True)
class Stretch:
    """A time in which an account might have been another's: what was done to it, and what of it
    was confirmed. `until` (microseconds UTC) is None while it lasts; `alone`: nobody could confirm.
    """

    account: str
    lines: list[LogLine] = field(default_factory=list)
    until: int | None = None
    alone: bool = False

    @property
    def changes(self) -> list[int]:
        """The log's lines that somebody has to answer for."""
        return [line.seq for line in self.lines if line.action in CHANGES]


@dataclass(slots=True)
class Standings:
    """Every account's standing, as the log's lines are taken in, one after the other."""

    founded: bool = False
    stretches: list[Stretch] = field(default_factory=list)
    wrongly: list[LogLine] = field(default_factory=list)
    """Confirmations by somebody who could not give them; they count for nothing."""
    _known: dict[str, Standing] = field(default_factory=dict)

    def of(self, name: str) -> Standing:
        """One account's standing; of a name that the log does not know, one without rights."""
        return self._known.get(name, Standing(name))

    def who_may_confirm(self, name: str) -> list[str]:
        """Who could say that an account is its owner's: admins and managers other than who might
        use it.
        """
        return sorted(
            one.name for one in self._known.values()
            if not one.disabled and one.roles & PERMISSIONS[CONFIRM]
            and one.name not in self.of(name).hands
        )

    def waits(self, name: str) -> bool:
        """Whether an account may do nothing until somebody confirms it."""
        return bool(self.of(name).unconfirmed and self.who_may_confirm(name))

    def confirmation(self, name: str) -> str:
        """One word for how an account stands."""
        own = self.of(name)
        if self.waits(name) and not own.disabled:
            return "waits"
        return "alone" if own.behind or own.unconfirmed else "confirmed"

    def stretch(self, name: str) -> Stretch | None:
        """The stretch that an account is in."""
        found = [one for one in self.stretches if one.account == name and one.until is None]
        return found[-1] if found else None

    def take(self, line: LogLine) -> None:
        """Take in the next line of the log."""
        self.founded |= line.action in FOUNDED
        if line.action == CONFIRM:
            self._confirm(line)
        elif line.action == DISABLE:
            self._known[line.object] = replace(self.of(line.object), disabled=True)
            self._end(line)
        elif line.action in CHANGES:
            self._change(line)

    def _change(self, line: LogLine) -> None:
        own = _as_given(self.of(line.object), line)
        if self.founded and line.operator != own.name:
            by = self.of(line.operator)
            self._known[own.name] = own = replace(
                own, behind=(own.behind | by.hands) - {own.name}
            )
            stretch = self.stretch(own.name) or Stretch(own.name)
            if not stretch.lines:
                self.stretches.append(stretch)
            stretch.lines.append(line)
            if self.who_may_confirm(own.name):
                own = replace(own, unconfirmed=(*own.unconfirmed, line.seq))
            else:
                stretch.alone = True
        self._known[own.name] = own

    def _confirm(self, line: LogLine) -> None:
        """A doubtful operator's word passes his own doubts on: two accounts of one person cannot
        clear each other.
        """
        own, by, stretch = self.of(line.object), self.of(line.operator), self.stretch(line.object)
        if (
            stretch is None or self.waits(by.name)
            or by.name not in self.who_may_confirm(own.name)
            or line.detail.get("changes") != stretch.changes
        ):
            self.wrongly.append(line)
            return
        stretch.lines.append(line)
        self._known[own.name] = own = replace(
            own, behind=by.behind - {own.name}, unconfirmed=()
        )
        if not own.behind:
            stretch.until = line.at

    def _end(self, line: LogLine) -> None:
        """A disabled account is nobody's; to enable it is a new change."""
        stretch = self.stretch(line.object)
        if stretch is not None:
            stretch.lines.append(line)
            stretch.until = line.at


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about accounts that is wrong, or to be known: where, and a key of the catalogue."""

    where: str
    what: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FirstHand:
    """A deed of which the log has no line of its own: a redemption. `at` in microseconds UTC."""

    did: str
    operator: str
    at: int


def standings(tx: ReadTransaction) -> Standings:
    """Every account's standing now."""
    found = Standings()
    for line in _lines(tx):
        found.take(line)
    return found


def check_confirmed(known: Standings, name: str) -> None:
    """Raises NotAllowed where an account may do nothing until somebody confirms it."""
    if known.waits(name):
        raise NotAllowed(
            "operators.waits", operator=name, who=", ".join(known.who_may_confirm(name))
        )


def wrongly_confirmed(tx: ReadTransaction) -> Iterator[Doubt]:
    """Confirmations by somebody who could not give them."""
    for line in standings(tx).wrongly:
        yield Doubt(f"log {line.seq}", "check.confirmed-wrongly", {
            "operator": line.operator, "account": line.object,
        })


def doubtful_hands(
    lines: Iterable[LogLine], about: Mapping[str, str] | None = None,
    reversed_: Mapping[str, FirstHand] | None = None,
) -> Iterator[Doubt]:
    """Of the whole log: what one person may have done with both hands, and what an account did
    while it waited.

    `about` is what else a deed is about: of a settlement its statement. `reversed_` are the
    redemptions that no one person may reverse, by what the log calls them.
    """
    known, done = Standings(), _Done()
    told, both = set[str](), set[tuple[str, ...]]()
    for line in lines:
        own = known.of(line.operator)
        for did, name, hands in done.before(line, about or {}, reversed_ or {}):
            pair = (line.object, did, name, own.name)
            if name != own.name and hands & own.hands and pair not in both:
                both.add(pair)
                yield Doubt(line.object, "check.may-be-one", {
                    "first": name, "second": own.name, "did": did, "then": line.action,
                    "who": ", ".join(sorted(hands & own.hands)),
                })
        if known.waits(own.name) and line.action not in OWN and own.name not in told:
            told.add(own.name)
            yield Doubt(f"log {line.seq}", "check.acted-while-waiting", {"operator": own.name})
        known.take(line)
        done.take(line, own, known)


@dataclass(slots=True)
class _Done:
    """Who did each first half, and whose hands were behind each account since when."""

    hands: dict[tuple[str, str], dict[str, frozenset[str]]] = field(default_factory=dict)
    since: dict[str, list[tuple[int, frozenset[str]]]] = field(default_factory=dict)

    def take(self, line: LogLine, own: Standing, known: Standings) -> None:
        """Keep what a later line may be the second half of."""
        if line.action in FIRST_HANDS:
            done = self.hands.setdefault((line.action, line.object), {})
            done[own.name] = done.get(own.name, frozenset()) | own.hands
        if line.action in OF_ACCOUNTS:
            self.since.setdefault(line.object, []).append((line.at, known.of(line.object).hands))

    def before(
        self, line: LogLine, about: Mapping[str, str], reversed_: Mapping[str, FirstHand]
    ) -> Iterator[tuple[str, str, frozenset[str]]]:
        """The first halves of what a line does: what was done, by which account, whose hands."""
        for did in SECOND_HANDS.get(line.action, ()):
            for object_ in (line.object, about.get(line.object)):
                for name, hands in self.hands.get((did, object_ or ""), {}).items():
                    yield did, name, hands
        first = reversed_.get(line.object) if line.action == REVERSED else None
        if first is not None:
            then = [hands for at, hands in self.since.get(first.operator, ()) if at <= first.at]
            yield first.did, first.operator, then[-1] if then else frozenset({first.operator})


def _as_given(own: Standing, line: LogLine) -> Standing:
    """An account with what a change gives: rights as they stand in its line, or work again."""
    if line.action == "operator.enable":
        return replace(own, disabled=False)
    roles, stores = line.detail.get("roles"), line.detail.get("stores")
    if isinstance(roles, list):
        own = replace(own, roles=frozenset(map(str, roles)), stores=frozenset())
    if isinstance(stores, list):
        own = replace(own, stores=frozenset(map(str, stores)))
    return own


def _lines(tx: ReadTransaction) -> Iterator[LogLine]:
    """The log's lines that tell of accounts, and the one that ended the founding."""
    named = {f"action{number}": action for number, action in enumerate(OF_ACCOUNTS)}
    ended = {f"ended{number}": action for number, action in enumerate(FOUNDED)}
    for row in tx.read(
        StoredLine,
        f"SELECT * FROM log WHERE action IN ({', '.join(f':{name}' for name in named)}) OR seq = ("
        f"SELECT min(seq) FROM log WHERE action IN ({', '.join(f':{name}' for name in ended)})) "
        "ORDER BY seq", **named, **ended,
    ):
        yield line_of(row)
