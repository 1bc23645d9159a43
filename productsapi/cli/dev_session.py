"""What is live in the inner loop, and how what was saved gets there."""

from __future__ import annotations

import functools
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from productsapi.cli import print_error
from productsapi.cli.deploy import deployed
from productsapi.cli.deploy_plan import planned
from productsapi.cli.opened_stack import Opened, open_stack
from productsapi.cli.run import finish, held, with_lease_prefetch
from productsapi.cli.target import Target
from productsapi.errors import AwsError, ConfigError, ProductsApiError, Refused
from productsapi.wording import in_a_row, plural

if TYPE_CHECKING:
    from productsapi.cli.dev_view import View
    from productsapi.dev.changes import Live
    from productsapi.dev.tracebacks import Tracebacks
    from productsapi.engine.outputs import Outputs
    from productsapi.engine.plan import Change

STILL_SERVING = "the code deployed before keeps serving"


class Session:
    """One target's, from the first deploy on. The main thread's, but for `tracebacks`."""

    opened: Opened
    live: Live
    outputs: Outputs

    def __init__(self, target: Target, *, asks: bool) -> None:
        self.target = target
        self._asks = asks
        self._broken = ""
        """Why the saved sources can't be live, as it was printed."""
        self._tracebacks: Tracebacks | None = None

    @property
    def tracebacks(self) -> Tracebacks:
        """Of the code that is live."""
        from productsapi.dev.tracebacks import Tracebacks

        if self._tracebacks is None:
            self._tracebacks = Tracebacks(self.live.config, self.live.code)
        return self._tracebacks

    def deploy(self) -> bool:
        """All of it, as `productsapi deploy` does; whether there was anything to do."""
        opened = with_lease_prefetch(open_stack(self.target))
        look = functools.partial(planned, allow_blocked_runtime=False)
        done = deployed(opened, look, asks=self._asks)
        self._is_live(opened, done.outputs)
        return bool(done.plan.to_do)

    def catch_up(self, view: View) -> None:
        """Make live what was saved, where it differs; errors are printed."""
        began = time.monotonic()
        try:
            live = self._catch_up()
        except ProductsApiError as error:
            self._tell(error)
            return
        if live or self._broken:
            what = live or "what is saved is live again"
            view.line(f"{what} ({time.monotonic() - began:.1f} s)", fg="green", bold=True)
        self._broken = ""

    def _catch_up(self) -> str:
        """What is live now, in words; empty where it was already."""
        config = self.target.load()
        opened = self._with(config)
        before = self.live
        functions = before.functions(opened.stack.code)
        if config == before.config and not functions:
            return ""
        if before.is_another_stack(config):
            raise Refused(
                f"{config.path} is about another stack now: {config.stack} in {config.region}",
                "undo that; or stop this and start it again: `productsapi dev`",
            )
        if config == before.config and self._updated(opened, functions):
            return f"{self._saved(before)} live in {in_a_row(functions)}"
        does = "live" if self.deploy() else "changes nothing"
        return f"{self._saved(before)} {does}"

    def _with(self, config: object) -> Opened:
        from productsapi.stack import Stack

        stack = Stack(config, self.opened.stack.location)  # type: ignore[arg-type]
        return replace(self.opened, stack=stack)

    def _saved(self, before: Live) -> str:
        from productsapi.dev.changes import names

        found = names(before.config, before.code, self.live.code)
        if before.config != self.live.config:
            found = [str(self.live.config.path), *found]
        return found[0] if len(found) == 1 else plural(len(found), "file")

    def _updated(self, opened: Opened, functions: tuple[str, ...]) -> bool:
        """Whether the short way could be taken: not where the local cloud was stopped meanwhile."""
        try:
            return self._update_code(opened, functions)
        except AwsError:
            return False

    def _update_code(self, opened: Opened, functions: tuple[str, ...]) -> bool:
        """The short way; False where more has to be looked at."""
        from productsapi.dev import code_update

        with held(with_lease_prefetch(opened), "updating code") as holding:
            aws = holding.printing_waits()
            update = code_update.planned(opened.stack, aws, self.live, self.outputs, functions)
            if not update.short:
                return False
            applied = update.apply(aws, Unreported())
        finish(applied, self.target.command("dev"))
        self._is_live(opened, applied.outputs)
        return True

    def _is_live(self, opened: Opened, outputs: Outputs) -> None:
        from productsapi.dev.changes import Live

        self.opened, self.outputs = opened, outputs
        self.live = Live(opened.stack.config, opened.stack.code)
        self._tracebacks = None

    def _tell(self, error: ProductsApiError) -> None:
        """Once, however many times it is saved so."""
        if error.message == self._broken:
            return
        self._broken = error.message
        error.hint = self.target.completed(error.hint)
        print_error(error)
        if isinstance(error, (ConfigError, Refused)):
            click.secho(f"       {STILL_SERVING}", fg="yellow", err=True)


class Unreported:
    """Some functions' code is a matter of a moment."""

    def begun(self, change: Change) -> None: ...

    def waiting(self, change: Change, reason: str) -> None: ...

    def done(self, change: Change) -> None: ...

    def failed(self, change: Change, error: BaseException) -> None: ...
