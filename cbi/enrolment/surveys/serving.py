"""Asking a survey's server: over a line nobody else reads, refused in plain words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cbi.base.errors import BadFile, Unusable, UsageError

SECONDS, ANSWER_BYTES_MAX, TOKEN_LENGTH_MAX = 60, 64 << 20, 4_096
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_DENIED, _NOT_THERE = (401, 403), 404


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and how it is asked: `dress` stands before the token in the request's heading."""

    url: str
    dress: str
    token: str = field(repr=False)

    def get(self, path: str, **query: str) -> bytes:
        """The answer to one request.

        Raises:
            Unusable: not reached, refused, no such form, or an answer that is too large.
        """
        address = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        asked = Request(  # noqa: S310 - the scheme was checked
            address, headers={"Authorization": f"{self.dress} {self.token}"}
        )
        host = urlsplit(self.url).netloc
        try:
            with build_opener(_NowhereElse()).open(asked, timeout=SECONDS) as answer:
                content: bytes = answer.read(ANSWER_BYTES_MAX + 1)
                if answer.length and len(content) <= ANSWER_BYTES_MAX:
                    raise IncompleteRead(content, answer.length)  # a short read says nothing itself
        except HTTPError as refusal:
            code = "denied" if refusal.code in _DENIED else (
                "no-form" if refusal.code == _NOT_THERE else "failed"
            )
            raise Unusable(
                f"enrolment.pull-{code}", host=host, status=refusal.code
            ) from refusal
        except (URLError, HTTPException, OSError) as failure:
            raise Unusable("enrolment.pull-unreachable", host=host) from failure
        if len(content) > ANSWER_BYTES_MAX:
            raise Unusable("enrolment.pull-too-large", host=host)
        return content

    def json(self, path: str, **query: str) -> Mapping[str, Any]:
        """The same as a JSON object.

        Raises:
            Unusable: also where the answer is none.
        """
        try:
            answer = json.loads(self.get(path, **query))
        except ValueError as damage:
            raise Unusable("enrolment.pull-failed", host=self.url, status="JSON") from damage
        if not isinstance(answer, dict):
            raise Unusable("enrolment.pull-failed", host=self.url, status="JSON")
        return answer


def server_at(url: str, dress: str, token_file: Path) -> Server:
    """A server by its address, with the token that stands in a file.

    Raises:
        UsageError: the address is none, or its line could be read by others.
        BadFile: the token's file cannot be read, or holds none.
    """
    parts = urlsplit(url)
    if parts.hostname is None or parts.username is not None:
        raise UsageError("enrolment.pull-address", url=url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise UsageError("enrolment.pull-open-line", url=url)
    try:
        with token_file.open(encoding="ascii") as file:
            token = file.read(TOKEN_LENGTH_MAX).strip()
    except (OSError, UnicodeError) as failure:
        raise BadFile("enrolment.pull-token", file=str(token_file)) from failure
    if not token or len(token.split()) > 1:
        raise BadFile("enrolment.pull-token", file=str(token_file))
    return Server(url.rstrip("/"), dress, token)


class _NowhereElse(HTTPRedirectHandler):
    """No answer sends a request, and its token, to another address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""
        return
