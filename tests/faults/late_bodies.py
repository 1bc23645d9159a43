"""Answers as a late or broken AWS would give them: rules over bodies, JSON or IAM's XML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fault_kinds import QUERY, Answer
from late_kinds import Bad

TAGS = {"tags", "Tags", "TagList", "UserPoolTags", "ResourceTags"}
XML_MEMBER = re.compile(r"<member>(?:(?!<member>).)*?</member>", re.DOTALL)
XML_TAGS = re.compile(r"<Tags>.*?</Tags>", re.DOTALL)
REQUEST_ID = re.compile(rb"<RequestId>.*?</RequestId>")
HTML = b"<html><head><title>Service Unavailable</title></head><body>Try later.</body></html>"


REFERENCES = {"deploymentId", "authorizerId", "FunctionVersion"}
"""Members that name another thing than the one whose entry they stand in."""


def without(answer: Answer, own: str) -> Answer:
    """A listing without the entry of the thing whose name or id is `own`."""

    def left(value: Any) -> Any:
        if isinstance(value, list):
            return [left(each) for each in value if not _is(each, own)]
        if isinstance(value, dict):
            return {name: left(each) for name, each in value.items()}
        return value

    def left_in_xml(text: str) -> str:
        return XML_MEMBER.sub(lambda m: "" if f">{own}<" in m[0] else m[0], text)

    return _changed(answer, left, left_in_xml)


def untagged(answer: Answer, own: str | None = None) -> Answer:
    """The answer with no tags: all of it, or only the entry of the thing called `own`."""

    def bare(value: Any, *, inside: bool) -> Any:
        if isinstance(value, list):
            return [bare(each, inside=inside) for each in value]
        if not isinstance(value, dict):
            return value
        inside = inside or _is(value, own)
        return {
            name: type(each)() if inside and name in TAGS else bare(each, inside=inside)
            for name, each in value.items()
        }

    def bare_xml(text: str) -> str:
        return XML_TAGS.sub("<Tags/>", text) if own is None or f">{own}<" in text else text

    return _changed(answer, lambda reported: bare(reported, inside=own is None), bare_xml)


def bad(answer: Answer, kind: Bad, service: str) -> Answer:
    """What a proxy or a failing server may make of an answer, still under status 200."""
    if kind is Bad.HTML:
        return Answer(200, {"Content-Type": "text/html"}, HTML)
    if kind is Bad.CUT:
        return Answer(200, answer.headers, answer.body[: len(answer.body) // 2])
    if service in QUERY:
        root = re.search(rb"<(\w+)", answer.body)
        empty = b"<%s/>" % (root[1] if root else b"Response")
    else:
        empty = b"{}"
    return Answer(200, answer.headers, empty)


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers tell the same: each of IAM's has another request id."""
    return REQUEST_ID.sub(b"", one.body) == REQUEST_ID.sub(b"", other.body)


def _is(value: Any, own: str | None) -> bool:
    if isinstance(value, dict):
        named = [v for n, v in value.items() if isinstance(v, str) and n not in REFERENCES]
        return own is not None and own in named
    return bool(value == own)


def _changed(answer: Answer, of_json: Callable[[Any], Any], of_xml: Callable[[str], str]) -> Answer:
    if answer.status >= 300 or not answer.body:
        return answer
    if answer.body.lstrip().startswith(b"<"):
        return replace(answer, body=of_xml(answer.body.decode()).encode())
    try:
        reported = json.loads(answer.body)
    except ValueError:
        return answer
    late = of_json(reported)
    return answer if late == reported else replace(answer, body=json.dumps(late).encode())
