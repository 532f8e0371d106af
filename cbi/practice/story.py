"""The practice campaign as a story: Kazakhstan 2022 from an empty ledger to a sealed month.

Every beat is a line that one of the invented operators types, or something that happens outside the
program. Whoever plays it carries the lines out as they stand, so the story is the tutorial too.
"""

from collections.abc import Callable, Iterator, Mapping

from cbi.base.clock import instant_on
from cbi.base.money import plain_amount
from cbi.distribution.listing import listed_vouchers
from cbi.finance.reconciliation.exceptions import LATER, exceptions, verdicts_for
from cbi.finance.reconciliation.streams import UNBILLED
from cbi.ledger.vouchers.codes import show_code
from cbi.practice import world
from cbi.practice.beats import Beat, Happens, Stage, ToldLine, TypedLine
from cbi.practice.cast import (
    AUDITOR,
    CAST,
    CLERK,
    CONTROLLER,
    FIELD,
    MANAGER,
    NEWCOMER,
    SECOND_FIELD,
    TREASURER,
    CastMember,
    cashier_of,
)
from cbi.practice.generator import people
from cbi.practice.people_list import write_people_list
from cbi.practice.sample import SampleProgramme, SampleRound, sample_programme
from cbi.practice.shops import Purchase

BILLED = "magnum"
PERIOD = ("2022-08-16", "2022-09-30")
SHOWN_PURCHASES = 2
USUAL_PEOPLE = 1_200
"""What the sample's budget was made for."""


