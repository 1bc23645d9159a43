"""Whether an answer is one that the OpenAPI document tells of."""

from __future__ import annotations

import functools
import json
from typing import Any, NamedTuple

from harness import SMARTPHONE, SOURCES, Reply
from jsonschema import Draft202012Validator, FormatChecker

from productsapi import openapi
from productsapi.config.model import Api, Config, Table
from productsapi.routes import ROUTES, Route

Json = dict[str, Any]

MADE = 201
SET_BY_THE_SERVICE = {
    **dict.fromkeys(("createdAt", "updatedAt"), "2026-11-22T18:00:00.000Z"),
    **dict.fromkeys(("createdBy", "updatedBy"), "someone"),
    "version": 1,
}


class Answer(NamedTuple):
    """One answer of one route, as the document has it."""

    required: frozenset[str]  # headers
    headers: dict[str, Draft202012Validator]
    bodies: dict[str, Draft202012Validator]  # by content type


@functools.cache
def document(sort_key: str | None = None, cors_origin: str = "*", decimals: str = "number") -> Json:
    origins = cors_origin.split(",")
    config = Config(
        schema=1,
        stack="shop",
        region="eu-west-2",
        table=Table(sort_key=sort_key),
        api=Api(cors_origin=origins[0] if len(origins) == 1 else tuple(origins), decimals=decimals),
    )
    return openapi.document(config, openapi.read(SOURCES))


def check(reply: Reply, handler: str, event: Json, environment: dict[str, str]) -> None:
    """Hold an answer to the document; what goes the way of no route is none of its business."""
    asked = (str(event.get("httpMethod")), str(event.get("resource")), handler)
    route = next((each for each in ROUTES if each[:3] == asked), None)
    if route is None or environment.get("SORT_KEY", "category") not in {"", "category"}:
        return
    origin = environment.get("CORS_ORIGIN", "").strip() or "*"
    sort_key = environment.get("SORT_KEY") or None
    described = (sort_key, origin, environment.get("DECIMALS", "number"))
    _check(route, reply.status, described, frozenset(reply.headers.items()), reply.text)


@functools.cache
def _check(
    route: Route,
    status: int,
    described: tuple[str | None, str, str],
    headers: frozenset[tuple[str, str]],
    text: str,
) -> None:
    """One answer is looked at once: most refusals are given a hundred times."""
    reported, given = _described(route, status, *described), dict(headers)
    assert reported.required <= given.keys()
    for name, validator in reported.headers.items():
        if name in given:
            sent = given[name]
            validator.validate(int(sent) if sent.isdecimal() else sent)
    if not text:
        assert not reported.bodies
        return
    body = json.loads(text)
    if not isinstance(body.get("version"), str):  # put there by hand, as the document tells
        whole = body if status == MADE else _completed(body, described[-1])
        reported.bodies[given["Content-Type"]].validate(whole)


def _completed(body: Json, decimals: str) -> Json:
    """What was put into the table past the API may lack anything, as the document tells."""
    if "items" in body:
        return {**body, "items": [_completed(item, decimals) for item in body["items"]]}
    by_hand = "createdAt" not in body and "type" not in body
    price = {"productPrice": "799"} if decimals == "string" else {}
    return {**SMARTPHONE, **price, **SET_BY_THE_SERVICE, **body} if by_hand else body


@functools.cache
def _described(
    route: Route, status: int, sort_key: str | None, cors_origin: str, decimals: str
) -> Answer:
    whole = document(sort_key, cors_origin, decimals)
    parts = whole["components"]

    def resolved(part: Json) -> Json:
        if "$ref" not in part:
            return part
        *_, kind, name = part["$ref"].split("/")
        found: Json = parts[kind][name]
        return found

    def validator(schema: Json) -> Draft202012Validator:
        rooted = {**schema, "components": parts}
        return Draft202012Validator(rooted, format_checker=FormatChecker())

    operation = whole["paths"][route.path][route.method.lower()]
    answer = resolved(operation["responses"][str(status)])
    headers = {name: resolved(header) for name, header in answer["headers"].items()}
    return Answer(
        frozenset(name for name, header in headers.items() if header.get("required")),
        {name: validator(header["schema"]) for name, header in headers.items()},
        {kind: validator(body["schema"]) for kind, body in answer.get("content", {}).items()},
    )
