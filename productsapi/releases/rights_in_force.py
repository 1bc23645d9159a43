"""After a change of rights: whether the functions that callers reach know them (K6).

An environment that starts just after its role got a right may be refused it for as long as it
lives; 177 s were seen (go-to-k/cdkd PRs 755 and 756). A configuration update, and so a new version
with environments of its own, ends that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from productsapi import function_role_policies
from productsapi.aws.caller import Aws
from productsapi.aws.retries import LAGGING
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import Reading
from productsapi.errors import AwsError, ProductsApiError
from productsapi.releases import hold as holds
from productsapi.releases.inventory import Published, Version, contents, published
from productsapi.releases.publishing import publish
from productsapi.releases.switch import move_alias
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack, kinds, revisions
from productsapi.stack import function_settings as settings
from productsapi.stack.output_names import live_version

EVENT = "productsapi:rights"
"""What the functions' `shared/entry.py` takes for this question."""
FIRST = 5.0
"""Seconds for which a right may just not be spread yet; no new version would be better off."""
PAUSES = (5.0, 10.0, 20.0)
"""Seconds after which another version is made."""


class NotInForce(ProductsApiError):
    """What was deployed can't do its work, or not yet."""


@dataclass(frozen=True)
class Asked:
    """By function: the operations that are refused, and why nothing is known where that is so."""

    denied: Mapping[str, list[str]]
    unknown: Mapping[str, str]


def to_ask(stack: Stack, reading: Reading, outputs: Outputs) -> list[str]:
    """The functions whose role got rights in this run, and that were live before it.

    What is new starts long after its role. The local cloud refuses no function anything.
    """
    if stack.location.on_this_machine:
        return []
    return [
        function
        for function in FUNCTIONS
        if outputs.get(settings.rights_added(function))
        and kinds.LIVE_CODE(stack.function_name(function)) in reading.observed
    ]


def bring_in_force(aws: Aws, stack: Stack, outputs: Outputs, functions: list[str]) -> list[str]:
    """Ask, wait, and make new versions of what is refused; returns warnings about what isn't known.

    Raises NotInForce where a function is still refused its rights after that, AwsError where a
    version can't be made.
    """
    reported = ask(aws, stack, functions)
    served = {function: outputs.get(live_version(function)) or "" for function in functions}
    for number, seconds in enumerate((FIRST, *PAUSES)):
        if not reported.denied:
            break
        aws.wait(seconds, f"{_in_words(stack, reported.denied)}: IAM takes time to spread a right")
        for function in reported.denied if number else ():
            served[function] = _renew(aws, stack, function, served[function], outputs)
        again = ask(aws, stack, reported.denied)
        reported = Asked(again.denied, {**reported.unknown, **again.unknown})
    if reported.denied:
        raise NotInForce(
            f"deployed, but {_in_words(stack, reported.denied)}, also after "
            f"{FIRST + sum(PAUSES):.0f} s and, where that is what callers reach, with new versions",
            "it may pass within minutes (`productsapi verify` shows it); where it doesn't, a "
            "permissions boundary, or a policy of the table or the organisation, forbids it",
        )
    return [
        f"Whether {stack.function_name(function)} knows its role's new rights isn't known: {why}"
        for function, why in reported.unknown.items()
    ]


def ask(aws: Aws, stack: Stack, functions: Iterable[str]) -> Asked:
    """Let each function try all that its role allows it; it changes nothing with that."""
    denied: dict[str, list[str]] = {}
    unknown: dict[str, str] = {}
    for function in functions:
        try:
            answer = _invoked(aws, stack, function)
        except AwsError as error:  # it can't be asked: not a failure of what was deployed
            unknown[function] = error.message
            continue
        if answer["denied"]:
            denied[function] = answer["denied"]
        elif answer["unknown"]:
            unknown[function] = f"DynamoDB gave no answer to {', '.join(answer['unknown'])}"
    return Asked(denied, unknown)


def _invoked(aws: Aws, stack: Stack, function: str) -> Mapping[str, list[str]]:
    """Raises AwsError, also where the answer isn't one to this question."""
    table = stack.config.table
    asked = function_role_policies.table_operations(
        function, sort_key=table.sort_key is not None, index=table.category_index
    )
    answer = aws.call(
        "lambda",
        "Invoke",
        FunctionName=stack.function_name(function),
        Qualifier=ALIAS,
        Payload=json.dumps({EVENT: asked}).encode(),
    )
    with suppress(OSError, ValueError):
        reported = json.loads(answer["Payload"].read())
        if isinstance(reported, dict) and all(
            _names(reported.get(n)) for n in ("denied", "unknown")
        ):
            return reported
    text = f"its code gave no answer to that ({answer.get('FunctionError') or 'another version?'})"
    raise AwsError("Invoke", "NoAnswer", text)


def _names(reported: Any) -> bool:
    return isinstance(reported, list) and all(isinstance(name, str) for name in reported)


def _renew(aws: Aws, stack: Stack, function: str, served: str, known: Outputs) -> str:
    """Another version, the same but for its number, and what callers reach; returns that number.

    Not where they reach something else than the function's newest settings and code.
    """
    name = stack.function_name(function)
    live, alias = _live(aws, stack, function, served)
    current = settings.wait_until_settled(aws, name)
    if contents(current) != live.contents:
        return served
    said = f"version {served} made anew: its role has new rights"  # else no other is published
    revisions.change(
        aws,
        f"function {name}",
        current.get("RevisionId"),
        send=lambda assumed: aws.call(
            "lambda", "UpdateFunctionConfiguration", FunctionName=name, Description=said, **assumed
        ),
        look=lambda: settings.wait_until_settled(aws, name),
        as_planned=lambda now: contents(now) == live.contents,
        done=lambda now: now.get("Description") == said,
    )
    answer = publish(
        aws,
        stack,
        known,
        {"FunctionName": name, "CodeSha256": live.contents["code_sha256"]},
        revision=settings.wait_until_settled(aws, name).get("RevisionId"),
        as_planned=lambda now: contents(now) == live.contents,
    )
    version = str(answer["Version"])
    if version != served:
        settings.wait_until_settled(aws, name, version)
        hold = holds.parse(alias.get("Description"))
        move_alias(aws, stack, function, version, alias, hold=hold)
    return version


def _live(aws: Aws, stack: Stack, function: str, served: str) -> tuple[Version, Mapping[str, Any]]:
    """What callers reach, and the alias that says so, once AWS shows what this run has made."""
    seen: list[Published] = []

    def shown() -> bool:
        found = published(aws.forgetting(), stack, function)
        seen[:] = [found] if found and found.live and str(found.live.number) == served else []
        return bool(seen)

    name = stack.function_name(function)
    aws.wait_until(shown, f"AWS doesn't show yet that version {served} of {name} is live", LAGGING)
    (found,) = seen
    if found.live is None:
        raise AssertionError("it was just shown")
    return found.live, found.aliases[ALIAS]


def _in_words(stack: Stack, denied: Mapping[str, list[str]]) -> str:
    listed = (f"{stack.function_name(f)} {', '.join(those)}" for f, those in denied.items())
    return f"the table refuses {'; '.join(listed)}"
