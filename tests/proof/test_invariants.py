"""Each rule of the ledger, with a defect planted that it sees: a rule that sees nothing is none."""

import pytest

from cbi.audit.checkpoint import make_checkpoint
from cbi.ledger import invariants
from cbi.storage.postgres import PostgresDatabase
from tests.conftest import World
from tests.lived import live
from tests.tampered import Tampered

FIRST = "(SELECT id FROM voucher WHERE serial = 'KZ22-R1-000001')"
CLAIMED = (
    "INSERT INTO offline_claim (id, device, list, voucher, store, receipt, amount_minor, said_at, "
    "occurred_at, taken_by, uploaded_by, uploaded_at, outcome, posted_minor, entry) "
    "SELECT id, id, id, voucher, store, receipt, {posted}, occurred_at, occurred_at, 'x', 'x', "
    "recorded_at, 'posted', {posted}, id FROM entry WHERE kind = 'redeem'"
)
"""Redemptions said to be taken without a connection, by no list that there was."""

DEFECTS: list[tuple[str, str]] = [
    ("lines-numbered", f"DELETE FROM entry WHERE seq = 2 AND voucher = {FIRST}"),
    ("lines-numbered", f"DELETE FROM voucher WHERE id = {FIRST}"),
    ("lines-numbered", f"DELETE FROM entry WHERE voucher = {FIRST}"),
    ("chains-hold", f"UPDATE entry SET amount_minor = 1 WHERE seq = 3 AND voucher = {FIRST}"),
    ("chains-hold", "UPDATE voucher SET beneficiary = 'P-9' WHERE serial = 'KZ22-R1-000001'"),
    ("chains-hold", f"DELETE FROM entry WHERE voucher = {FIRST} AND seq = "
                    f"(SELECT max(seq) FROM entry WHERE voucher = {FIRST})"),
    ("rows-are-their-journal", "UPDATE voucher SET state = 'blocked' WHERE state = 'active'"),
    ("rows-are-their-journal", "UPDATE voucher SET closes_at = closes_at + 1"),
    ("rows-are-their-journal", "UPDATE voucher SET spent_minor = spent_minor + 1"),
    ("rows-are-their-journal", "UPDATE voucher SET valid_until = 'soon'"),
    ("rows-are-their-journal", "UPDATE voucher SET round = 'KZ99'"),
    ("within-face", "UPDATE voucher SET spent_minor = face_minor + 1"),
    ("within-face", "UPDATE voucher SET closed_minor = -1"),
    ("never-overspent", f"UPDATE entry SET amount_minor = 1500001 WHERE kind = 'redeem' "
                        f"AND voucher = {FIRST}"),
    ("never-overspent", "UPDATE entry SET amount_minor = amount_minor - 1 WHERE kind = 'void'"),
    ("whole-only", "UPDATE round SET in_parts = 0"),
    ("accounts-fit", "UPDATE entry SET credit = 'pocket' WHERE kind = 'redeem'"),
    ("accounts-fit", "UPDATE entry SET debit = 'funds', credit = 'vouchers' WHERE kind = 'block'"),
    ("reversed-once-and-whole", "UPDATE entry SET amount_minor = 299999 WHERE kind = 'reverse'"),
    ("reversed-once-and-whole", "UPDATE entry SET reverses = id WHERE kind = 'reverse'"),
    ("reversed-once-and-whole", "UPDATE entry SET debit = 'retailer:other' WHERE kind = 'reverse'"),
    ("in-valid-time", "UPDATE entry SET occurred_at = 1 WHERE kind = 'redeem'"),
    ("in-valid-time", "UPDATE entry SET occurred_at = 1700000000000000 WHERE kind = 'redeem'"),
    ("states-follow", "UPDATE entry SET kind = 'block' WHERE kind = 'hand-over'"),
    ("states-follow", "UPDATE entry SET kind = 'hand-over' WHERE kind = 'unblock'"),
    ("taken-back-in-time", "UPDATE entry SET kind = 'take-back', "
                           "recorded_at = recorded_at + 172800000000 WHERE kind = 'block'"),
    ("taken-back-in-time", "UPDATE entry SET recorded_at = recorded_at + 864000000000 "
                           "WHERE kind = 'take-back'"),
    ("spent-in-hands", "UPDATE entry SET occurred_at = 1700000000000000 "
                       "WHERE kind = 'hand-over'"),
    ("right-retailer", "UPDATE entry SET store = 'other-almaty-1' WHERE kind = 'redeem'"),
    ("right-retailer", "UPDATE entry SET credit = 'retailer:other' WHERE kind = 'redeem'"),
    ("right-retailer", "DELETE FROM round_retailer WHERE category = 'food'"),
    ("time-never-runs-back", "UPDATE entry SET recorded_at = 1 WHERE seq = 2"),
    ("receipts-add-up", "UPDATE receipt SET used_minor = used_minor + 1"),
    ("receipts-add-up", "UPDATE receipt SET total_minor = 1 WHERE total_minor IS NOT NULL"),
    ("receipts-add-up", "DELETE FROM receipt"),
    ("replaced-whole", "UPDATE voucher SET generation = 3 WHERE generation = 1"),
    ("replaced-whole", "UPDATE voucher SET successor = NULL"),
    ("batches-are-their-lists", "UPDATE batch_line SET amount_minor = 1 WHERE line = 2"),
    ("batches-are-their-lists", "UPDATE batch SET state = 'draft' WHERE state = 'approved'"),
    ("batches-are-their-lists", "DELETE FROM voucher WHERE serial = 'KZ22-R1-000002'"),
    ("settled-once", "UPDATE settlement_line SET settled_minor = settled_minor + 1"),
    ("settled-once", "DELETE FROM settlement_line"),
    ("settled-once", "UPDATE payment SET amount_minor = amount_minor + 1"),
    ("settlements-hold", "UPDATE settlement SET statement = id"),
    ("settlements-hold", "UPDATE payment SET reference = 'ANOTHER'"),
    ("honoured-and-redeemed", "UPDATE entry SET amount_minor = amount_minor + 1 "
                              "WHERE kind = 'honour'"),
    ("honoured-and-redeemed", "UPDATE entry SET kind = 'honour' WHERE kind = 'unblock'"),
    ("states-follow", "DELETE FROM entry WHERE kind = 'honour'"),
    ("late-accepted", "DELETE FROM late_verdict"),
    ("late-accepted", "UPDATE late_sale SET brought_by = 'manager2'"),
    ("late-accepted", "UPDATE late_sale SET amount_minor = amount_minor + 1"),
    ("late-accepted", "UPDATE entry SET occurred_at = occurred_at - 3000000000000 "
                      "WHERE kind = 'redeem'"),
    ("offline-adds-up", CLAIMED.format(posted="amount_minor")),
    ("offline-adds-up", CLAIMED.format(posted="amount_minor + 1")),
    ("periods-follow", "UPDATE period SET to_size = to_size + 1"),
    ("periods-follow", "DELETE FROM period WHERE from_size = 0"),
    ("log-chained", "UPDATE log SET operator = 'nobody' WHERE seq = 2"),
    ("log-chained", "DELETE FROM log WHERE seq = 2"),
    ("rows-as-said", "UPDATE store SET city = 'astana'"),
    ("rows-as-said", "DELETE FROM retailer WHERE code = 'other'"),
    ("rows-as-said", "INSERT INTO operator_role (operator, role) VALUES ('field1', 'manager')"),
    ("rows-as-said", "UPDATE row_digest SET keys = '[]' WHERE seq = 1"),
    ("rows-as-said", "DELETE FROM row_digest WHERE seq = (SELECT max(seq) FROM row_digest)"),
    ("rows-as-said", "DELETE FROM row_digest_head"),
    ("made-as-logged", "UPDATE batch SET approved_by = 'nobody' WHERE state = 'approved'"),
    ("made-as-logged", "UPDATE programme SET web_address = 'https://evil.example/'"),
    ("made-as-logged", "UPDATE entitlement SET amount_minor = 9999 WHERE round = 'KZ23-R1'"),
    ("made-as-logged", "DELETE FROM seal WHERE size = (SELECT min(size) FROM seal)"),
    ("made-as-logged", "UPDATE period SET closed_by = 'nobody'"),
    ("clock-confirmed", "UPDATE entry SET recorded_at = recorded_at + 345600000000000 "
                        f"WHERE voucher = {FIRST} AND seq = 2"),
    ("seals-hold", "UPDATE leaf SET data = object WHERE position = 1"),
    ("seals-hold", "DELETE FROM leaf WHERE position = 1"),
    ("seals-hold", "DELETE FROM leaf WHERE position > 5"),
    ("seals-hold", "DELETE FROM seal WHERE size = (SELECT max(size) FROM seal)"),
    ("seals-hold", "UPDATE seal SET checkpoint = 'nothing'"),
    ("seals-hold", "UPDATE ledger_identity SET origin = 'cbi/other'"),
    ("seals-hold", "DELETE FROM ledger_identity"),
    ("leaves-are-their-rows", "UPDATE payment SET hash = id"),
    ("leaves-are-their-rows", "UPDATE leaf SET kind = 'thing' WHERE position = 1"),
    ("nothing-left-out", f"DELETE FROM leaf WHERE object = (SELECT id FROM entry "
                         f"WHERE voucher = {FIRST} AND seq = 3)"),
]


