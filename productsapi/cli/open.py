"""`productsapi open`."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi import private
from productsapi.cli.opened_stack import deployed_url
from productsapi.cli.options import target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.user_session import KEY_VARIABLE, StackUsers, api_key, find_users
from productsapi.errors import RequestFailed

if TYPE_CHECKING:
    from productsapi.page.products import Products
    from productsapi.page.server import Server
    from productsapi.page.user_session import SignIn
    from productsapi.page.viewer import Viewer
    from productsapi.page.views import Views

FORWARD = '<!doctype html><title>productsapi</title><meta http-equiv="refresh" content="0;url={}">'


@click.command("open")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where on 127.0.0.1 it listens; any free port unless given.",
)
@click.option("--no-browser", is_flag=True, help="Print the page's address, and open nothing.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the API's page there as static files, and open nothing.",
)
@target_options
def command(target: Target, port: int, no_browser: bool, output: Path | None) -> None:
    """Show the stack in the browser: its products, to be looked at and changed.

    The page is served on this machine only, to the browser that has the address, which is good
    once. Sign-ins are kept in this process and end with it. Ctrl-C ends it, with code 130.

    \b
    Examples:
      productsapi open --local
      productsapi open -c config/prod.yaml --profile work
      productsapi open --local --no-browser --port 8080
      productsapi open -o site/api
    """
    users = find_users(target)
    if output is not None:
        _write(users, output)
        return
    with serving(users, port) as server, tempfile.TemporaryDirectory() as folder:
        if no_browser or not in_the_browser(server.guard.url, Path(folder)):
            click.echo(server.guard.url)
        else:
            click.echo(f"The page is open in your browser, at {server.guard.origin}/", err=True)
            click.echo(f"Otherwise: {target.command('open --no-browser')}", err=True)
        click.echo("Ctrl-C ends it.", err=True)
        server.serve_forever()


def _write(users: StackUsers, folder: Path) -> None:
    from productsapi.page.static_export import write

    page, *_ = write(folder, _document(users, users.opened.invoke_url(users.outputs) or ""))
    print_unless_quiet(f"Wrote {page}")


def _document(users: StackUsers, url: str) -> dict[str, Any]:
    from productsapi import openapi

    config = users.opened.stack.config
    return openapi.document(config, openapi.read(config.sources), url)


def in_the_browser(url: str, folder: Path) -> bool:
    """Open `url` by way of a file (a browser's arguments are public); whether that worked."""
    page = folder / "open.html"
    private.write(page, FORWARD.format(escape(url)))
    try:
        browser = webbrowser.get()
        on_the_terminal = type(browser) is webbrowser.GenericBrowser  # lynx and the like
        return not on_the_terminal and browser.open(page.as_uri())
    except webbrowser.Error:
        return False


@contextmanager
def serving(users: StackUsers, port: int, sign_in: SignIn | None = None) -> Iterator[Server]:
    """The page's server for a stack, listening. Its end ends the calls under way.

    Nobody is signed in on it, or who is by the `sign_in` given.
    """
    from productsapi.page.server import Server
    from productsapi.page.user_session import SignIn
    from productsapi.page.viewer import TRY
    from productsapi.page.views import products_views, viewer_views

    sign_in = sign_in or SignIn(users.pool)
    products = _products(users, sign_in)
    viewer = _viewer(users, products)
    server = Server(
        port,
        products_views(products, sign_in, _about(users)) | _looking(users) | viewer_views(viewer),
        viewer.framed(),
        (TRY, viewer.forward),
    )
    try:
        yield server
    finally:
        users.opened.aws.stop.set()
        server.server_close()


def _products(users: StackUsers, sign_in: SignIn) -> Products:
    from productsapi.api_client import send
    from productsapi.api_client.explain import Key
    from productsapi.page.products import Products

    opened = users.opened

    def key() -> tuple[str | None, Key]:
        try:
            value = api_key(opened)
        except click.UsageError as error:
            raise RequestFailed(error.message) from None
        if value is None:
            return None, Key.NOT_ASKED
        return value, Key.OWN if KEY_VARIABLE in os.environ else Key.KEPT

    sending = partial(send, network=opened.aws.clients.network)
    auth, completed = opened.stack.config.auth, opened.target.completed
    url = partial(deployed_url, opened, users.outputs)
    return Products(url, sign_in, sending, key, auth, completed)


def _looking(users: StackUsers) -> Views:
    """What only looks, and needs nobody to be signed in."""
    from productsapi.cli.log_options import log_groups
    from productsapi.cli.stack_summary import STATES
    from productsapi.page.diagram import System
    from productsapi.page.logs import LogView
    from productsapi.page.plots import Plots

    stack, aws = users.opened.stack, users.opened.printing_waits()
    groups, api = log_groups(stack), stack.config.api
    words = {action.value: word for action, (word, _) in STATES.items()}
    log = LogView(aws, groups)
    return {
        ("GET", "/api/system"): System(stack, aws, words).look,
        ("GET", "/api/logs"): log.lines,
        ("GET", "/api/story"): log.story,
        ("GET", "/api/plots"): Plots(aws, api.name, api.stage, groups).look,
    }


def _viewer(users: StackUsers, products: Products) -> Viewer:
    from productsapi.page.viewer import Viewer

    return Viewer(products, partial(_document, users))


def _about(users: StackUsers) -> dict[str, Any]:
    stack = users.opened.stack
    return {
        "stack": stack.config.stack,
        "place": str(stack.location),
        "invokeUrl": users.opened.invoke_url(users.outputs),
        "sortKey": bool(stack.config.table.sort_key),
    }
