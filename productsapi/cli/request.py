"""`productsapi request`."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from productsapi import streams
from productsapi.cli.opened_stack import deployed_url
from productsapi.cli.options import json_option, target_options
from productsapi.cli.output import print_json
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.user_session import (
    KEY_VARIABLE,
    StackUsers,
    api_key,
    find_users,
    user_option,
)
from productsapi.errors import RequestFailed
from productsapi.printable import json_escaped, printable
from productsapi.routes import content_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from productsapi.api_client import Answer
    from productsapi.api_client.explain import Key
    from productsapi.cli.request_pages import Refusal

LARGEST_BODY = 10 * 1024 * 1024
"""Bytes: API Gateway takes no more («Quotas for configuring and running a REST API»)."""
STDIN = "@-"
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD")


@click.command("request")
@click.argument("method", type=click.Choice(METHODS, case_sensitive=False))
@click.argument("path")
@click.option("-d", "--data", help="The JSON body, or @FILE to read it from; @- is stdin.")
@click.option("-H", "--header", "headers", multiple=True, help="A further header: 'Name: value'.")
@user_option
@click.option("--anonymous", is_flag=True, help="Without a token, to see it refused.")
@click.option("--no-key", is_flag=True, help="Without the API key, where one is asked for.")
@click.option("--paginate", is_flag=True, help="All pages of a GET: an item a line, or one --json.")
@target_options
@json_option
def command(
    target: Target,
    method: str,
    path: str,
    data: str | None,
    headers: tuple[str, ...],
    name: str | None,
    anonymous: bool,
    no_key: bool,
    paginate: bool,
    as_json: bool,
) -> int:
    """Call the deployed API as a signed-in user, and explain what it answers.

    PATH is sent as it is typed, up to a '?' and with the query behind it. What a URL can't hold is
    percent-encoded, '#' too; an id's own '/', '?' or '%' you write as %2F, %3F or %25.

    Where the API asks for a key too (api.key), it is read from Secrets Manager and sent along, or
    taken from the environment variable PRODUCTSAPI_API_KEY. It is never shown.

    --paginate follows nextToken to the end: an item a line as the pages come (JSON lines), or with
    --json one array, once all are there. Numbers keep every digit. Where a page is refused, what
    came before it stays, and the exit code says that it isn't all.

    \b
    Examples:
      productsapi request GET /products --local
      productsapi request GET '/products?category=Books&limit=100' --paginate > books.jsonl
      productsapi request POST /products -d @product.json --user testuser
      productsapi request PUT /products/PROD001 -d '{"stock": 3}' -H 'If-Match: "1"'
      productsapi request PATCH /products/PROD001 -d '{"size": {"heightMm": 150}}'
    """
    path = _path(path)
    if paginate and (method.upper() != "GET" or data is not None):
        raise click.UsageError("--paginate is for a GET without a body.")
    body = _body(data)
    sent = _headers(headers)
    if body is not None:
        sent.setdefault("content-type", content_type(method.upper()))
    users = find_users(target)
    user = None if "authorization" in sent or anonymous else users.caller(name)
    key = _key_sent(users, sent, no_key=no_key)
    from productsapi.api_client import send
    from productsapi.api_client.explain import Caller, explain

    url = deployed_url(users.opened, users.outputs)

    def ask(path: str) -> Answer:
        if user is not None:  # again for each page: a long listing outlives a token
            sent["authorization"] = f"Bearer {users.token(user)}"
        network = users.opened.aws.clients.network
        return send(method.upper(), url + path, headers=sent, body=body, network=network)

    def explained(answer: Answer, path: str) -> str:
        token = sent.get("authorization", "").removeprefix("Bearer ") or None
        caller = Caller(token, user, key, users.opened.stack.config.auth)
        return target.completed(explain(answer, method.upper(), path, caller, time.time()))

    if paginate:
        refused = _print_pages(ask, path, as_json=as_json)
        if refused:
            _print_refusal(refused.answer, explained(refused.answer, refused.path))
        return RequestFailed.exit_code if refused else 0
    answer = ask(path)
    why = explained(answer, path)
    if as_json:
        shown = answer.exact() if answer.body else None
        described = {"status": answer.status, "headers": dict(answer.headers), "body": shown}
        print_json({**described, "explanation": why or None})
    else:
        _print_answer(answer, why)
    return RequestFailed.exit_code if answer.refused else 0


def _key_sent(users: StackUsers, sent: dict[str, str], *, no_key: bool) -> Key:
    """Put the API key among the headers, and say where it came from."""
    from productsapi.api_client.explain import Key

    if "x-api-key" in sent:
        return Key.OWN
    if no_key:
        return Key.LEFT_AWAY
    value = api_key(users.opened)
    if value is None:
        return Key.NOT_ASKED
    sent["x-api-key"] = value
    return Key.OWN if KEY_VARIABLE in os.environ else Key.KEPT


def _path(typed: str) -> str:
    from productsapi.api_client.request_target import request_target

    try:
        return request_target(typed)
    except ValueError as error:
        raise click.UsageError(f"{printable(typed)!r} is no PATH: {error}.") from error


def _print_pages(ask: Callable[[str], Answer], path: str, *, as_json: bool) -> Refusal | None:
    """Each item as it comes, or all in one array; gives the page that was refused, if one was."""
    from productsapi.cli.request_pages import Refusal, items
    from productsapi.page import exact_json

    found = []
    try:
        for item in items(ask, path):
            line = json_escaped(exact_json.write(item))
            if as_json:
                found.append(line)
            else:
                click.echo(line)
    except Refusal as refused:
        return refused
    if as_json:
        click.echo("[" + ",".join(f"\n  {line}" for line in found) + "\n]" if found else "[]")
    return None


def _print_refusal(answer: Answer, why: str) -> None:
    """On stderr, for what came before it is on stdout."""
    click.secho(f"HTTP {answer.status}", fg="red", err=True)
    if answer.body:
        click.echo(answer.pretty(), err=True)
    click.echo(printable(why, keep="") or "The list is incomplete.", err=True)


def _body(data: str | None) -> bytes | None:
    """The body as it is given: also a wrong one, since seeing it refused is a use."""
    if data is None:
        return None
    if not data.startswith("@"):
        return os.fsencode(data)
    path = Path("/dev/stdin" if data == STDIN else data[1:])
    shown = "stdin" if data == STDIN else printable(data[1:])
    try:
        with streams.opened(path) as file:
            body = file.read(LARGEST_BODY + 1)  # /dev/zero has no end
    except OSError as error:
        raise click.UsageError(f"{shown} can't be read: {error.strerror}.") from error
    if len(body) > LARGEST_BODY:
        raise click.UsageError(f"{shown} holds more than the 10 MB that API Gateway takes.")
    return body


def _headers(given: tuple[str, ...]) -> dict[str, str]:
    """The headers by their names in lower case: a name has no case of its own."""
    headers = {}
    for line in given:
        if not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+:[ -~\t]*", line, re.ASCII):
            begins = line.partition(":")[0].partition(" ")[0]  # what follows may be a token
            raise click.UsageError(
                f"A header looks like 'Name: value', in printable ASCII, unlike {begins!r}."
            )
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _print_answer(answer: Answer, why: str) -> None:
    if answer.refused:
        click.secho(f"HTTP {answer.status}", fg="red", err=True)
    else:
        print_unless_quiet(f"HTTP {answer.status}", fg="green")
    for name in ("Location", "ETag"):
        if value := answer.headers.get(name):
            print_unless_quiet(f"{name}: {printable(value)}")
    if answer.body:
        click.echo(answer.pretty())
    if why:
        click.echo(printable(why, keep=""), err=True)
