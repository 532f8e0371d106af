"""The page's own files, held in memory, packed once, and told apart by what is in them.

With its texts they are all that the page needs to open without a connection: `sw.js` is told their
names and one version of them all, and keeps them on the device.
"""

import gzip
import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cbi.messages.catalogue import LANGUAGES
from cbi.web.page_texts import page_texts

FOLDER = Path(__file__).with_name("page")
KINDS = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".wasm": "application/wasm", ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json", ".json": "application/json",
    ".crt": "application/x-x509-ca-cert",
    ".txt": "text/plain; charset=utf-8",
}


class Packed(NamedTuple):
    """A file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes
    tag: str


def routes() -> list[Route]:
    """The page at `/`, and each of its files under its name."""
    files = _files()
    worker = "/sw.js"
    return [
        *(Route(name, _sender(file)) for name, file in files.items() if name != worker),
        Route(worker, _sender(_worker(files, worker))),
    ]


def authority(chain: Path | None) -> list[Route]:
    """The certificate of the till's own authority, for devices to fetch; it is no secret."""
    if chain is None:
        return []
    from cbi.web.certificate import authority_beside

    found = authority_beside(chain)
    return [] if found is None else [Route("/ca.crt", _sender(_packed(".crt", found)))]


@cache
def _files() -> dict[str, Packed]:
    """Every file by its address; what is only told to people (licences) is among them."""
    found = {"/": _packed(".html", (FOLDER / "index.html").read_bytes())}
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in KINDS and path.suffix != ".html":
            found[f"/{path.relative_to(FOLDER).as_posix()}"] = _packed(
                path.suffix, path.read_bytes()
            )
    for language in LANGUAGES:
        found[f"/texts/{language}.json"] = _packed(".json", page_texts(language))
    return found


def _worker(files: dict[str, Packed], name: str) -> Packed:
    kept = {at: file.tag for at, file in files.items() if at != name and not at.endswith(".txt")}
    version = hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]
    shell = f"const SHELL = {json.dumps({'version': version, 'files': list(kept)})};\n"
    return _packed(".js", shell.encode() + files[name].plain)


def _sender(file: Packed) -> Callable[[Request], Awaitable[Response]]:
    async def send(request: Request) -> Response:
        headers = {"etag": file.tag, "cache-control": "no-cache", "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.kind)
        return Response(file.plain, headers=headers, media_type=file.kind)

    return send


def _packed(suffix: str, plain: bytes) -> Packed:
    tag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    return Packed(KINDS[suffix], plain, gzip.compress(plain, 9, mtime=0), tag)
