"""`productsapi request`."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from productsapi import streams
from productsapi.cli.options import Target, json_option, target_options
from productsapi.cli.output import print_json
from productsapi.cli.user_session import KEY_VARIABLE, People, api_key, find_people
from productsapi.errors import RequestFailed, SignInError
from productsapi.printable import printable

if TYPE_CHECKING:
    from productsapi.api_client import Answer
    from productsapi.api_client.explain import Key

LARGEST_BODY = 10 * 1024 * 1024
"""Bytes: API Gateway takes no more («Quotas for configuring and running a REST API»)."""
STDIN = "@-"
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD")


@click.command("request")
@click.argument("method", type=click.Choice(METHODS, case_sensitive=False))
@click.argument("path")
@click.option("-d", "--data", help="The JSON body, or @FILE to read it from; @- is stdin.")
@click.option("-H", "--header", "headers", multiple=True, help="A further header: 'Name: value'.")
@click.option("--user", "name", help="As whom; may be left away when one user is signed in.")
@click.option("--anonymous", is_flag=True, help="Without a token, to see it refused.")
@click.option("--no-key", is_flag=True, help="Without the API key, where one is asked for.")
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
    as_json: bool,
) -> int:
    """Call the deployed API as a signed-in user, and explain what it answers.

    PATH is sent as it is typed, up to a '?' and with the query behind it. What a URL can't hold is
    percent-encoded, '#' too; an id's own '/', '?' or '%' you write as %2F, %3F or %25.

    Where the API asks for a key too (api.key), it is read from Secrets Manager and sent along, or
    taken from the environment variable PRODUCTSAPI_API_KEY. It is never shown.

    \b
    Examples:
      productsapi request GET /products --local
      productsapi request POST /products -d @product.json --user testuser
      productsapi request PUT /products/PROD001 -d '{"stock": 3}' -H 'If-Match: "1"'
    """
    path = _path(path)
    body = _body(data)
    sent = _headers(headers)
    if body is not None:
        sent.setdefault("content-type", "application/json")
    people = find_people(target)
    user = None if "authorization" in sent or anonymous else name or _only_user(people)
    if user is not None:
        sent["authorization"] = f"Bearer {people.token(user)}"
    key = _key_sent(people, sent, no_key=no_key)
    from productsapi.api_client import send
    from productsapi.api_client.explain import Caller, explain

    url = _invoke_url(people) + path
    answer = send(
        method.upper(), url, headers=sent, body=body, network=people.opened.aws.clients.network
    )
    token = sent.get("authorization", "").removeprefix("Bearer ") or None
    caller = Caller(token, user, key, people.opened.stack.config.auth)
    why = target.completed(explain(answer, method.upper(), path, caller, time.time()))
    if as_json:
        shown = answer.json() if answer.body else None
        described = {"status": answer.status, "headers": dict(answer.headers), "body": shown}
        print_json({**described, "explanation": why or None})
    else:
        _print_answer(answer, why)
    return RequestFailed.exit_code if answer.refused else 0


def _key_sent(people: People, sent: dict[str, str], *, no_key: bool) -> Key:
    """Put the API key among the headers, and say where it came from."""
    from productsapi.api_client.explain import Key

    if "x-api-key" in sent:
        return Key.OWN
    if no_key:
        return Key.LEFT_AWAY
    value = api_key(people.opened)
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


def _invoke_url(people: People) -> str:
    url = people.opened.invoke_url(people.outputs)
    if url is None:
        raise RequestFailed("there is no API to call yet", "productsapi deploy")
    return url


def _only_user(people: People) -> str:
    names = people.signed_in()
    if not names:
        raise SignInError("nobody is signed in", "productsapi login testuser")
    if len(names) > 1:
        raise click.UsageError(
            f"Several users are signed in: say --user {' or --user '.join(names)}"
        )
    return names[0]


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
    click.secho(f"HTTP {answer.status}", fg="red" if answer.refused else "green", err=True)
    for name in ("Location", "ETag"):
        if value := answer.headers.get(name):
            click.echo(f"{name}: {printable(value)}", err=True)
    if answer.body:
        click.echo(answer.pretty())
    if why:
        click.echo(printable(why, keep=""), err=True)
