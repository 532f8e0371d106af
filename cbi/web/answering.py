"""From a function's answer or refusal to what a page or a shop's own till is sent."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from cbi.base.errors import (
    BadFile,
    CbiError,
    Conflict,
    NotAllowed,
    NotFound,
    Unusable,
    UsageError,
)
from cbi.ledger.vouchers.answers import Answer
from cbi.messages.catalogue import LANGUAGES, text
from cbi.till.signs import sign_of
from cbi.till.words import record_of, told

Shape = TypeVar("Shape")

STATUS: tuple[tuple[type[CbiError], int], ...] = (
    (UsageError, 422), (NotAllowed, 403), (NotFound, 404), (Conflict, 409), (BadFile, 400),
    (Unusable, 503),
)
UNKNOWN_WHO = frozenset({"operators.session-over", "till-devices.not-paired"})


class Malformed(Exception):  # noqa: N818 - it becomes an answer
    """A body that is not what the request's shape says."""


async def asked(request: Request, shape: type[Shape]) -> Shape:
    """A request's body in its shape. A number without a fraction is whole, however it is written.

    Raises:
        Malformed: it is another shape, or no JSON.
    """
    try:
        return msgspec.convert(_whole(msgspec.json.decode(await request.body())), shape)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        raise Malformed(str(error)) from error


def _whole(given: Any) -> Any:
    if isinstance(given, dict):
        return {name: _number(value) for name, value in given.items()}
    return given


def _number(value: Any) -> Any:
    whole = isinstance(value, float) and math.isfinite(value) and value == int(value)
    return int(value) if whole else value


def language_of(request: Request) -> str:
    """The reader's language, of those that a till speaks."""
    wanted = request.headers.get("accept-language", "")[:100]
    for one in wanted.split(","):
        code = one.partition(";")[0].strip().lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


def as_json(value: object, status: int = 200, media: str = "application/json") -> Response:
    """A value as an answer that nobody keeps."""
    return Response(
        msgspec.json.encode(value), status, {"cache-control": "no-store"}, media_type=media
    )


def status_of(error: CbiError) -> int:
    """The status of a refusal."""
    if error.code in UNKNOWN_WHO:
        return 401
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def shown(answer: Answer, language: str, *, store: str, done: str) -> dict[str, object]:
    """An answer for the page: as `--json` has it, with its sign and its word."""
    sign = sign_of(answer, done=bool(done))
    return {
        **record_of(answer, told(answer, language, store=store, done=done)),
        "sign": sign.colour, "mark": sign.mark, "word": text(f"till.{sign.word}", language),
    }


def refused(error: CbiError, language: str) -> Response:
    """A refusal for the page, in the cashier's words."""
    return as_json(
        {"error": error.code, "words": text(error.code, language, **error.facts),
         "sign": "yellow", "mark": "!", "word": text("till.sign-again", language)},
        status_of(error),
    )


Handler = Callable[[Request], Any]
