"""What `dev` does for each event: a file that was saved, a key that was pressed."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from productsapi.cli import print_error
from productsapi.cli.prompts import Declined
from productsapi.dev.keys import CTRL_D
from productsapi.errors import ProductsApiError, SignInError

if TYPE_CHECKING:
    from productsapi.api_client.token_store import Tokens
    from productsapi.cli.dev_session import Session
    from productsapi.cli.dev_user import Seed
    from productsapi.cli.dev_view import View
    from productsapi.cli.user_session import StackUsers
    from productsapi.dev.keys import Keys
    from productsapi.page.server import Server

SAVED = "saved"
KEYS = "o the page · v verify · q quit"


class Loop:
    """What goes on around a session: the user, the page, what is shown, what is pressed."""

    def __init__(self, session: Session, view: View, ending: ExitStack) -> None:
        self.session = session
        self.view = view
        self._shown = ending.enter_context(ExitStack())
        """Ends what is about one API: it is started again when there is another one."""
        self._ids: dict[str, str | None] = {}
        self._users: StackUsers | None = None
        self._tokens: Tokens | None = None
        self._page: Server | None = None

    def begin(self, wanted: list[Seed]) -> None:
        self._refresh()
        opened = self.session.opened
        click.echo(f"API    {opened.invoke_url(self.session.outputs)}")
        if self._tokens:
            words = self.session.target.command("request GET /products --user dev")
            click.echo(f"User   dev is signed in: {words}")
        self._seed(wanted)
        config = opened.stack.config
        click.echo(f"Watch  {_near(config.sources)}/ and {_near(config.path)}")
        if _has_keys():
            click.echo(f"Keys   {KEYS}")

    def handle(self, event: str, keys: Keys) -> bool:
        """Do what an event asks for; False where that is to end."""
        try:
            if event == SAVED:
                with keys.paused():  # on AWS it may ask
                    self.session.catch_up(self.view)
                self._refresh()
            elif event == "o":
                self._open_page()
            elif event == "v":
                self._verify()
            elif event in {"h", "?"}:
                self.view.line(KEYS)
        except Declined:
            self.view.line("nothing was changed", fg="yellow")
        except ProductsApiError as error:
            error.hint = self.session.target.completed(error.hint)
            print_error(error)
        return event not in {"q", CTRL_D}

    def _refresh(self) -> None:
        """Follow the API, with the user signed in, where its ids aren't those of before."""
        from productsapi.cli.dev_follow import following
        from productsapi.stack.json_contract import contract

        ids = contract(self.session.opened.stack, self.session.outputs)
        if ids == self._ids:
            return
        self._ids = ids
        self._shown.close()
        self._page = None
        self._sign_in()
        self._shown.enter_context(following(self.session.opened, self.session.outputs, self.view))

    def _sign_in(self) -> None:
        from productsapi.cli.dev_user import sign_in
        from productsapi.cli.user_session import find_users

        self._users, self._tokens = find_users(self.session.target), None
        if not self.session.target.local:
            return
        try:
            self._tokens = sign_in(self._users)
        except SignInError as error:
            self.view.line(f"nobody is signed in: {error.message}", fg="yellow")

    def _seed(self, wanted: list[Seed]) -> None:
        from productsapi.cli.dev_user import seed_products

        if not wanted or self._users is None:
            return
        with self.view.muted():
            result = seed_products(self._users, wanted)
        click.echo(f"Seed   {result.in_words()}")
        for refused in result.refused:
            click.secho(f"       {refused}", fg="yellow", err=True)

    def _open_page(self) -> None:
        from productsapi.cli.open import in_the_browser

        if self._users is None:
            return
        if self._page is None:
            self._page = self._shown.enter_context(_page(self._users, self._tokens))
        else:
            self._page.guard.renew()
        folder = Path(self._shown.enter_context(tempfile.TemporaryDirectory()))
        url = self._page.guard.url
        if in_the_browser(url, folder):
            self.view.line(f"the page is open in your browser, at {self._page.guard.origin}/")
        else:
            self.view.line(f"the page: {url}")

    def _verify(self) -> None:
        from productsapi.cli.verify import verify

        with self.view.muted():
            verify(self.session.opened)


@contextmanager
def _page(users: StackUsers, tokens: Tokens | None) -> Iterator[Server]:
    """Served in a thread, with the user signed in."""
    from productsapi.cli.dev_user import NAME
    from productsapi.cli.open import serving
    from productsapi.page.user_session import SignIn

    sign_in = SignIn.signed_in(users.pool, NAME, tokens) if tokens else SignIn(users.pool)
    with serving(users, 0, sign_in) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


def _has_keys() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _near(path: Path) -> str:
    """As seen from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
