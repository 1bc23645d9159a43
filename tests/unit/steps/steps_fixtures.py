"""The fixtures of the tests of steps and options."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from joserfc import jwk
from moto.cognitoidp import models as cognitoidp
from steps_kept import Kept, KeptAfter, keep
from steps_world import Call, Wire, World, empty_account

from productsapi.routes import FUNCTIONS


@pytest.fixture(scope="session")
def wire() -> Iterator[Wire]:
    """The clients, made once; and moto's one key for tokens parsed once, not for each user pool."""
    parsed = functools.cache(lambda text: jwk.RSAKey.import_key(json.loads(text)))
    with pytest.MonkeyPatch.context() as patch:
        cheap = SimpleNamespace(import_key=lambda key: parsed(json.dumps(key)))
        patch.setattr(cognitoidp, "jwk", SimpleNamespace(RSAKey=cheap))
        yield Wire()


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a configuration beside which small sources are."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("shared", *(f"{function}_product" for function in FUNCTIONS)):
        module = root / "lambda_src" / folder / "lambda_function.py"
        module.parent.mkdir(parents=True)
        module.write_text(f"# {folder}\n")
    return root / "config" / "dev.yaml"


@pytest.fixture(scope="module")
def fresh(wire: Wire, sources: Path) -> list[Call]:
    """The calls of a fresh deploy, in their order."""
    with empty_account(wire, sources) as world:
        world.deploy(world.stack())
        return list(wire.calls)


@pytest.fixture
def world(wire: Wire, sources: Path) -> Iterator[World]:
    """An empty account."""
    with empty_account(wire, sources) as world:
        yield world


@pytest.fixture(scope="session")
def kept(wire: Wire, sources: Path) -> Kept:
    """An account that has the default stack."""
    with empty_account(wire, sources) as world:
        world.deploy(world.stack())
        return keep(world)


@pytest.fixture
def deployed(kept: Kept, world: World) -> World:
    """An account that has the default stack; no call is recorded yet."""
    kept.put_back()
    world.fill_gaps()
    world.forget_calls()
    return world


@pytest.fixture(scope="session")
def kept_after(kept: Kept, wire: Wire, sources: Path) -> KeptAfter:
    """The same account after more was done to it: for a module's fixture, since it mocks anew."""

    def kept_after(work: Callable[[World], object]) -> Kept:
        with empty_account(wire, sources) as world:
            kept.put_back()
            world.fill_gaps()
            work(world)
            return keep(world)

    return kept_after


@pytest.fixture(scope="module")
def account(kept: Kept, wire: Wire, sources: Path) -> Iterator[World]:
    """One account for all tests of a module."""
    with empty_account(wire, sources) as world:
        kept.put_back()
        yield world


@pytest.fixture
def standing(account: World, request: pytest.FixtureRequest) -> Iterator[World]:
    """`deployed` for tests that each leave it as they found it; not beside `world` in a module."""
    failed = request.session.testsfailed
    account.wire.forget()
    account.fill_gaps()
    yield account
    if request.session.testsfailed > failed:
        account.deploy(account.stack())