@pytest.mark.parametrize(("rule", "defect"), DEFECTS, ids=[
    f"{rule}-{number}" for number, (rule, _) in enumerate(DEFECTS)
])
def test_a_planted_defect_is_seen_by_its_rule(tampered: Tampered, rule: str, defect: str) -> None:
    tampered.run(defect, {})
    assert rule in tampered.findings()


def test_a_line_left_out_of_a_later_seal_is_seen(tampered: Tampered) -> None:
    """The last line of a voucher: no later one betrays it, but the seals after it do."""
    tampered.run(
        "DELETE FROM leaf WHERE object = (SELECT e.id FROM entry e WHERE e.kind = 'redeem' "
        "AND NOT EXISTS (SELECT 1 FROM entry n WHERE n.voucher = e.voucher AND n.seq > e.seq) "
        "ORDER BY e.id LIMIT 1)", {},
    )
    assert "nothing-left-out" in tampered.findings()


def test_a_checkpoint_that_speaks_of_another_size_is_seen(tampered: Tampered) -> None:
    """Signed with the right key, put in the wrong place."""
    origin = tampered.tx.value("SELECT origin FROM ledger_identity")
    text = make_checkpoint(origin, 1, b"\7" * 32, origin, tampered.world.keys.need("seal"))
    tampered.run("UPDATE seal SET checkpoint = :text", {"text": text})
    assert "seals-hold" in tampered.findings()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_damaged_index_is_seen(world: World) -> None:
    """SQLite itself finds an index that does not fit its table."""
    live(world)
    connection = world.ledger.another_connection()
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE "
        "name = 'store_retailer') WHERE name = 'guess_at'"
    )
    connection.close()
    world.ledger.close()
    assert "file-sound" in findings(world)


