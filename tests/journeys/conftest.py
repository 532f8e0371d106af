"""An office of its own for each journey: folders, an environment, and the program as a process."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.forked import typed


@dataclass
class Ended:
    """How a line ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class LedgerContext:
    """A folder with nothing in it, and a user whose home is inside it."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, stdin: str = "", **env: str) -> Ended:
        """Type a line; no traceback may ever be seen."""
        code, out, err = typed(words, cwd=self.folder, env=self.env, stdin=stdin, changed=env)
        assert "Traceback" not in err, err
        return Ended(code, out, err)

    def answering(self, *words: str, answers: tuple[str, ...]) -> Ended:
        """Type a line at a terminal, and what it asks for, each once it has asked."""
        import pty

        master, slave = pty.openpty()
        asked = ""
        with subprocess.Popen(
            [sys.executable, "-m", "cbi", *words], stdin=slave, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd=self.folder, env=self.env, start_new_session=True,
        ) as child:
            assert child.stdout
            assert child.stderr
            for answer in answers:
                while not asked.endswith((": ", ") ")) and (letter := child.stderr.read(1)):
                    asked += letter.decode()
                os.write(master, f"{answer}\n".encode())
                asked += "\n"
            out, err = child.communicate(timeout=120)
        os.close(slave)
        os.close(master)
        assert b"Traceback" not in err, err
        return Ended(child.returncode, out.decode(), asked + err.decode())

    def secret(self, name: str, words: str) -> str:
        """A file that holds a passphrase."""
        path = self.folder / f"{name}.txt"
        path.write_text(words + "\n", "utf-8")
        return str(path)


def office_in(folder: Path) -> LedgerContext:
    home = folder / "home"
    home.mkdir(parents=True)
    kept = ("PATH", "PYTHONPATH", "SYSTEMROOT", "TMPDIR", "TEMP", "XDG_RUNTIME_DIR")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= {"HOME": str(home), "LANG": "C.UTF-8", "PYTHONWARNINGS": "error",
            "CBI_LEDGER": str(folder / "ledger.db")}
    return LedgerContext(folder, env)


@pytest.fixture
def office(tmp_path: Path) -> LedgerContext:
    """Nothing has happened yet."""
    return office_in(tmp_path)
