"""A city on a command line: by its code, or by any of its names in any language."""

from cbi.base.clock import date_at
from cbi.cli.command_context import CommandContext


def city_said(context: CommandContext, said: str | None) -> str | None:
    """The code of the city that was named; None if none was.

    Raises:
        NotFound: none of ours, or several.
    """
    from cbi.enrolment.values.cities import city_named
    from cbi.places.places import city_reader

    if said is None:
        return None
    today = date_at(context.session.clock(), context.zone)
    with context.session.ledger.read() as tx:
        return city_named(said, city_reader(tx), today)
