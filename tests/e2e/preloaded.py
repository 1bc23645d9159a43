"""What every command would load and work out alike, done once for all that are forked.

Loading modules and botocore's models of the services takes most of a short command's time. What
botocore keeps for one session is kept for all, and the starter's sources are checked once.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

NOT_LOADED = {"productsapi.__main__", "productsapi.local.gate"}
"""Programs: what they do, they do when they are loaded."""
LOADED_BESIDE = ("sts", "cloudwatch", "sns", "secretsmanager")
"""Services that some commands ask, beside those that a look at a stack asks."""
STARTER = Path(__file__).parents[2] / "lambda_src"


def load() -> None:
    import boto3

    import productsapi

    for module in pkgutil.walk_packages(productsapi.__path__, "productsapi."):
        if module.name not in NOT_LOADED:
            importlib.import_module(module.name)
    boto3.session.Session()  # loads what they are made of
    _load_models()
    _look_for_the_emulator()
    _check_the_starter()
    gc.freeze()  # no command needs to look through all that


# -- botocore --------------------------------------------------------------------------------------


def _load_models() -> None:
    """What botocore keeps for each of its sessions, it keeps for all: a command has but one."""
    from botocore import hooks, useragent
    from botocore.client import ClientCreator
    from botocore.errorfactory import ClientExceptionsFactory
    from botocore.loaders import Loader

    from productsapi.aws.connect import PRELOADED_SERVICES, connect_local

    _share(Loader, "_cache")
    _share(hooks.EventAliaser, "_alias_name_cache")
    _share(ClientExceptionsFactory, "_client_exceptions_cache")
    _once(ClientCreator, "_load_service_model")
    _once(ClientCreator, "_create_client_class")
    _look_for_few_aliases(hooks.EventAliaser)
    hooks.accepts_kwargs = cache(hooks.accepts_kwargs)
    useragent.sanitize_user_agent_string_component = cache(
        useragent.sanitize_user_agent_string_component
    )
    clients, _ = connect_local("eu-west-2", "http://127.0.0.1:9", "000000000000")
    for service in (*PRELOADED_SERVICES, *LOADED_BESIDE):
        clients.get(service).exceptions  # noqa: B018 - made when first asked for
    _read_models(clients)


def _read_models(clients: Any) -> None:
    """The parts of the models that calls read, which are made when they are first asked for."""
    from productsapi.operator_policy import TABLE

    for service, operation in {(right.service, right.operation) for right in TABLE}:
        model = clients.get(service).meta.service_model
        model.shape_for_error_code("")
        called = model.operation_model(operation)
        for part in ("input_shape", "output_shape", "error_shapes", "idempotent_members"):
            getattr(called, part)


def _look_for_few_aliases(aliaser: Any) -> None:
    """It tries two hundred names on each event, though what they begin with is rarely there."""
    from botocore.utils import EVENT_ALIASES

    first = {name.partition(".")[0] for name in EVENT_ALIASES}
    find = aliaser._alias_event_name

    def alias(self: Any, event: str) -> str:
        return event if first.isdisjoint(event.split(".")) else find(self, event)

    aliaser._alias_event_name = alias


def _share(kind: type, kept: str) -> None:
    """One cache for all of a kind."""
    made, shared = kind.__init__, {}  # type: ignore[misc]

    def begin(self: object, *words: object, **more: object) -> None:
        made(self, *words, **more)
        setattr(self, kept, shared)

    kind.__init__ = begin  # type: ignore[misc]


def _once(kind: type, method: str) -> None:
    """Make it once for each service, whose name is the first argument."""
    make: Callable[..., Any] = getattr(kind, method)
    made: dict[str, Any] = {}

    def find(self: object, service: str, *words: object, **more: object) -> Any:
        if service not in made:
            made[service] = make(self, service, *words, **more)
        return made[service]

    setattr(kind, method, find)


# -- the local cloud -------------------------------------------------------------------------------


def _look_for_the_emulator() -> None:
    """Its version is read from the installed package at each command's start."""
    from productsapi.local import emulator

    emulator.installed_version = cache(emulator.installed_version)
    emulator.installed_version()


# -- the check of the functions' sources -----------------------------------------------------------


def _check_the_starter() -> None:
    """As `init` writes them they are always found well; the runtime's Python is asked for once.

    Where that is a version manager's stand-in, asking takes as long as a whole plan.
    """
    from productsapi import syntax
    from productsapi.config.model import Functions

    check, path = syntax.check, os.environ.get("PATH")
    found = {file: file.read_bytes() for file in STARTER.rglob("*.py")}
    runtime, well = Functions.runtime, set(found.values())
    check(found, runtime)

    def check_what_differs(files: Mapping[Path, bytes], wanted: str) -> None:
        sources = {content for file, content in files.items() if file.suffix == ".py"}
        if wanted != runtime or os.environ.get("PATH") != path or not sources <= well:
            check(files, wanted)

    syntax.check = check_what_differs
