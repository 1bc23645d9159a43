"""`productsapi dev`."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click

from productsapi.cli import tell
from productsapi.cli.options import target_options
from productsapi.cli.prompts import Declined
from productsapi.cli.target import TARGET, Target
from productsapi.dev.keys import CTRL_D
from productsapi.errors import ProductsApiError, Refused, SignInError

if TYPE_CHECKING:
    from productsapi.api_client.token_store import Tokens
    from productsapi.cli.dev_session import Session
    from productsapi.cli.dev_user import Seed
    from productsapi.cli.dev_view import View
    from productsapi.cli.user_session import People
    from productsapi.dev.keys import Keys
    from productsapi.page.server import Server

SAVED = "saved"
KEYS = "o the page · v verify · q quit"


@click.command("dev")
@target_options
@click.option(
    "--seed",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Create the products of a file of JSON Lines; those that are there stay.",
)
@click.option("--aws", is_flag=True, help="On AWS instead of the local cloud, after a question.")
def command(target: Target, seed: Path | None, aws: bool) -> None:
    """Have it all up on this machine, and what you save live at once.

    Starts the local cloud, deploys, signs in a user `dev`, and then watches lambda_src/ and the
    configuration: what is saved is live within a second, data and users stay. A source that can't
    be read is told, and what was live goes on serving. Shows each request, and what the functions
    log. Keys: o opens the page in the browser, v runs `verify`, q ends it, and so does Ctrl-C, with
    code 130. Without a terminal it prints plain lines. The local cloud runs on.

    \b
    Examples:
      productsapi dev
      productsapi dev --seed products.jsonl
      productsapi dev -c config/prod.yaml
    """
    if aws and target.local:
        raise click.UsageError("--aws and --local are two places: leave one away.")
    if aws and seed:
        raise click.UsageError("--seed is for the local cloud: use `productsapi products import`.")
    target = replace(target, local=not aws)
    click.get_current_context().meta[TARGET] = target
    try:
        _run(target, seed)
    except ProductsApiError as error:
        error.hint = target.completed(error.hint)
        raise


def _run(target: Target, seed: Path | None) -> None:
    config = target.load()
    from productsapi.cli.dev_session import Session
    from productsapi.cli.dev_user import seeds
    from productsapi.cli.dev_view import View
    from productsapi.dev import watching
    from productsapi.dev.keys import keys
    from productsapi.local import emulator

    if target.local:
        emulator.installed_version()
    else:
        _agree_on_aws(target)
    watching.must_be_there()
    wanted = seeds(seed) if seed else []
    session = Session(target, asks=not target.local)
    view = View(lambda: session.tracebacks)
    events: SimpleQueue[str] = SimpleQueue()

    def refused() -> None:
        view.line(watching.refused().message, fg="yellow")

    with ExitStack() as ending:
        ending.enter_context(
            watching.watching(config.sources, config.path, lambda: events.put(SAVED), refused)
        )
        session.deploy()
        loop = Loop(session, view, ending)
        loop.begin(wanted)
        pressed = keys(events.put)
        ending.enter_context(pressed.read())
        events.put(SAVED)  # what was saved meanwhile
        while loop.goes_on(events.get(), pressed):
            pass
    if target.local:
        click.echo(f"The local cloud runs on; {target.command('local down')} stops it.", err=True)


class Loop:
    """What goes on around a session: the user, the page, what is shown, what is pressed."""

    def __init__(self, session: Session, view: View, ending: ExitStack) -> None:
        self.session = session
        self.view = view
        self._shown = ending.enter_context(ExitStack())
        """Ends what is about one API: it begins anew where another one stands there."""
        self._ids: dict[str, str | None] = {}
        self._people: People | None = None
        self._tokens: Tokens | None = None
        self._page: Server | None = None

    def begin(self, wanted: list[Seed]) -> None:
        self._look_anew()
        opened = self.session.opened
        click.echo(f"API    {opened.invoke_url(self.session.outputs)}")
        if self._tokens:
            words = self.session.target.command("request GET /products --user dev")
            click.echo(f"User   dev is signed in: {words}")
        self._sow(wanted)
        config = opened.stack.config
        click.echo(f"Watch  {_near(config.sources)}/ and {_near(config.path)}")
        if _has_keys():
            click.echo(f"Keys   {KEYS}")

    def goes_on(self, event: str, keys: Keys) -> bool:
        """Do what an event asks for; False where that is to end."""
        try:
            if event == SAVED:
                with keys.paused():  # on AWS it may ask
                    self.session.catch_up(self.view)
                self._look_anew()
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
            tell(error)
        return event not in {"q", CTRL_D}

    def _look_anew(self) -> None:
        """Follow the API, with the user signed in, where its ids aren't those of before."""
        from productsapi.cli.dev_follow import following
        from productsapi.stack.stack_outputs import contract

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
        from productsapi.cli.user_session import find_people

        self._people, self._tokens = find_people(self.session.target), None
        if not self.session.target.local:
            return
        try:
            self._tokens = sign_in(self._people)
        except SignInError as error:
            self.view.line(f"nobody is signed in: {error.message}", fg="yellow")

    def _sow(self, wanted: list[Seed]) -> None:
        from productsapi.cli.dev_user import sow

        if not wanted or self._people is None:
            return
        with self.view.muted():
            sown = sow(self._people, wanted)
        click.echo(f"Seed   {sown.in_words()}")
        for refused in sown.refused:
            click.secho(f"       {refused}", fg="yellow", err=True)

    def _open_page(self) -> None:
        from productsapi.cli.open import in_the_browser

        if self._people is None:
            return
        if self._page is None:
            self._page = self._shown.enter_context(_page(self._people, self._tokens))
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
def _page(people: People, tokens: Tokens | None) -> Iterator[Server]:
    """Served in a thread, with the user signed in."""
    from productsapi.cli.dev_user import NAME
    from productsapi.cli.open import serving
    from productsapi.page.user_session import SignIn

    sign_in = SignIn.signed_in(people.pool, NAME, tokens) if tokens else SignIn(people.pool)
    with serving(people, 0, sign_in) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


def _agree_on_aws(target: Target) -> None:
    """Raises Declined, or Refused where nobody is there to be asked."""
    from productsapi.cli.opened_stack import open_stack
    from productsapi.cli.prompts import agreed, someone_is_there

    opened = open_stack(target)
    location = opened.stack.location
    if opened.name_to_type:
        raise Refused(
            f"{opened.name_to_type} is production: it isn't changed at each save",
            "productsapi deploy",
        )
    if not someone_is_there():
        raise Refused(
            "this changes AWS at each save and nobody is there to be asked",
            "leave --aws away, for the local cloud",
        )
    agreed(f"Deploy whatever is saved to {location}, at each save?")


def _has_keys() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _near(path: Path) -> str:
    """As seen from here, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
