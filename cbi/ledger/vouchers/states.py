"""A voucher's states, where they are named together."""

OPEN_STATES = frozenset({"issued", "active", "blocked"})
"""Value stands on it, or did until it was used up: it is neither void nor expired."""
OPEN_IN_SQL = f"({', '.join(repr(state) for state in sorted(OPEN_STATES))})"
"""The same for `state IN …`."""
