"""What was done to an account, in words: for who confirms it, for a workbook's cover."""

from collections.abc import Callable

from cbi.base.terms import role_terms
from cbi.messages.catalogue import text
from cbi.operators.confirming import Standings, Stretch


def told(
    known: Standings, stretch: Stretch, language: str, moment: Callable[[int], str]
) -> str:
    """A stretch in one line: each thing done, by whom and when, and how the account stands."""
    done = [
        text(
            f"accounts.did-{line.action.removeprefix('operator.')}", language,
            operator=line.operator, at=moment(line.at), roles=role_terms(
                map(str, roles)
            ) if isinstance(roles := line.detail.get("roles"), list) else "",
        )
        for line in stretch.lines
    ]
    if stretch.until is None:
        waits = known.waits(stretch.account)
        done.append(text(f"accounts.stretch-{'waits' if waits else 'alone'}", language))
    elif stretch.alone:
        done.append(text("accounts.stretch-was-alone", language))
    return f"{stretch.account}: {'; '.join(done)}"