@pytest.mark.parametrize(
    ("engine", "drop"),
    [("sqlite", "DROP TRIGGER entry_no_update"),
     ("postgresql", "ALTER TABLE voucher DROP CONSTRAINT voucher_within_face")],
    indirect=["engine"],
)
def test_a_fallen_rule_is_seen(world: World, drop: str) -> None:
    live(world)
    owner = world.ledger
    if isinstance(owner, PostgresDatabase):
        owner = PostgresDatabase(owner.url, as_owner=True)
    owner.transact(lambda tx: tx.run(drop))
    if owner is not world.ledger:
        owner.close()
    assert findings(world) == {"rules-stand"}


def findings(world: World) -> set[str]:
    with world.ledger.read() as tx:
        return {finding.name for finding in invariants.check_ledger(tx) if finding.wrong}


def test_every_rule_has_a_planted_defect() -> None:
    elsewhere = {"file-sound", "rules-stand", "accounts-confirmed"}  # the last: test_confirming
    planted = {rule for rule, _ in DEFECTS} | elsewhere
    assert planted == set(invariants.INVARIANTS)


def test_a_check_tells_how_far_it_is(world: World) -> None:
    live(world)
    told: list[int] = []
    with world.ledger.read() as tx:
        invariants.check_ledger(tx, told.append)
        count = tx.value("SELECT count(*) FROM voucher")
    assert told == list(range(1, count + 1))
