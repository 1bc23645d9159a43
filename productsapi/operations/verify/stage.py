"""What the stages really let in: by the deployments they serve, not the API's current methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify.unauthenticated import OUR_ROUTES, REMOVE, others, unknown
from productsapi.routes import PATHS, ROUTES
from productsapi.steps.deployment import UNSPECIFIED, served

GUARDED = "COGNITO_USER_POOLS"
OPEN = "NONE"
PREFLIGHTS = {f"OPTIONS {path}" for path in PATHS}
CLOSE = "`productsapi deploy` closes it"


def our_stage(aws: Aws, outputs: Outputs, name: str) -> Iterator[Finding]:
    """Exactly our routes, each behind Cognito, and the preflights."""
    check = f"stage {name}"
    serves = served(aws, outputs)
    if serves is None:
        yield Finding(check, State.FAILED, "it serves nothing", "productsapi deploy")
        return
    methods: Mapping[str, str] = serves["methods"]
    found = [
        *_ours(check, methods, reported=aws.location.endpoint_url is None),
        *_others(check, methods),
    ]
    if found:
        yield from found
        return
    text = f"deployment {serves['deployment']} serves {len(ROUTES)} routes"
    if UNSPECIFIED in methods.values():
        text += "; this endpoint doesn't say how they are authorized, so requests must show it"
    else:
        text += ", each behind Cognito"
    yield Finding(check, State.OK, text)


def other_stages(aws: Aws, outputs: Outputs, ours: str) -> Iterator[Finding]:
    """Stages of our API that others have made: an old deployment there may still be open."""
    for name, methods in others(aws, outputs, ours):
        check = f"stage {name}"
        entrances = sorted(m for m, how in methods.items() if how == OPEN and not _preflight(m))
        if entrances:
            text = f"it isn't ours, and open: {', '.join(entrances)}"
            yield Finding(check, State.OPEN, text, REMOVE)
        elif unknown(methods):
            text = (
                "it isn't ours; this endpoint doesn't say how it is authorized: it is tried below"
            )
            yield Finding(check, State.WARNING, text, REMOVE)
        else:
            text = "it isn't ours; each of its methods asks for authorization"
            yield Finding(check, State.WARNING, text)


def _ours(check: str, methods: Mapping[str, str], *, reported: bool) -> Iterator[Finding]:
    for route in ROUTES:
        how = methods.get(str(route))
        if how is None:
            yield Finding(check, State.FAILED, f"{route} isn't served", "productsapi deploy")
        elif how == OPEN:
            yield Finding(check, State.OPEN, f"{route} is open to everybody", CLOSE)
        elif how != GUARDED and (reported or how != UNSPECIFIED):
            text = f"{route} is guarded by {how}, not by {GUARDED}"
            yield Finding(check, State.FAILED, text, "productsapi deploy")
    for preflight in sorted(PREFLIGHTS - methods.keys()):
        yield Finding(check, State.FAILED, f"{preflight} isn't served", "productsapi deploy")


def unknown_of_others(aws: Aws, outputs: Outputs) -> list[str]:
    """Methods of our stage beside our routes whose authorization isn't described."""
    serves = served(aws, outputs) or {"methods": {}}
    return [method for method in unknown(serves["methods"]) if method not in OUR_ROUTES]


def _others(check: str, methods: Mapping[str, str]) -> Iterator[Finding]:
    """What is served beside our routes."""
    ours = {str(route) for route in ROUTES} | PREFLIGHTS
    for method in sorted(methods.keys() - ours):
        if methods[method] == OPEN and not _preflight(method):
            text = f"{method} isn't ours, and open to everybody"
            yield Finding(check, State.OPEN, text, REMOVE)
        else:
            yield Finding(check, State.WARNING, f"{method} is served, and isn't ours")


def _preflight(method: str) -> bool:
    return method.startswith("OPTIONS ")
