"""The calls of a life: each request and answer, scrubbed before anything keeps it."""

from __future__ import annotations

import json
import re
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from fault_calls import Names, Request
from fault_kinds import Answer
from life_scrub import scrubbed
from life_tunnel import Answering

NAMED_BESIDE = ("AlarmName", "AlarmNames", "DashboardName", "TopicArn", "filterPattern")
"""What the fault bench's names leave out."""
LONGEST_BODY = 200_000
GENERATED = re.compile(r"(?i)\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,64})\b")
"""Parts of names that no two lives share."""


@dataclass(frozen=True)
class Call:
    """One attempt; times are seconds since the life began."""

    scene: str
    service: str
    operation: str
    resource: str
    occurrence: int
    """Of the same operation on the same resource, within the scene."""
    given: Mapping[str, Any]
    status: int
    code: str
    body: Any
    began: float
    seconds: float

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.scene, self.operation, self.resource, self.occurrence

    @property
    def refused(self) -> bool:
        return self.status >= 400


@dataclass
class Recorder:
    """Keeps what passes to `upstream`. `scene` is set by whoever plays the life."""

    upstream: Answering
    scene: str = ""
    calls: list[Call] = field(default_factory=list)
    clock: Callable[[], float] = time.monotonic
    _names: Names = field(default_factory=Names)
    _counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def __call__(self, host: str, request: Request) -> Answer:
        scene, began = self.scene, self.clock()
        answer = self.upstream(host, request)
        seconds = self.clock() - began
        with self._lock:
            self._names.learn(answer.body)
            self._keep(scene, host, request, answer, (began - self._started, seconds))
        return answer

    def _keep(
        self,
        scene: str,
        host: str,
        request: Request,
        answer: Answer,
        times: tuple[float, float],
    ) -> None:
        service = "the API" if ".execute-api." in host else request.service
        if service == "the API":
            operation, resource, given = _of_the_api(request)
        else:
            operation, named = request.named
            beside = {n: str(request.given[n]) for n in NAMED_BESIDE if n in request.given}
            resource = self._names.resource({**named, **beside})
            given = request.given
        resource = str(scrubbed(GENERATED.sub("{id}", resource)))
        self._counts[scene, operation, resource] += 1
        reported = parsed(answer.body)
        call = Call(
            scene,
            service,
            operation,
            resource,
            self._counts[scene, operation, resource],
            scrubbed(dict(given)),
            answer.status,
            code_of(answer, reported),
            scrubbed(reported),
            *times,
        )
        self.calls.append(call)


def _of_the_api(request: Request) -> tuple[str, str, dict[str, Any]]:
    """A request to what was deployed; its stage and query aren't part of the operation's name."""
    path = urlsplit(request.path).path
    return f"{request.method} /…", path, {"body": parsed(request.body)}


def parsed(body: bytes) -> Any:
    """A body as JSON has it, XML too; None where it is empty, text where it is something else."""
    if not body:
        return None
    if len(body) > LONGEST_BODY:
        return f"{len(body)} bytes"
    try:
        if body.lstrip().startswith(b"<"):
            return _xml(ET.fromstring(body))  # noqa: S314
        return json.loads(body)
    except (ValueError, ET.ParseError):
        return body.decode("utf-8", "replace")


def _xml(element: ET.Element) -> Any:
    children = list(element)
    if not children:
        return element.text or ""
    names = [child.tag.rpartition("}")[2] for child in children]
    if set(names) == {"member"}:
        return [_xml(child) for child in children]
    return dict(zip(names, map(_xml, children), strict=True))


def code_of(answer: Answer, reported: Any) -> str:
    """The error's code, in whichever way the service's protocol tells it."""
    if answer.status < 400:
        return ""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    members = reported if isinstance(reported, dict) else {}
    error = members.get("Error")
    inner = error.get("Code") if isinstance(error, dict) else None
    code = headers.get("x-amzn-errortype") or members.get("__type") or inner or members.get("code")
    return str(code or "").rpartition("#")[2].partition(":")[0]
