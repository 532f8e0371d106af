"""Programs of other people's that tests ask: the test is skipped where one is missing, or fails
where the tools are required.
"""

import os
import shutil

import pytest


def program(*names: str, required: bool = True) -> str:
    """Where the first of these that is there stands. What is not `required` is missing in silence
    everywhere: it is no part of the machine that the checks run on.
    """
    path = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    assert not required or "CBI_REQUIRE_TOOLS" not in os.environ, f"{names[0]} is missing"
    pytest.skip(f"{names[0]} is not installed")
