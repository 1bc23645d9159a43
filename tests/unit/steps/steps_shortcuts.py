"""What makes a call to moto cheap: what it finds out anew for each is found out once.

A call goes through all of botocore's and moto's own checks, parsers and models still. Left out is
what nobody sees of it: the signature, the user agent, the search for who answers an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto.backend_index import backend_url_patterns
from moto.backends import get_backend
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.exceptions import HTTPException
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber
from moto.core.request import normalize_request
from moto.core.routing import ServiceOperationRouter
from moto.core.utils import camelcase_to_underscores, method_names_from_class
from steps_moto import ACCOUNT

from productsapi.aws import caller
from productsapi.engine import scheduler

Handler = Callable[..., tuple[int, Any, Any]]


class AtOnce:
    """A thread that is over when it has begun: moto answers one call at a time all the same.

    The graph's own tests, and those of whole commands, run threads.
    """

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), **_: Any) -> None:
        self.start = lambda: target(*args)


@contextmanager
def moto_answers() -> Iterator[None]:
    """An empty moto for botocore; `mock_aws` would set up as many answers for `requests` too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scheduler, "Thread", AtOnce)
        patch.setattr(caller, "Thread", AtOnce)
        patch.setattr(RequestSigner, "handler", lambda *_, **__: None)
        patch.setattr(UserAgentString, "to_string", lambda _: "tests")
        patch.setattr(BotocoreStubber, "process_request", _answer)
        patch.setattr(ServiceOperationRouter, "match", _match)
        patch.setattr(responses, "camelcase_to_underscores", _underscored)
        patch.setattr(responses, "method_names_from_class", _methods)
        patch.setattr(botocore_stubber, "enabled", True)
        _empty()
        yield
    _empty()


@contextmanager
def the_long_way() -> Iterator[None]:
    """As moto does it by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", _process)
        patch.setattr(ServiceOperationRouter, "match", _route)
        patch.setattr(responses, "camelcase_to_underscores", camelcase_to_underscores)
        patch.setattr(responses, "method_names_from_class", method_names_from_class)
        yield


def _empty() -> None:
    BackendDict.reset()
    reset_model_data()


_process, _route = BotocoreStubber.process_request, ServiceOperationRouter.match
_underscored, _methods = cache(camelcase_to_underscores), cache(method_names_from_class)


def _answer(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
    """As moto does it, but for the search through its services."""
    handler = _handler(request.url.partition("?")[0])
    if handler is None:
        return _process(stubber, request)
    asked = normalize_request(request)
    try:
        return handler(asked, asked.raw_url, asked.headers)
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()


@cache
def _handler(address: str) -> Handler | None:
    for service, pattern in backend_url_patterns:
        if pattern.match(address):
            regions: Any = get_backend(service)[ACCOUNT]  # type: ignore[call-overload]
            backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
            for url, handler in backend.urls.items():
                if re.match(url, address):
                    return handler  # type: ignore[no-any-return]
    return None


_routed: dict[Hashable, tuple[Any, dict[str, Any]]] = {}


def _match(router: ServiceOperationRouter, request: Any) -> tuple[Any, dict[str, Any]]:
    """By all that moto looks at."""
    asked = (router, request.method, request.raw_url, request.content_type, *request.headers.keys())
    if asked not in _routed:
        _routed[asked] = _route(router, request)
    operation, params = _routed[asked]
    return operation, dict(params)
