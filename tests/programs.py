"""Programs of other people's that tests ask: the test is skipped where one is missing, or fails
where the tools are required.
"""

import os
import shutil

import pytest


def program(*names: str) -> str:
    """Where the first of these that is there stands."""
    path = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    assert "CBI_REQUIRE_TOOLS" not in os.environ, f"{names[0]} is missing"
    pytest.skip(f"{names[0]} is not installed")