class CampaignStory:
    """One telling: what later beats need to know of earlier ones."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.sample: SampleProgramme = sample_programme()
        self.first, self.second = self.sample.rounds[:2]
        self.shopping = world.Shopping()
        self.lost = ""

    def beats(self) -> Iterator[Beat]:
        """All of it, in order; each beat is played before the next is asked for."""
        for chapter in (
            self._set_up, self._enrolment, self._issuing, self._hands, self._tills,
            self._mishaps, self._bill, self._money, self._month_end, self._next_round,
        ):
            name = chapter.__name__.strip("_").replace("_", "-")
            yield ToldLine(f"demo.chapter-{name}", heading=True)
            yield from chapter()

    def at(self, day: str, hour: int = 9, minute: int = 0) -> int:
        """An instant of the campaign."""
        return instant_on(day, hour, self.sample.zone, minute)

    def file(self, name: str) -> str:
        """A file of the story as it is typed."""
        return str(self.stage.folder / name)

    def _set_up(self) -> Iterator[Beat]:
        day, sample = self.at("2022-08-01"), self.sample
        for kind in ("city", "retailer", "store"):
            plural = {"city": "cities", "retailer": "retailers", "store": "stores"}[kind]
            yield TypedLine(NEWCOMER, (kind, "add", "--file", self.file(f"{plural}.json")), day)
        for member in CAST:
            yield from self._sign_on(member, day)
        yield TypedLine(NEWCOMER, (
            "programme", "add", sample.code, "--name", sample.name, "--short-name",
            sample.short_name, "--budget", _typed(self._budget()), "--hotline", sample.hotline,
            "--reversal-alone-max", _typed(sample.reversal_alone_max_minor),
            "--lateness-days", str(sample.lateness_days),
        ), day)

    def _budget(self) -> int:
        """The campaign's own; for more people than it had, in proportion."""
        return self.sample.budget_minor * max(self.stage.people, USUAL_PEOPLE) // USUAL_PEOPLE

    def _sign_on(self, member: CastMember, day: int) -> Iterator[Beat]:
        """Made by another, so the first passphrase holds for one login only."""
        folder = "passphrases/"
        roles = [word for role in member.roles for word in ("--role", role)]
        roles += [word for store in member.stores for word in ("--store", store)]
        first, own = self.file(f"{folder}first.txt"), self.file(f"{folder}{member.name}.txt")
        yield TypedLine(NEWCOMER, (
            "operator", "add", member.name, *roles, "--new-passphrase-file", first
        ), day)
        yield TypedLine(member.name, (
            "login", member.name, "--passphrase-file", first, "--new-passphrase-file", own
        ), day, quiet=True)

    def _enrolment(self) -> Iterator[Beat]:
        day = self.at("2022-08-03")
        yield Happens("demo.list-arrives", self._write_list, day)
        words = ("people", "import", self.file("people.xlsx"), "--yes", "--rejected",
                 self.file("people-rejected.xlsx"))
        yield TypedLine(FIELD, words, day, ends=frozenset({0, 6}))
        yield ToldLine("demo.once-more")
        yield TypedLine(FIELD, words, day, ends=frozenset({0, 5, 6}))
        yield TypedLine(FIELD, ("duplicates", "list", "--limit", "5"), day)
        yield from self._decide_pairs(self.at("2022-08-04"))
        yield TypedLine(MANAGER, ("people", "approve", "--list", self._list_hash(), "--yes"),
                        self.at("2022-08-05"))

    def _list_hash(self) -> str:
        with self.stage.session(MANAGER).ledger.read() as tx:
            return str(tx.value("SELECT list_hash FROM person ORDER BY enrolled_at LIMIT 1"))

    def _write_list(self, progress: Callable[[int], None]) -> Mapping[str, object]:
        made = list(people(self.stage.seed, self.stage.people))
        write_people_list(self.stage.folder / "people.xlsx", made)
        progress(1)
        return {"rows": len(made), "file": self.file("people.xlsx")}

    def _decide_pairs(self, day: int) -> Iterator[Beat]:
        with self.stage.session(FIELD).ledger.read() as tx:
            pairs = list(tx.tuples(
                "SELECT first, second FROM duplicate_pair WHERE state = 'open'"
                " AND strength IN ('certain', 'likely') ORDER BY first, second"
            ))
        for number, (first, second) in enumerate(pairs):
            yield TypedLine(SECOND_FIELD, (
                "duplicates", "decide", first, second, "same", "--reason",
                "same person, met in the office", "--yes",
            ), day, quiet=number > 0, ends=frozenset({0, 5}))
        yield ToldLine("demo.pairs-decided", {"pairs": len(pairs)})

    def _issuing(self) -> Iterator[Beat]:
        day = self.at("2022-08-10")
        yield self._round(self.first, day)
        yield TypedLine(FIELD, ("issue", self.first.code, "--yes"), day)
        yield ToldLine("demo.two-hands")
        yield TypedLine(FIELD, ("batch", "approve", self._batch(self.first), "--yes"), day,
                        ends=frozenset({3}))
        day = self.at("2022-08-11")
        yield TypedLine(MANAGER, ("batch", "approve", self._batch(self.first), "--yes"), day)
        yield TypedLine(FIELD, (
            "print", self._batch(self.first), "-o", self.file("vouchers.pdf")
        ), day)
        yield TypedLine(FIELD, (
            "print", self._batch(self.first), "--list", "-o", self.file("distribution.pdf")
        ), day)

    def _round(self, given: SampleRound, day: int) -> TypedLine:
        rules = [word for rule in given.entitlements for word in (
            "--entitlement", f"{rule.category}:{_typed(rule.amount_minor)}:{rule.per}"
        )]
        takers = [word for category, retailers in given.retailers.items()
                  for retailer in retailers for word in ("--retailer", f"{category}:{retailer}")]
        return TypedLine(MANAGER, (
            "round", "add", given.code, "--programme", self.sample.code, "--from",
            given.valid_from, "--until", given.valid_until, *rules, *takers,
        ), day)

    def _batch(self, given: SampleRound) -> str:
        return f"{given.code}-B1"

    def _hands(self) -> Iterator[Beat]:
        day = self.at("2022-08-16")
        serials = self._serials()
        self.lost = serials[-1]
        yield ToldLine("demo.queue")
        yield TypedLine(FIELD, ("hand-over", serials[0], "--witness", SECOND_FIELD), day)
        yield Happens("demo.ticked", self._write_ticked, day)
        yield TypedLine(FIELD, (
            "hand-over", "--list", self.file("handed-over.csv"), "--witness", SECOND_FIELD
        ), self.at("2022-08-16", 17), ends=frozenset({0, 5}))

    def _serials(self) -> list[str]:
        _, vouchers = listed_vouchers(self.stage.session(FIELD), self._batch(self.first))
        return [one.serial for one in vouchers]

    def _write_ticked(self, progress: Callable[[int], None]) -> Mapping[str, object]:
        from cbi.files import write_csv

        given = self._serials()[1:-3]  # a family did not come
        write_csv(self.stage.folder / "handed-over.csv", ("serial",), ((one,) for one in given))
        progress(1)
        return {"vouchers": len(given)}

    def _tills(self) -> Iterator[Beat]:
        day = self.at("2022-08-16", 18)
        self.shopping = world.plan_shopping(
            self.stage, self.sample, self.first
        )
        bought = self.shopping.at_tills
        for purchase in bought[:SHOWN_PURCHASES]:
            yield from self._at_the_till(purchase)
        yield ToldLine("demo.wrong-turns")
        till, code = cashier_of(bought[0].store), show_code(bought[0].code)
        slip = code[:-1] + ("8" if code.endswith("7") else "7")
        yield TypedLine(till, ("verify", code), day, ends=frozenset({0, 1}))
        yield TypedLine(till, ("verify", slip), day, ends=frozenset({1}))
        rest = bought[SHOWN_PURCHASES:]
        yield Happens("demo.families-shop", lambda tell: world.shop(self.stage, rest, tell), day,
                      total=len(rest))
        end = self.at("2022-09-26")
        for store, path in world.write_lists(self.stage, self.shopping):
            yield TypedLine(CLERK, ("redeem", "--list", str(path), "--store", store, "--yes"), end,
                            ends=frozenset({0, 1}))

    def _at_the_till(self, purchase: Purchase) -> Iterator[Beat]:
        at, till = purchase.occurred_at, cashier_of(purchase.store)
        yield TypedLine(till, ("verify", show_code(purchase.code), "--store", purchase.store), at)
        yield TypedLine(till, (
            "redeem", show_code(purchase.code), _typed(purchase.amount_minor), "--store",
            purchase.store, "--receipt", purchase.receipt, "--receipt-total",
            _typed(purchase.receipt_total_minor),
        ), at)

    def _mishaps(self) -> Iterator[Beat]:
        day = self.at("2022-09-27")
        yield TypedLine(FIELD, (
            "replace", self.lost, "--reason", "paper lost before hand-over"
        ), day)
        yield TypedLine(FIELD, ("explain", self.lost), day)
        yield TypedLine(MANAGER, ("expire", "--yes"), self.at("2022-10-01", 8))

    def _bill(self) -> Iterator[Beat]:
        day = self.at("2022-10-03")
        yield Happens("demo.bill-arrives", self._write_bill, day)
        yield TypedLine(CLERK, (
            "statement", "import", self.file("statement.xlsx"), "--retailer", BILLED, "--yes"
        ), day, ends=frozenset({0, 6}))
        yield TypedLine(CLERK, ("reconcile", self._statement()), day)
        yield TypedLine(CLERK, (
            "exception", "list", "--statement", self._statement(), "--limit", "8"
        ), day)
        yield from self._decide_exceptions(day)

    def _decide_exceptions(self, day: int) -> Iterator[Beat]:
        """All of a kind at once: pay what was redeemed, refuse what was not, ask about the rest.

        Two people of finance suffice: who brought the statement pays, the other decides and
        settles. A proposed cure moves money to another voucher, so who brought it cannot take it.
        """
        statement = self._statement()
        with self.stage.session(CLERK).ledger.read() as tx:
            open_ones = exceptions(tx, statement=statement, undecided=True)
        said = sorted({(one.rule, verdicts_for(one)[0]) for one in open_ones})
        for rule, verdict in said:
            word = LATER if rule == UNBILLED else verdict
            yield TypedLine(TREASURER, (
                "exception", "decide", word, "--statement", statement, "--rule", rule,
                "--reason", "checked with the retailer by phone",
            ), day)

    def _write_bill(self, progress: Callable[[int], None]) -> Mapping[str, object]:
        made = world.bill(self.stage, BILLED, "Magnum Cash&Carry", PERIOD, self.sample)
        progress(1)
        return {"lines": len(made.lines), "planted": len(made.planted),
                "file": self.file("statement.xlsx")}

    def _statement(self) -> str:
        return self._newest("statement")

    def _newest(self, table: str) -> str:
        with self.stage.session(CLERK).ledger.read() as tx:
            return str(tx.value(f"SELECT number FROM {table} ORDER BY number DESC LIMIT 1"))

    def _money(self) -> Iterator[Beat]:
        day = self.at("2022-10-04")
        yield TypedLine(TREASURER, ("settle", self._statement(), "--yes"), day)
        settlement = self._newest("settlement")
        yield ToldLine("demo.two-hands")
        paid = ("pay", settlement, "--reference", "PAY-2022-10-05", "--yes")
        yield TypedLine(TREASURER, paid, day, ends=frozenset({3}))
        yield TypedLine(CLERK, paid, self.at("2022-10-05"))

    def _month_end(self) -> Iterator[Beat]:
        day = self.at("2022-10-05", 15)
        yield TypedLine(CONTROLLER, ("close", "2022-09", "--yes"), day, ends=frozenset({0, 5}))
        yield TypedLine(CONTROLLER, (
            "close", "2022-09", "--despite", "Magnum answers on its two bills by 20 October",
            "--yes",
        ), day, ends=frozenset({0, 5}))
        yield TypedLine(CLERK, (
            "report", "workbook", "-o", self.file("reconciliation.xlsx")
        ), day)
        yield TypedLine(MANAGER, ("report", "progress", "-o", self.file("report.html")), day)
        yield TypedLine(AUDITOR, ("report", "journal", "-o", self.file("journal.beancount")), day)
        yield TypedLine(AUDITOR, ("check",), day)
        yield TypedLine(NEWCOMER, ("backup", self.file("backup.db")), day)

    def _next_round(self) -> Iterator[Beat]:
        day = self.at("2022-10-06")
        yield self._round(self.second, day)
        yield TypedLine(FIELD, ("issue", self.second.code, "--yes"), day)


def _typed(amount_minor: int) -> str:
    """An amount as somebody types it."""
    return plain_amount(amount_minor, "KZT", group="")
