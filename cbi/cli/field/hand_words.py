"""What is said of a sheet that was handed over: serial, value, and the end of a name.

The last letters let who stands at the table see that sheet and person belong together, and tell
nobody else much. The log keeps that records were looked at, and what for.
"""

from collections.abc import Sequence

from cbi.base.errors import CbiError
from cbi.cli.command_context import CommandContext
from cbi.ledger.vouchers.reading import by_serial
from cbi.operators.permissions import may
from cbi.people import persons

PURPOSE = "hand-over"
LETTERS, NAMED_MAX = 3, 20
"""So many letters of a name; and of a longer list no name, since nobody stands before it."""


def sheet_lines(context: CommandContext, serials: Sequence[str]) -> list[str]:
    """A line for each sheet; of a long list nothing."""
    if not serials or len(serials) > NAMED_MAX:
        return []
    with context.session.ledger.read() as tx:
        vouchers = [by_serial(tx, serial) for serial in serials]
    ends = _ends_of_names(context, [one.beneficiary for one in vouchers])
    return [
        context.say(
            "help-hands.sheet", serial=one.serial,
            value=context.amount(one.face_minor, one.currency),
            name=ends.get(one.beneficiary) or one.beneficiary,
        )
        for one in vouchers
    ]


def _ends_of_names(context: CommandContext, numbers: Sequence[str]) -> dict[str, str]:
    """The last letters of each name, for who may see names and has the key to open them."""
    if not may(context.session.operator.roles, "people.read"):
        return {}
    try:
        people = persons.unseal(context.session, numbers, purpose=PURPOSE)
    except CbiError:
        return {}
    return {
        number: f"…{one.data.names[0].text[-LETTERS:]}"
        for number, one in people.items() if one.data.names
    }
