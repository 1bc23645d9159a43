"""A guide as a shell script that can be run, for an account in which none of it is there yet."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from functools import partial

from productsapi import __version__, packaging
from productsapi.aws.retries import Transient
from productsapi.aws.retryable_errors import TRANSIENTS
from productsapi.engine.plan import Action, Plan
from productsapi.engine.resource import Resource
from productsapi.errors import Refused
from productsapi.operations.guide import DEFINITION, Guide
from productsapi.operations.guide.script_parts import BEGIN, HASHED, PACKING, SIGNED_UP, USER
from productsapi.operations.guide.script_parts import MADE_BY_AN_ADMINISTRATOR as MADE
from productsapi.operations.guide.shell import carries_a_secret, filled, shell
from productsapi.operations.guide.text import about, comment, subject
from productsapi.routes import FUNCTIONS
from productsapi.stack import Stack
from productsapi.steps import STEPS
from productsapi.steps.deployment.deployment import DIGEST
from productsapi.wording import in_a_row

TITLES = {step.name: step.title for step in STEPS}
MOST_NAMED = 5


def script(guide: Guide, plan: Plan, stack: Stack, resources: Iterable[Resource]) -> str:
    """Raises Refused, with all the reasons, for what a script can't do."""
    if reasons := list(_refusals(guide, plan, stack, resources)):
        raise Refused(
            "a script can't do this: " + "; ".join(reasons),
            "`productsapi deploy` does; `productsapi plan --guide` shows the commands",
        )
    parts = [_begin(guide, stack)]
    explained: set[str] = set()
    step = ""
    for line in guide.lines:
        if line.change.step != step:
            step = line.change.step
            parts.append(f"say {shlex.quote(TITLES[step])}")
        if line.sent.operation == "CreateDeployment" and guide.definition:
            hashed = filled(guide.definition, guide.variables)
            parts.append(HASHED.format(name=DEFINITION, text=hashed, digest=DIGEST))
        sentences = [] if subject(line) in explained else about(line)
        explained.add(subject(line))
        comments = [comment(each) for each in (str(line.change.key), *sentences)]
        parts.append("\n".join([*comments, shell(line, guide.variables)]))
    return "\n\n".join([*parts, *_end(guide, stack)])


def _begin(guide: Guide, stack: Stack) -> str:
    names = {function: stack.function_name(function) for function in FUNCTIONS}
    sent = [line.sent for line in guide.lines]
    return BEGIN.format(
        about="\n".join(map(comment, _about(stack))),
        region=stack.config.region,
        account=stack.location.account,
        not_yet=shlex.quote(_not_yet({(s.service, s.operation) for s in sent})),
        functions=" ".join(shlex.quote(f"{work}={name}") for work, name in names.items()),
        packing=PACKING,
    )


def _about(stack: Stack) -> Iterator[str]:
    yield (
        f"{stack.config.stack} by hand: the commands that `productsapi deploy` would send to "
        f"{stack.location}. By `productsapi plan --guide --script`, productsapi {__version__}."
    )
    yield "Usage: bash SCRIPT [SOURCES]; SOURCES is the folder lambda_src, by default the one here"
    yield (
        "It needs bash, python3, and the AWS CLI with credentials. It is for an account in which "
        "none of it is there, and ends at the first error. It isn't to be run twice: `productsapi "
        "deploy` goes on from there, since all that is made here carries the stack's tags."
    )
    if stack.location.local:
        yield 'For the local cloud, before it: eval "$(productsapi local env)"'


def _end(guide: Guide, stack: Stack) -> Iterator[str]:
    given = set(guide.variables.values())
    if "$API_ID" in given:
        url = stack.location.invoke_url("API_ID", stack.config.api.stage)
        yield f"say 'Invoke URL: ' {filled(url, {'API_ID': '$API_ID'})}"
    if {"$USER_POOL_ID", "$CLIENT_ID"} <= given:
        yield 'say "User pool id:  $USER_POOL_ID"\nsay "App client id: $CLIENT_ID"'
        yield USER.format(made=SIGNED_UP if stack.config.user_pool.self_sign_up else MADE)


def _refusals(
    guide: Guide, plan: Plan, stack: Stack, resources: Iterable[Resource]
) -> Iterator[str]:
    without = {r.key: f" (without it: {r.opt_out})" for r in resources if r.opt_out}
    if not plan.to_do:
        yield "there is nothing to do"
    others = [str(change.key) for change in plan.to_do if change.action is not Action.CREATE]
    if others:
        there = f"{in_a_row(others[:MOST_NAMED])}{' …' if len(others) > MOST_NAMED else ''}"
        yield f"it only makes what isn't there, and what is to be changed or removed is: {there}"
    own = {f: packaging.package(stack.config.sources, f) for f in FUNCTIONS}
    if stack.code != own:
        yield "it packs the functions' own sources, and not what requirements.txt names"
    for change, reason in guide.not_shown:
        yield f"{change.key}{without.get(change.key, '')}: {reason}"
    secret = dict.fromkeys(line.change.key for line in guide.lines if carries_a_secret(line))
    for key in secret:
        yield f"{key}{without.get(key, '')}: a secret would be in a command line"


def _not_yet(calls: set[tuple[str, str]]) -> str:
    """By AWS's codes and words, as the CLI prints them: `… (CODE) when calling …: words`."""
    met = [each for each in TRANSIENTS if each.code and any(map(partial(_of, each), calls))]
    patterns = (f"[(]({t.code})[)].*{f'({t.text})' if t.text else ''}" for t in met)
    return "|".join(dict.fromkeys(patterns))


def _of(passing: Transient, call: tuple[str, str]) -> bool:
    """Whether the call may be answered so."""
    patterns = passing.service, passing.operation
    return all(re.fullmatch(p or ".*", name) for p, name in zip(patterns, call, strict=True))
