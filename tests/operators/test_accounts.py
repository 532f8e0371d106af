"""Operators' accounts: who may make and change them, and the passphrase that opens one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.clock import MINUTE_US
from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.operators.accounts import (
    Account,
    account,
    add_operator,
    change_passphrase,
    disable,
    enable,
    first_operator,
    operators,
    reset_passphrase,
    set_roles,
    sign_in,
)
from cbi.operators.log import LogLine, broken_lines, entries
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.passphrases import PassphraseChange
from cbi.operators.tries import REST_US, TRIES_MAX, WINDOW_US, after_try
from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import World
from tests.operators.conftest import ADMIN, AIGUL, GIVEN, QUICK
from tests.rows import all_rows

NOT_ADMINS = ("field1", "cashier1", "finance1", "manager1", "auditor1", "outsider")


def desk_of(world: World, name: str, *roles: str) -> OperatorSession:
    return OperatorSession(
        world.ledger, Operator(name, frozenset(roles)), world.clock, world.entropy,
        lambda: world.keys, lambda: world.vault, "test",
    )


def admin(world: World) -> OperatorSession:
    return desk_of(world, "admin1", "admin")


def add(
    world: World, name: str, *roles: str, stores: tuple[str, ...] = (), must_change: bool = False,
) -> Account:
    return add_operator(
        admin(world), name, roles, stores=stores, passphrase=GIVEN, must_change=must_change,
        stretching=QUICK,
    )


def seen(world: World, name: str) -> Account:
    with world.ledger.read() as tx:
        return account(tx, name)


def logged(world: World, action: str) -> list[LogLine]:
    with world.ledger.read() as tx:
        return entries(tx, action=action)


def test_roles_said_again_are_written_once(office: World) -> None:
    add_operator(admin(office), "dana", ["field"], passphrase=GIVEN, stretching=QUICK)
    for _ in range(2):
        assert set_roles(admin(office), "dana", ["finance"]).roles == {"finance"}
    assert len(logged(office, "operator.role")) == 1


def code(work: Callable[[], object], kind: type[CbiError] = NotAllowed) -> str:
    with pytest.raises(kind) as refused:
        work()
    return refused.value.code


# --- making ---------------------------------------------------------------------------------------


def test_the_first_operator_signs_in_at_once(office: World) -> None:
    found = sign_in(office.ledger, "admin1", ADMIN, clock=office.clock)
    assert found == Operator("admin1", frozenset({"admin"}))


def test_there_is_one_first_operator(office: World) -> None:
    def another() -> None:
        with office.ledger.write() as tx:
            first_operator(
                tx, "second", ADMIN, roles={"admin"}, now=1, entropy=office.entropy,
                stretching=QUICK,
            )

    assert code(another, Conflict) == "operators.first-there"


def test_an_operator_has_the_roles_and_stores_given(office: World) -> None:
    made = add_operator(
        admin(office), "Dana.K ", ["cashier", "finance"],
        stores=["magnum-almaty-1", " Magnum-Almaty-2"], passphrase=GIVEN, must_change=False,
        stretching=QUICK,
    )
    assert made == seen(office, "dana.k")
    assert made.roles == {"cashier", "finance"}
    assert made.stores == {"magnum-almaty-1", "magnum-almaty-2"}
    assert (made.made_by, made.disabled_at, made.must_change) == ("admin1", None, False)
    found = sign_in(office.ledger, "DANA.K", GIVEN, clock=office.clock)
    assert found == Operator("dana.k", made.roles, made.stores)


def test_a_name_is_small_latin_letters_digits_dots_and_dashes(office: World) -> None:
    for name in ("ab", "a1", "0x", "a.b-c", "a" * 32, "1.", " Spaced "):
        assert add(office, name, "field").name == name.strip().lower()


def test_another_name_is_refused(office: World) -> None:
    for name in ("", "a", "a" * 33, "-a", ".a", "a b", "a_b", "айгуль", "ab\nc", "ab\u0661", "aé",
                 "ab/", "a;b"):
        refused = code(partial(add, office, name, "field"), UsageError)
        assert refused == "operators.name-unreadable", name


def test_a_name_is_given_once(office: World) -> None:
    add(office, "dana", "field")
    assert code(lambda: add(office, "Dana", "finance"), Conflict) == "operators.name-taken"
    assert seen(office, "dana").roles == {"field"}


def test_a_passphrase_that_will_not_do_is_refused(office: World) -> None:
    def attempt(passphrase: str) -> None:
        add_operator(
            admin(office), "dana.karimova", ["field"], passphrase=passphrase, stretching=QUICK
        )

    for passphrase in ("", "short", "ninechars", "         x         ", "long" * 300):
        assert code(lambda: attempt(passphrase), UsageError) == "operators.passphrase-short"  # noqa: B023
    assert code(lambda: attempt("Dana.Karimova"), UsageError) == "operators.passphrase-is-name"


def test_roles_and_stores_must_fit(office: World) -> None:
    refused = [
        code(lambda: add(office, "dana"), UsageError),
        code(lambda: add(office, "dana", "boss"), UsageError),
        code(lambda: add(office, "dana", "cashier"), UsageError),
        code(lambda: add(office, "dana", "field", stores=("magnum-almaty-1",)), UsageError),
    ]
    assert refused == [
        "operators.role-none", "operators.role-unknown", "operators.cashier-without-store",
        "operators.stores-without-cashier",
    ]


def test_a_cashiers_stores_must_exist(office: World) -> None:
    def attempt() -> None:
        add(office, "dana", "cashier", stores=("magnum-almaty-1", "magnum-nowhere-9"))

    assert code(attempt, NotFound) == "operators.store-unknown"
    assert "dana" not in {one.name for one in everybody(office)}


def everybody(world: World) -> list[Account]:
    with world.ledger.read() as tx:
        return operators(tx)


def test_no_passphrase_stands_in_the_ledger(office: World) -> None:
    with office.ledger.read() as tx:
        told = str(all_rows(tx, "SELECT * FROM operator")) + str(all_rows(tx, "SELECT * FROM log"))
    assert ADMIN not in told
    assert AIGUL not in told
    assert told.count("$argon2id$") == 2


def test_two_operators_with_one_passphrase_have_two_hashes(office: World) -> None:
    add(office, "dana", "field")
    add(office, "ermek", "field")
    with office.ledger.read() as tx:
        hashes = [row["passphrase_hash"] for row in all_rows(tx, "SELECT * FROM operator")]
    assert len(set(hashes)) == len(hashes)


# --- who may --------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[OperatorSession], object]] = {
    "add": lambda session: add_operator(
        session, "x1", ["field"], passphrase=GIVEN, stretching=QUICK
    ),
    "role": lambda session: set_roles(session, "aigul", ["field"]),
    "disable": lambda session: disable(session, "aigul"),
    "enable": lambda session: enable(session, "aigul"),
    "reset": lambda session: reset_passphrase(session, "aigul", GIVEN, stretching=QUICK),
}


def test_only_an_admin_changes_operators(office: World) -> None:
    before = everybody(office)
    for name in NOT_ADMINS:
        roles = () if name == "outsider" else (name.rstrip("1"),)
        session = desk_of(office, name, *roles)
        for change in CHANGES.values():
            assert code(lambda: change(session)) == "operators.role-missing"  # noqa: B023
    assert everybody(office) == before


def test_an_operator_that_is_not_there_cannot_be_changed(office: World) -> None:
    session = admin(office)
    attempts: list[Callable[[], object]] = [
        lambda: set_roles(session, "nobody", ["field"]), lambda: disable(session, "nobody"),
        lambda: enable(session, "nobody"),
        lambda: reset_passphrase(session, "nobody", GIVEN, stretching=QUICK),
    ]
    assert {code(attempt, NotFound) for attempt in attempts} == {"operators.unknown"}


def test_nobody_changes_their_own_roles(office: World) -> None:
    add(office, "second", "admin")
    assert code(
        lambda: set_roles(admin(office), "ADMIN1", ["admin", "finance"])
    ) == "operators.own-roles"
    assert seen(office, "admin1").roles == {"admin"}


def test_the_last_admin_stays_one(office: World) -> None:
    other = desk_of(office, "second", "admin")  # an admin elsewhere, not of this ledger any more
    assert code(lambda: set_roles(other, "admin1", ["field"])) == "operators.last-admin"
    assert code(lambda: disable(other, "admin1")) == "operators.last-admin"
    assert code(lambda: disable(admin(office), "admin1")) == "operators.last-admin"
    kept = seen(office, "admin1")
    assert (kept.roles, kept.disabled_at) == (frozenset({"admin"}), None)
    assert logged(office, "operator.disable") == []


def test_a_disabled_admin_does_not_count_as_one(office: World) -> None:
    add(office, "second", "admin")
    disable(admin(office), "second")
    other = desk_of(office, "second", "admin")
    assert code(lambda: disable(other, "admin1")) == "operators.last-admin"


def test_an_admin_may_go_when_another_stays(office: World) -> None:
    add(office, "second", "admin")
    disable(desk_of(office, "second", "admin"), "admin1")
    assert seen(office, "admin1").disabled_at is not None


def test_two_admins_who_disable_each_other_at_once_leave_one(office: World) -> None:
    add(office, "second", "admin")
    ledgers = [another(office.ledger, office) for _ in range(2)]

    def attempt(pair: tuple[Database, str, str]) -> str:
        ledger, who, whom = pair
        own = OperatorSession(
            ledger, Operator(who, frozenset({"admin"})), lambda: 1, office.entropy,
            lambda: office.keys, lambda: office.vault,
        )
        try:
            disable(own, whom)
        except NotAllowed as refused:
            return refused.code
        return "done"

    pairs = [(ledgers[0], "admin1", "second"), (ledgers[1], "second", "admin1")]
    with ThreadPoolExecutor(2) as hands:
        outcomes = sorted(hands.map(attempt, pairs))
    for ledger in ledgers:
        ledger.close()
    assert outcomes == ["done", "operators.last-admin"]
    assert sum(one.disabled_at is None for one in everybody(office) if "admin" in one.roles) == 1


def another(ledger: Database, world: World) -> Database:
    if isinstance(ledger, PostgresDatabase):
        return PostgresDatabase(ledger.url)
    return SqliteDatabase(world.folder / "ledger.db")


# --- changing -------------------------------------------------------------------------------------


def test_new_roles_take_the_place_of_the_old(office: World) -> None:
    changed = set_roles(admin(office), "aigul", ["field", "finance"])
    assert (changed.roles, changed.stores) == (frozenset({"field", "finance"}), frozenset[str]())
    assert sign_in(office.ledger, "aigul", AIGUL, clock=office.clock).roles == changed.roles


def test_stores_stay_unless_others_are_named(office: World) -> None:
    assert set_roles(admin(office), "aigul", ["cashier", "field"]).stores == {"magnum-almaty-1"}
    assert set_roles(
        admin(office), "aigul", ["cashier"], stores=["other-almaty-1"]
    ).stores == {"other-almaty-1"}


def test_a_disabled_operator_cannot_sign_in_until_enabled(office: World) -> None:
    disable(admin(office), "aigul", reason="left the shop")
    assert code(
        lambda: sign_in(office.ledger, "aigul", AIGUL, clock=office.clock)
    ) == "operators.disabled"
    assert code(lambda: disable(admin(office), "aigul"), Conflict) == "operators.disabled-already"
    enable(admin(office), "aigul")
    assert sign_in(office.ledger, "aigul", AIGUL, clock=office.clock).name == "aigul"
    assert code(lambda: enable(admin(office), "aigul"), Conflict) == "operators.not-disabled"


def test_only_who_knows_the_passphrase_learns_that_an_operator_is_disabled(office: World) -> None:
    disable(admin(office), "aigul")
    assert code(
        lambda: sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock)
    ) == "operators.login-refused"


def test_who_was_given_a_passphrase_must_change_it_first(office: World) -> None:
    add(office, "dana", "field", must_change=True)
    assert code(
        lambda: sign_in(office.ledger, "dana", GIVEN, clock=office.clock)
    ) == "operators.passphrase-must-change"
    own = PassphraseChange(GIVEN, "her very own one")
    change_passphrase(office.ledger, "dana", own, clock=office.clock)
    assert sign_in(office.ledger, "dana", "her very own one", clock=office.clock).name == "dana"
    assert code(
        lambda: sign_in(office.ledger, "dana", GIVEN, clock=office.clock)
    ) == "operators.login-refused"


def test_a_reset_passphrase_must_be_changed_and_the_old_one_is_dead(office: World) -> None:
    reset_passphrase(admin(office), "aigul", GIVEN, stretching=QUICK)
    assert seen(office, "aigul").must_change
    assert code(
        lambda: sign_in(office.ledger, "aigul", GIVEN, clock=office.clock)
    ) == "operators.passphrase-must-change"
    assert code(
        lambda: sign_in(office.ledger, "aigul", AIGUL, clock=office.clock)
    ) == "operators.login-refused"


def test_nobody_resets_their_own_passphrase(office: World) -> None:
    assert code(
        lambda: reset_passphrase(admin(office), "admin1", GIVEN, stretching=QUICK)
    ) == "operators.own-reset"


def test_a_reset_ends_the_rest(office: World) -> None:
    for _ in range(TRIES_MAX):
        code(lambda: sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock))
    reset_passphrase(admin(office), "aigul", GIVEN, stretching=QUICK)
    assert code(
        lambda: sign_in(office.ledger, "aigul", GIVEN, clock=office.clock)
    ) == "operators.passphrase-must-change"


def test_a_passphrase_is_changed_by_who_knows_the_old_one(office: World) -> None:
    def attempt(old: str, new: str) -> None:
        change_passphrase(office.ledger, "aigul", PassphraseChange(old, new), clock=office.clock)

    own = "her very own one"
    assert code(lambda: attempt("a wrong guess", own)) == "operators.login-refused"
    assert code(lambda: attempt(AIGUL, "short"), UsageError) == "operators.passphrase-short"
    assert code(lambda: attempt(AIGUL, AIGUL), UsageError) == "operators.passphrase-same"
    assert sign_in(office.ledger, "aigul", AIGUL, clock=office.clock).name == "aigul"


def test_a_disabled_operator_cannot_change_the_passphrase(office: World) -> None:
    disable(admin(office), "aigul")
    assert code(lambda: change_passphrase(
        office.ledger, "aigul", PassphraseChange(AIGUL, "her very own one"), clock=office.clock
    )) == "operators.disabled"


# --- signing in -----------------------------------------------------------------------------------


def test_a_wrong_passphrase_and_an_unknown_name_are_refused_alike(office: World) -> None:
    wrong = pytest.raises(NotAllowed)
    with wrong as first:
        sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock)
    with wrong as second:
        sign_in(office.ledger, "nobody", "a wrong guess", clock=office.clock)
    assert (first.value.code, first.value.facts) == (second.value.code, second.value.facts)


def test_the_same_passphrase_typed_on_another_keyboard_is_right(office: World) -> None:
    own = PassphraseChange(AIGUL, "сухой ручей")
    change_passphrase(office.ledger, "aigul", own, clock=office.clock)
    decomposed = "сухои\u0306 ручеи\u0306"
    assert sign_in(office.ledger, "aigul", decomposed, clock=office.clock).name == "aigul"


def test_five_wrong_ones_bring_a_rest_that_the_right_one_cannot_break(office: World) -> None:
    for _ in range(TRIES_MAX):
        assert code(
            lambda: sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock)
        ) == "operators.login-refused"
    with pytest.raises(NotAllowed) as resting:
        sign_in(office.ledger, "aigul", AIGUL, clock=office.clock)
    assert resting.value.code == "operators.resting"
    assert resting.value.facts == {"minutes": 5}
    office.clock.now += REST_US
    assert sign_in(office.ledger, "aigul", AIGUL, clock=office.clock).name == "aigul"


def test_another_operator_does_not_rest_with_them(office: World) -> None:
    for _ in range(TRIES_MAX):
        code(lambda: sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock))
    assert sign_in(office.ledger, "admin1", ADMIN, clock=office.clock).name == "admin1"


def test_the_right_one_wipes_the_slate(office: World) -> None:
    for _ in range(3):
        for _ in range(TRIES_MAX - 1):
            code(lambda: sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock))
        assert sign_in(office.ledger, "aigul", AIGUL, clock=office.clock).name == "aigul"


def test_the_fifth_may_be_the_right_one(office: World) -> None:
    for _ in range(TRIES_MAX - 1):
        code(lambda: sign_in(office.ledger, "aigul", "a wrong guess", clock=office.clock))
    assert sign_in(office.ledger, "aigul", AIGUL, clock=office.clock).name == "aigul"


def test_changing_the_passphrase_is_throttled_too(office: World) -> None:
    guess = PassphraseChange("a wrong guess", "her very own one")
    for _ in range(TRIES_MAX):
        code(lambda: change_passphrase(office.ledger, "aigul", guess, clock=office.clock))
    assert code(
        lambda: sign_in(office.ledger, "aigul", AIGUL, clock=office.clock)
    ) == "operators.resting"


def test_tries_are_kept_by_the_ledger_not_by_the_process(office: World) -> None:
    for _ in range(TRIES_MAX):
        with closing(another(office.ledger, office)) as ledger:
            code(partial(sign_in, ledger, "aigul", "a wrong guess", clock=office.clock))
    assert code(
        lambda: sign_in(office.ledger, "aigul", AIGUL, clock=office.clock)
    ) == "operators.resting"


def test_twenty_guesses_at_once_are_five(office: World) -> None:
    """The try is counted before the passphrase is looked at, so hurry gains nothing."""
    now = office.clock()

    def guess(number: int) -> str:
        with closing(another(office.ledger, office)) as ledger:
            return code(lambda: sign_in(ledger, "aigul", f"guess {number:04}", clock=lambda: now))

    with ThreadPoolExecutor(8) as hands:
        outcomes = list(hands.map(guess, range(20)))
    assert outcomes.count("operators.login-refused") == TRIES_MAX
    assert outcomes.count("operators.resting") == 20 - TRIES_MAX


@given(st.lists(st.integers(0, 4 * WINDOW_US // MINUTE_US), max_size=60))
def test_in_no_ten_minutes_are_more_than_ten_wrong_ones_tried(minutes: list[int]) -> None:
    """Five, a rest of five minutes, five more: never faster, in whatever pattern they come."""
    tries: list[int] = []
    rests_until: int | None = None
    made = []
    for at in sorted(minute * MINUTE_US for minute in minutes):
        try:
            tries, rests_until = after_try(tries, rests_until, at)
        except NotAllowed:
            continue
        made.append(at)
    for first in made:
        rest = [at for at in made if first <= at < first + REST_US]
        assert len(rest) <= TRIES_MAX
        assert len([at for at in made if first <= at < first + WINDOW_US]) <= 2 * TRIES_MAX


@pytest.mark.parametrize(("spread", "rests"), [(9, True), (10, False), (30, False)])
def test_slips_over_a_long_time_are_no_attack(spread: int, rests: bool) -> None:
    tries = [MINUTE_US * step * spread // 4 for step in range(4)]
    _, rests_until = after_try(tries, None, MINUTE_US * spread)
    assert (rests_until is not None) is rests


# --- the log --------------------------------------------------------------------------------------


def test_every_change_of_an_operator_is_logged(office: World) -> None:
    add(office, "dana", "cashier", stores=("other-almaty-1",))
    set_roles(admin(office), "dana", ["finance"])
    reset_passphrase(admin(office), "dana", GIVEN, stretching=QUICK)
    own = PassphraseChange(GIVEN, "her very own one")
    change_passphrase(office.ledger, "dana", own, clock=office.clock, origin="till 4")
    disable(admin(office), "dana", reason=" left ")
    enable(admin(office), "dana")
    with office.ledger.read() as tx:
        lines = entries(tx, object="dana")
        assert list(broken_lines(tx)) == []
    assert [(line.operator, line.action, dict(line.detail)) for line in reversed(lines)] == [
        ("admin1", "operator.add", {"roles": ["cashier"], "stores": ["other-almaty-1"]}),
        ("admin1", "operator.role", {"roles": ["finance"], "stores": [], "before": ["cashier"]}),
        ("admin1", "operator.reset", {}),
        ("dana", "operator.passphrase", {}),
        ("admin1", "operator.disable", {"reason": "left"}),
        ("admin1", "operator.enable", {}),
    ]
    assert {line.origin for line in lines} == {"test", "till 4"}


def test_failed_logins_are_logged_and_never_what_was_typed(office: World) -> None:
    disable(admin(office), "aigul")
    for name, passphrase in (
        ("admin1", "a wrong guess"), ("four grey horses", "admin1"), ("aigul", AIGUL),
    ):
        code(partial(
            sign_in, office.ledger, name, passphrase, clock=office.clock, origin="till 4"
        ))
    lines = logged(office, "operator.login-failed")
    assert [(line.object, line.detail["why"], line.origin) for line in reversed(lines)] == [
        ("admin1", "wrong", "till 4"), ("", "unknown", "till 4"), ("aigul", "disabled", "till 4"),
    ]


def test_a_refused_change_leaves_no_line(office: World) -> None:
    with office.ledger.read() as tx:
        before = entries(tx)
    code(lambda: set_roles(desk_of(office, "second", "admin"), "admin1", ["field"]))
    code(lambda: add(office, "aigul", "field"), Conflict)
    with office.ledger.read() as tx:
        assert entries(tx) == before
