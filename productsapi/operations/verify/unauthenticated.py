"""Unauthenticated requests to the stages whose methods the endpoint doesn't describe.

AWS says how each method of a deployment is authorized; the local cloud doesn't. Such a method is
neither open nor closed until a request has tried it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.errors import RequestFailed
from productsapi.operations.finding import Finding, State, worst
from productsapi.operations.verify.access_denied import checked_answer
from productsapi.operations.verify.api import Api, by_function
from productsapi.routes import ROUTES
from productsapi.stack.api_tree import stages
from productsapi.stack.output_names import API_ID, SERVED_ID
from productsapi.steps.deployment import UNSPECIFIED, served

OUR_ROUTES = tuple(str(route) for route in ROUTES)
REMOVE = "remove it (`productsapi deploy --delete-foreign`), if nobody needs it"


def _methods(aws: Aws, api_id: str, deployment: str) -> Mapping[str, str]:
    """What a stage lets in: each method with its kind of authorization.

    Where the endpoint doesn't describe the deployment: our own routes, as unknown.
    """
    there = Outputs({API_ID: api_id, SERVED_ID: deployment})
    found: Mapping[str, str] = (served(aws, there) or {"methods": {}})["methods"]
    return found or dict.fromkeys(OUR_ROUTES, UNSPECIFIED)


def others(aws: Aws, outputs: Outputs, ours: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The stages of our API that others have made, each with its methods."""
    api_id = outputs.get(API_ID)
    for stage in stages(aws, api_id) if api_id else []:
        name = str(stage["stageName"])
        if name != ours:
            yield name, _methods(aws, str(api_id), stage.get("deploymentId", ""))


def unknown(methods: Mapping[str, str]) -> list[str]:
    """Methods whose authorization the endpoint doesn't describe, without preflights."""
    return [m for m, how in methods.items() if how == UNSPECIFIED and not m.startswith("OPTIONS ")]


def tried(api: Api, stage: str, methods: Iterable[str], product_id: str) -> Finding:
    """Each of them without a token, where a request does no harm even if it is let in.

    Ours are asked for a product that there isn't, or with nothing to store; of others' only GET.
    """
    check, methods = f"stage {stage} refuses no token", list(methods)
    asked = [m for m in methods if m in OUR_ROUTES or m.startswith(("GET ", "ANY "))]
    found = [_answered(api, method, product_id) for method in asked]
    bad = [reported for reported in found if reported[0] is not State.OK]
    left = [method for method in methods if method not in asked]
    if bad:
        state = worst(Finding(check, state, text) for state, text in bad)
        return Finding(check, state, "\n".join(text for _, text in bad), REMOVE)
    text = f"on all {len(asked)} routes" if asked else "nothing of it was tried"
    if left:
        text = f"{text}; not known for {', '.join(left)}, which can't be tried without harm"
        return Finding(check, State.WARNING, text, REMOVE)
    return Finding(check, State.OK, text)


def _answered(api: Api, method: str, product_id: str) -> tuple[State, str]:
    verb, _, path = method.partition(" ")
    verb = "GET" if verb == "ANY" else verb
    body: dict[str, object] | None = {} if verb in {"POST", "PUT", "PATCH"} else None
    try:
        answer = api.once(verb, re.sub(r"\{[^}]*\}", product_id, path), body=body)
    except RequestFailed as error:
        return State.FAILED, f"{method}: {error.message}"
    if answer.status == HTTPStatus.FORBIDDEN and by_function(answer) is None:
        return State.OK, f"{method}: 403"  # as it says where signatures are asked for
    state, text = checked_answer(answer, None)
    return state, f"{method}: {text}"
