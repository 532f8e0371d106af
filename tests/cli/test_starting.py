"""Ctrl-C is heard wherever it falls."""

import subprocess
import sys

AMID = """
import time
from cbi.cli.starting import heard_everywhere

class LetGo:
    def __del__(self):
        raise {fault}

{before}
try:
    LetGo()
    until = time.monotonic() + {seconds}
    while time.monotonic() < until:
        pass
    print("went on")
except KeyboardInterrupt:
    print("stopped")
"""
HEARD = "heard_everywhere()"


def said(fault: str, before: str, *, seconds: int) -> tuple[str, str]:
    """What a program that works for so long says and complains of, when a fault falls into what
    may raise nothing."""
    done = subprocess.run(
        [sys.executable, "-c", AMID.format(fault=fault, before=before, seconds=seconds)],
        capture_output=True, text=True, check=True, timeout=60,
    )
    return done.stdout.strip(), done.stderr


def test_it_comes_again_where_it_fell_into_what_may_raise_nothing() -> None:
    assert said("KeyboardInterrupt", HEARD, seconds=20) == ("stopped", "")


def test_without_that_python_prints_it_and_goes_on() -> None:
    out, err = said("KeyboardInterrupt", "", seconds=0)
    assert out == "went on"
    assert "Traceback" in err


def test_another_fault_is_told_as_ever() -> None:
    out, err = said("ValueError('lost')", HEARD, seconds=0)
    assert out == "went on"
    assert "ValueError: lost" in err
