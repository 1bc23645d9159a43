"""The last stop before the network: what would be sent is written down, and answered by script."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session


class _Body(io.BytesIO):
    def stream(self, *_size: Any, **_options: Any) -> Iterable[bytes]:
        yield self.read()


class Wire:
    """Answers the requests of all clients, in order; the last answer is given again and again."""

    def __init__(self) -> None:
        self.requests: list[AWSPreparedRequest] = []
        self.proxies: list[str | None] = []
        self._answers: list[Any] = []

    def will(self, *answers: Any) -> None:
        self._answers = list(answers)

    @property
    def hosts(self) -> list[str]:
        return [re.sub(r"^(\w+://[^/]+).*", r"\1", request.url) for request in self.requests]

    def send(self, http_session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        self.requests.append(request)
        self.proxies.append(http_session._proxy_config.proxy_url_for(request.url))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        return AWSResponse(request.url, status, headers, _Body(body))


def ok(**answer: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps(answer).encode()


def error(code: str, text: str = "no", status: int = 400) -> tuple[int, dict[str, str], bytes]:
    """In the form of the JSON services."""
    body = json.dumps({"__type": code, "message": text}).encode()
    return status, {"x-amzn-errortype": code}, body


def xml(text: str, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    """In the form of STS and IAM."""
    return status, {"content-type": "text/xml"}, text.encode()


def xml_error(code: str, text: str = "no", status: int = 403) -> tuple[int, dict[str, str], bytes]:
    reported = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return xml(f"<ErrorResponse>{reported}</ErrorResponse>", status)


def identity(account: str = "123456789012") -> tuple[int, dict[str, str], bytes]:
    arn = f"arn:aws:iam::{account}:user/alice"
    reported = f"<Account>{account}</Account><Arn>{arn}</Arn>"
    found = f"<GetCallerIdentityResult>{reported}</GetCallerIdentityResult>"
    return xml(f"<GetCallerIdentityResponse>{found}</GetCallerIdentityResponse>")
