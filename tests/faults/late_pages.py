"""An empty first page with a token, and the request that goes on with that token."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from fault_calls import Request
from fault_kinds import QUERY, THROTTLE, Answer
from late_bodies import bad
from late_kinds import Bad

SERVICES = (*THROTTLE, "cloudwatch", "sns")
TOKEN = "bGF0ZS1wYWdl"
KEY = {"productId": {"S": TOKEN}}
"""DynamoDB's token is the key of the last item that was looked at."""


@dataclass(frozen=True)
class Paging:
    """How an operation's answers page, as they are written."""

    entries: str
    token: str
    more: str
    """What says that there is more, beside the token; IAM has it."""


@cache
def paging(service: str, operation: str) -> Paging | None:
    """By botocore's models; None for what doesn't page."""
    session = botocore.session.Session()
    loader: Any = session.get_component("data_loader")
    pages = loader.load_service_model(service, "paginators-1")["pagination"]
    if (model := pages.get(operation)) is None:
        return None

    def wire(value: Any) -> str:
        name = str((value if isinstance(value, list) else [value])[0]).partition("||")[0].strip()
        return str(output.members[name].serialization.get("name", name))

    output = session.get_service_model(service).operation_model(operation).output_shape
    more = model.get("more_results", "")
    return Paging(wire(model["result_key"]), wire(model["output_token"]), more)


def pages(operation: str) -> bool:
    """Whether it does; operations' names are unique among the services that a stack is made of."""
    return any(paging(service, operation) for service in SERVICES)


def empty_page(answer: Answer, service: str, how: Paging) -> Answer:
    """An answer of the same form that holds nothing yet, and says that there is more."""
    if answer.status >= 300:
        return answer
    if service in QUERY:
        return Answer(200, answer.headers, _empty_xml(answer.body.decode(), how).encode())
    reported = json.loads(answer.body)
    of = type(reported.get(how.entries, []))
    reported |= {how.entries: of(), how.token: KEY if how.token == "LastEvaluatedKey" else TOKEN}
    reported |= {"Count": 0} if "Count" in reported else {}
    return Answer(200, answer.headers, json.dumps(reported).encode())


def _empty_xml(text: str, how: Paging) -> str:
    more = f"<{how.token}>{TOKEN}</{how.token}>"
    if how.more:
        more += f"<{how.more}>true</{how.more}>"
        text = re.sub(rf"<{how.more}>\w+</{how.more}>", "", text)
    text, found = re.subn(
        rf"<{how.entries}>.*</{how.entries}>|<{how.entries}\s*/>",
        f"<{how.entries}/>{more}",
        text,
        flags=re.DOTALL,
    )
    if not found:
        raise AssertionError(f"no {how.entries} in {text[:200]}")
    return text


def goes_on(request: Request) -> bool:
    """Whether it asks for what follows an empty page of ours."""
    return TOKEN in request.path or TOKEN.encode() in request.body


def first_answer(answer: Answer, kind: Bad, service: str, operation: str) -> Answer:
    """What the first look gets."""
    how = paging(service, operation)
    if kind is Bad.EMPTY_PAGE and how is not None:
        return empty_page(answer, service, how)
    return bad(answer, kind, service)
