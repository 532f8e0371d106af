"""The table of permissions, action by action: who may, who may not, an outsider never."""

import pytest

from cbi.base.errors import NotAllowed
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.permissions import PERMISSIONS, ROLES, require
from tests.conftest import World

MAY = {
    # action: the roles that may, in the order of `ROLES`
    "referral.keep": "protection", "training.keep": "admin manager", "training.plan": "manager",
    "training.require": "admin",
    "programme.add": "manager admin", "place.add": "manager admin",
    "operator.manage": "admin", "keys.export": "admin", "ledger.backup": "admin",
    "operator.confirm": "admin manager",
    "keys.passphrase": "admin",
    "clock.confirm": "manager admin", "clock.mend": "manager admin",
    "people.enrol": "field", "people.read": "field manager", "people.edit": "field",
    "people.status": "field manager", "people.sample": "manager",
    "people.check": "field manager", "people.approve": "manager",
    "people.export": "field manager", "people.erase": "admin",
    "complaint.add": "field manager", "complaint.answer": "field manager",
    "complaint.confidential": "manager",
    "duplicate.decide": "field manager", "round.add": "manager",
    "batch.draft": "field manager", "batch.approve": "manager", "batch.print": "field manager",
    "voucher.hand-over": "field", "voucher.take-back": "field manager",
    "reminder.make": "field manager",
    "field.pair": "admin manager", "field.send": "manager", "field.take": "field manager",
    "field.recall": "admin manager", "field.decide": "manager",
    "distribution.open": "field manager", "distribution.close": "field manager",
    "voucher.extend-ask": "field manager", "voucher.replace": "field manager",
    "voucher.block": "field finance manager", "voucher.void": "manager",
    "voucher.extend": "manager", "voucher.expire": "finance manager",
    "till.verify": "field cashier finance manager", "till.redeem": "cashier",
    "till.reverse": "cashier manager", "till.redeem-list": "cashier finance",
    "till.serve": "admin manager", "till.pair": "admin manager",
    "late.decide": "manager",
    "statement.import": "finance", "exception.decide": "finance", "settlement.make": "finance",
    "settlement.pay": "finance", "bank.import": "finance",
    "settlement.approve": "finance controller manager",
    "document.people": "field manager", "document.finance": "finance controller manager",
    "contract.manage": "manager", "grant.manage": "finance manager", "period.close": "controller",
    "ledger.read": "field finance controller manager auditor admin",
    "finance.read": "finance controller manager auditor",
    "operator.read": "controller manager auditor admin",
    "log.read": "controller manager auditor admin",
    "flags.read": "manager auditor", "flags.decide": "manager",
    "monitoring.draw": "manager", "monitoring.take": "field manager",
    "sanctions.policy": "admin", "sanctions.screen": "manager", "sanctions.decide": "manager",
    "sanctions.read": "manager auditor",
    "shop.note": "field finance manager",
    "ledger.seal": "finance controller manager admin",
}
READS = {"ledger.read", "finance.read", "operator.read", "flags.read", "log.read",
         "sanctions.read"}
PERSONAL = {action for action in PERMISSIONS if action.startswith("people.")}
CASES = [(action, role) for action in MAY for role in (*ROLES, "outsider")]


def test_the_table_names_every_action_and_none_besides() -> None:
    assert set(PERMISSIONS) == set(MAY)
    assert all(roles <= set(ROLES) for roles in PERMISSIONS.values())


@pytest.mark.parametrize(("action", "role"), CASES)
def test_an_action_is_open_to_its_roles_alone(action: str, role: str) -> None:
    roles = frozenset() if role == "outsider" else frozenset({role})
    if role in MAY[action].split():
        require("somebody", roles, action)
        return
    with pytest.raises(NotAllowed) as refused:
        require("somebody", roles, action)
    assert refused.value.code == "operators.role-missing"
    assert refused.value.exit_code == 3
    assert set(str(refused.value.facts["roles"]).split(", ")) == set(MAY[action].split())


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_an_outsider_may_do_nothing(action: str) -> None:
    with pytest.raises(NotAllowed):
        require("outsider", frozenset(), action)
    with pytest.raises(NotAllowed):
        require("outsider", frozenset({"visitor"}), action)


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_an_auditor_reads_and_writes_nothing(action: str) -> None:
    if action in READS:
        require("auditor1", {"auditor"}, action)
    else:
        with pytest.raises(NotAllowed):
            require("auditor1", {"auditor"}, action)


def test_an_auditor_sees_no_personal_data() -> None:
    assert PERSONAL
    assert not any("auditor" in PERMISSIONS[action] for action in PERSONAL)


def test_a_shop_sees_no_personal_data_and_no_money_but_its_till() -> None:
    allowed = {action for action, roles in PERMISSIONS.items() if "cashier" in roles}
    assert allowed == {"till.verify", "till.redeem", "till.reverse", "till.redeem-list"}


def test_several_roles_add_up() -> None:
    require("demo", {"cashier", "finance"}, "till.redeem")
    require("demo", {"cashier", "finance"}, "settlement.make")
    with pytest.raises(NotAllowed):
        require("demo", {"cashier", "finance"}, "batch.approve")


def test_an_action_that_is_not_in_the_table_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        require("demo", set(ROLES), "till.rob")


def test_a_desk_asks_for_its_own_operator(world: World) -> None:
    world.session("field1").require("people.enrol")
    with pytest.raises(NotAllowed):
        world.session("cashier1").require("people.enrol")
    outsider = OperatorSession(
        world.ledger, Operator("outsider", frozenset()), world.clock, world.entropy,
        lambda: world.keys, lambda: world.vault,
    )
    with pytest.raises(NotAllowed):
        outsider.require("ledger.read")


def test_the_same_operator_is_refused_the_second_hand() -> None:
    with pytest.raises(NotAllowed) as refused:
        keep_apart("dana", "dana", duty="batch.approve", apart=True)
    assert refused.value.code == "operators.duties-apart"
    assert refused.value.facts == {"operator": "dana", "duty": "batch.approve"}


def test_another_operator_or_a_one_person_office_may_go_on() -> None:
    keep_apart("dana", "ermek", duty="batch.approve", apart=True)
    keep_apart("dana", "dana", duty="batch.approve", apart=False)
