"""Ctrl-C is heard wherever it falls."""

import os
import subprocess
import sys

import pytest

AMID = """
import time
from cbi.cli.starting import heard_everywhere

class LetGo:
    def __del__(self):
        raise {fault}

{before}
try:
    LetGo()
    {then}
    print("went on")
except KeyboardInterrupt:
    print("stopped")
"""
HEARD = "heard_everywhere()"
WORKS = "until = time.monotonic() + 20\n    while time.monotonic() < until: pass"
WAITS = "input()"
ENDS = "pass"


def said(fault: str, before: str, then: str) -> tuple[str, str]:
    """What a program says and complains of, when a fault falls into what may raise nothing and it
    then works, waits to be told something, or ends."""
    waited_at, never_written = os.pipe()
    done = subprocess.run(
        [sys.executable, "-c", AMID.format(fault=fault, before=before, then=then)],
        stdin=waited_at, capture_output=True, text=True, check=True, timeout=60,
    )
    os.close(waited_at)
    os.close(never_written)
    return done.stdout.strip(), done.stderr


@pytest.mark.parametrize("then", [WORKS, WAITS])
def test_it_comes_again_where_it_fell_into_what_may_raise_nothing(then: str) -> None:
    assert said("KeyboardInterrupt", HEARD, then) == ("stopped", "")


def test_without_that_python_prints_it_and_goes_on() -> None:
    out, err = said("KeyboardInterrupt", "", ENDS)
    assert out == "went on"
    assert "Traceback" in err


def test_another_fault_is_told_as_ever() -> None:
    out, err = said("ValueError('lost')", HEARD, ENDS)
    assert out == "went on"
    assert "ValueError: lost" in err
