"""Duties kept apart: the same operator is refused both hands of a pair.

Who registers does not approve, who issues does not approve, who verifies a claim does not pay it.
A programme of a one-person office may switch this off; its workbooks then say so.
"""

from cbi.base.errors import NotAllowed


def keep_apart(first: str, second: str, *, duty: str, apart: bool) -> None:
    """Let `second` do the duty unless `first`, who did the other half of it, is the same operator.

    Raises:
        NotAllowed: it is the same operator, and duties are kept apart.
    """
    if apart and first == second:
        raise NotAllowed("operators.duties-apart", operator=second, duty=duty)
