"""How often a database was asked: each statement is, whoever asks, within `translated`."""

import pytest

from cbi.storage.faults import translated


def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows by one with each statement from now on."""
    asked: list[str] = []
    kind = type(translated())
    entering = kind.__enter__

    def counted(one: object) -> None:
        asked.append("")
        entering(kind())

    monkeypatch.setattr(kind, "__enter__", counted)
    return asked
