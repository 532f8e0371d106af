"""What `check` asks of who was due what: in proportion to the vouchers, however large a batch."""

import pytest

from cbi.issuance.due_rules import AID_UNTOLD
from tests.conftest import World


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_voucher_is_looked_up_by_whom_it_is_for_and_not_through_its_batch(world: World) -> None:
    """PostgreSQL plans by what it has counted; SQLite by the indexes alone."""
    with world.ledger.read() as tx:
        steps = [str(row[3]) for row in tx.tuples(f"EXPLAIN QUERY PLAN {AID_UNTOLD}")]
    searches = [step for step in steps if step.startswith("SEARCH voucher")]
    assert searches
    assert all("beneficiary=?" in step for step in searches), steps
