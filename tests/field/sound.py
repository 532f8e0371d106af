"""Whether every rule of `check` holds that the tests' world keeps."""

from cbi.context.rooms import check_everything
from cbi.operators.digests import vouching_keys
from tests.conftest import World

NOT_KEPT = {"rounds-as-logged", "programmes-as-logged"}
"""What the tests' world, written past the commands, does not keep."""


def sound(world: World) -> None:
    """Nothing is wrong."""
    with world.ledger.read() as tx:
        assert [one for one in check_everything(tx, keys=vouching_keys(world.keys))
                if one.wrong and one.name not in NOT_KEPT] == []
