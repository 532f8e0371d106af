"""A server killed under load: what it answered is in the ledger, and asked again it says the same.
"""

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from cbi.base.clock import system_clock
from cbi.ledger.vouchers.codes import open_code
from tests.benchmarks import served
from tests.benchmarks.ledger_world import in_hand, sqlite_world

ROUNDS, MANY, CLIENTS = 3, 3_000, 32


async def asked(
    port: int, credential: str, codes: list[str], kill_after: int = 0, pid: int = 0
) -> dict[str, str]:
    """By code, the redemption that was answered, until the server is gone."""
    left, told = iter(codes), dict[str, str]()

    async def client() -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        try:
            for code in left:
                body = json.dumps({"code": code, "amount": 100, "receipt": code[:8]}).encode()
                writer.write(
                    b"POST /api/v1/redeem HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                    + credential.encode() + b"\r\nIdempotency-Key: " + code.encode()
                    + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                head = await reader.readuntil(b"\r\n\r\n")
                at = head.lower().index(b"content-length:") + 15
                answer = await reader.readexactly(int(head[at:].split(b"\r\n", 1)[0]))
                told[code] = json.loads(answer)["redemption"]
                if kill_after and len(told) == kill_after:
                    os.kill(pid, signal.SIGKILL)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return told


@pytest.mark.long
def test_nothing_that_was_answered_is_lost(tmp_path: Path) -> None:
    world = sqlite_world(tmp_path)
    key = world.keys.need("codes")
    codes = [open_code(one.code_sealed, key) for one in in_hand(world, MANY)]
    credential = served.till_of(world)
    answered: dict[str, str] = {}
    behind_us = system_clock() - world.clock()
    for number in range(ROUNDS):
        (tmp_path / "keyring.json").unlink(missing_ok=True)
        server, port = served.server_of(world, behind_us)
        part = codes[number * 1_000 :][:1_000]
        found = asyncio.run(asked(port, credential, part, 300, server.pid))
        server.wait(30)
        assert 300 <= len(found) < len(part)
        answered |= found
    (tmp_path / "keyring.json").unlink()
    server, port = served.server_of(world, behind_us)
    again = asyncio.run(asked(port, credential, codes))
    server.terminate()
    server.wait(30)
    assert len(again) == MANY
    assert {code: again[code] for code in answered} == answered
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM entry WHERE kind = 'redeem'") == MANY
        assert tx.value("SELECT count(*) FROM voucher WHERE spent_minor <> 100") == 0
