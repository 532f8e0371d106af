"""Lines typed at a program that has read its code already: each still runs in a process of its own.

Starting Python and reading the program takes ten times as long as what a line does. Where the
system can fork, one process a run of the tests reads it all and is copied for each line, with the
line's own folder, environment, input and outputs. A line that brings settings of the interpreter's
own is started afresh, and so is every line where there is no `fork`.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

TIMEOUT_S = 300
OF_THE_INTERPRETER = ("PYTHON", "LANG", "LC_")
ROOT = Path(__file__).parents[1]


def typed(
    words: tuple[str, ...], *, cwd: Path, env: Mapping[str, str], stdin: str = "",
    changed: Mapping[str, str] | None = None,
) -> tuple[int, str, str]:
    """Type a line; its exit code, output and errors. `changed` goes before `env`."""
    env = {**env, **(changed or {})}
    if not hasattr(os, "fork") or _of_the_interpreter(env) != _of_the_interpreter(_served()):
        done = subprocess.run(
            [sys.executable, "-m", "cbi", *words], input=stdin, capture_output=True, check=False,
            cwd=cwd, env=env, timeout=TIMEOUT_S, encoding="utf-8",
        )
        return done.returncode, done.stdout, done.stderr
    with tempfile.TemporaryDirectory(prefix="cbi-line-") as folder:
        files = [Path(folder) / name for name in ("in", "out", "err")]
        files[0].write_text(stdin, "utf-8")
        asked = {"words": words, "cwd": str(cwd), "env": env,
                 "files": [str(path) for path in files]}
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(TIMEOUT_S)
            line.connect(_server())
            line.sendall(json.dumps(asked).encode())
            line.shutdown(socket.SHUT_WR)
            code = int(line.recv(16))
        out, err = (path.read_bytes().decode() for path in files[1:])
        return code, out, err


def _of_the_interpreter(env: Mapping[str, str]) -> dict[str, str]:
    """What of an environment Python itself reads once, as it starts."""
    return {name: env[name] for name in env if name.startswith(OF_THE_INTERPRETER)}


def _served() -> dict[str, str]:
    """The environment that the server is started in: of the interpreter's, what a journey has."""
    kept = {
        name: value for name, value in os.environ.items()
        if name == "PYTHONPATH" or not name.startswith(OF_THE_INTERPRETER)
    }
    return {**kept, "LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}


@cache
def _server() -> str:
    """The address of this process's own server, started once."""
    folder = tempfile.mkdtemp(prefix="cbi-fork-")
    address = f"{folder}/socket"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", address], cwd=ROOT, stdout=subprocess.PIPE,
        env=_served(),
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.terminate)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    return address


def serve(address: str) -> NoReturn:
    """Read the program, and run a line in a copy of this process for each who asks."""
    import cbi
    from tests.passphrases import quick_passphrases

    for module in pkgutil.walk_packages(cbi.__path__, "cbi."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    quick_passphrases()
    gc.freeze()  # else each copy looks through what it shares, and has it copied
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(64)
    print("ready", flush=True)
    while True:
        line, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _answer(line)
        line.close()
        with contextlib.suppress(ChildProcessError):
            ended = 1
            while ended:
                ended, _ = os.waitpid(-1, os.WNOHANG)


def _answer(line: socket.socket) -> NoReturn:
    """Run the line in a child, and tell how it ended."""
    asked = json.loads(b"".join(iter(lambda: line.recv(65_536), b"")))
    child = os.fork()
    if child == 0:
        line.close()
        _run(asked)
    _, status = os.waitpid(child, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(asked: dict[str, Any]) -> NoReturn:
    """Become the process that the line was typed in."""
    from cbi.cli import main

    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    modes = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (path, mode) in enumerate(zip(asked["files"], modes, strict=True)):
        os.dup2(os.open(path, mode, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False)
        for number, mode in enumerate(("r", "w", "w"))
    )
    sys.argv = [str(ROOT / "cbi" / "__main__.py"), *asked["words"]]
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - what a real process would print
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    serve(sys.argv[1])
