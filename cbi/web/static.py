"""The page's own files, held in memory, packed once, and told apart by what is in them."""

import gzip
import hashlib
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).with_name("page")
KINDS = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".wasm": "application/wasm", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}


class Packed(NamedTuple):
    """A file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes
    tag: str


def routes() -> list[Route]:
    """The page at `/`, and each of its files under its name."""
    named = {f"/{path.relative_to(FOLDER).as_posix()}": path
             for path in sorted(FOLDER.rglob("*")) if path.suffix in KINDS}
    return [
        Route("/", _sender(FOLDER / "index.html")),
        *(Route(name, _sender(path)) for name, path in named.items()),
    ]


def _sender(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def send(request: Request) -> Response:
        file = packed(path)
        headers = {"etag": file.tag, "cache-control": "no-cache", "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.kind)
        return Response(file.plain, headers=headers, media_type=file.kind)

    return send


@cache
def packed(path: Path) -> Packed:
    """A file, read and packed on first use."""
    plain = path.read_bytes()
    tag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    return Packed(KINDS[path.suffix], plain, gzip.compress(plain, 9, mtime=0), tag)
