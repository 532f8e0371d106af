"""What `/api/v1` is, told in OpenAPI 3.1: the requests' shapes are those that are read."""

import copy
from functools import cache
from typing import Any

import msgspec

from cbi import __version__
from cbi.ledger.vouchers.answers import ANSWERS
from cbi.web.requests import PairAsked, RedeemAsked, ReverseAsked, VerifyAsked

_ASKED = (PairAsked, VerifyAsked, RedeemAsked, ReverseAsked)
_WHOLE: dict[str, Any] = {"type": ["integer", "null"]}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["answer", "words"],
    "properties": {
        "answer": {"enum": list(ANSWERS)}, "words": {"type": "string"},
        **dict.fromkeys(("balance", "amount"), _WHOLE),
        **dict.fromkeys(
            ("serial", "category", "currency", "valid_from", "valid_until", "redemption", "store",
             "when"), _TEXT,
        ),
        "replayed": {"type": "boolean"},
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"},
        "status": {"type": "integer"}, "detail": {"type": "string"},
    },
}
_PAIRED: dict[str, Any] = {
    "type": "object", "required": ["device", "store", "credential"],
    "properties": {name: {"type": "string"} for name in ("device", "store", "credential")},
}
_DAY: dict[str, Any] = {
    "type": "object", "required": ["date", "redemptions", "totals"],
    "properties": {
        "date": {"type": "string", "format": "date"},
        "redemptions": {"type": "array", "items": {"type": "object"}},
        "totals": {"type": "array", "items": {"type": "object"}},
    },
}
_KEY: dict[str, Any] = {
    "name": "Idempotency-Key", "in": "header", "required": True,
    "description": "Made before asking and kept until answered; sent again, it counts once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}
_REFUSED = {"400": "Cut off.", "401": "The credential is no till's (any more).",
            "403": "Not allowed.", "404": "There is no such thing.",
            "408": "The body came too slowly.",
            "409": "Not done: the type ends in the till's answer, or in what stands against it.",
            "413": "Too long.", "422": "The request is not what its shape says.",
            "429": "Too often; Retry-After says when.",
            "500": "A fault of this server's own; ask the same again.",
            "503": "The ledger cannot be used now; ask the same again."}


@cache
def described(sandbox: bool = False) -> dict[str, Any]:
    """The whole description; the sandbox's is the same, and every answer of it says so."""
    if not sandbox:
        return _described()
    told = copy.deepcopy(_described())
    told["paths"] = {path.replace("/api/v1/", "/api/v1/sandbox/"): asked
                     for path, asked in told["paths"].items()}
    for name in ("Answer", "Problem", "Paired", "Day"):
        shape = told["components"]["schemas"][name]
        shape["properties"]["sandbox"] = {"const": True}
        shape["required"] = [*shape["required"], "sandbox"]
    return told


def _described() -> dict[str, Any]:
    shapes = msgspec.json.schema_components(
        _ASKED, ref_template="#/components/schemas/{name}"
    )[1]
    return {
        "openapi": "3.1.0",
        "info": {"title": "cbi till", "version": __version__, "description": (
            "Vouchers checked and redeemed by a shop's own till. Amounts are integers of the "
            "currency's minor unit."
        )},
        "security": [{"device": []}],
        "paths": {
            "/api/v1/pair": {"post": _asks("pair", "Pair this device", PairAsked, "201", "Paired")
                             | {"security": []}},
            "/api/v1/verify": {"post": _asks("verify", "Is this voucher good?", VerifyAsked,
                                             "200", "Answer")},
            "/api/v1/redeem": {"post": _asks("redeem", "Take an amount off a voucher, once",
                                             RedeemAsked, "200", "Answer")
                               | {"parameters": [_KEY]}},
            "/api/v1/reverse": {"post": _asks("reverse", "Undo a redemption within minutes",
                                              ReverseAsked, "200", "Answer")},
            "/api/v1/day": {"get": {"operationId": "day", "summary": "Today at this store",
                                    "responses": _answers("200", "Day")}},
        },
        "components": {
            "schemas": {**shapes, "Answer": _ANSWER, "Problem": _PROBLEM, "Paired": _PAIRED,
                        "Day": _DAY},
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
        },
    }


def _asks(name: str, summary: str, shape: type, status: str, answer: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{shape.__name__}"}
    return {
        "operationId": name, "summary": summary,
        "requestBody": {"required": True,
                        "content": {"application/json": {"schema": reference}}},
        "responses": _answers(status, answer),
    }


def _answers(status: str, answer: str) -> dict[str, Any]:
    def content(kind: str, name: str) -> dict[str, Any]:
        return {kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}}

    return {
        status: {"description": "Done.", "content": content("application/json", answer)},
        **{code: {"description": words, "content": content("application/problem+json", "Problem")}
           for code, words in _REFUSED.items()},
    }
