"""An AWS of its own for each test: moto in this process, calls recorded, any answer replaceable.

Where moto lacks what AWS does, `fill_gaps` does it; where it forgives what AWS refuses, tests look
at the recorded calls instead of at the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.session
from botocore import UNSIGNED
from botocore.exceptions import ClientError
from steps_memory import HARMLESS, Memory
from steps_moto import ACCOUNT, ALSO_REPORTED, GAPS, REGION, reached_into
from steps_shortcuts import moto_answers

from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.engine.apply import Applied, apply
from productsapi.engine.plan import Change, Plan, plan
from productsapi.engine.read import Reading, read
from productsapi.engine.resource import Managed, Resource
from productsapi.engine.teardown import plan_removal, remove
from productsapi.options.registry import resources
from productsapi.stack import Stack
from productsapi.stack.plan_blockers import refuse


class Call(NamedTuple):
    operation: str
    params: dict[str, Any]

    @property
    def changing(self) -> bool:
        return not self.operation.startswith(HARMLESS)


class Quiet:
    """A report that keeps nothing but the order in which changes were begun."""

    def __init__(self) -> None:
        self.begun_keys: list[str] = []

    def begun(self, change: Change) -> None:
        self.begun_keys.append(change.key)

    def waiting(self, change: Change, reason: str) -> None: ...

    def done(self, change: Change) -> None: ...

    def failed(self, change: Change, error: BaseException) -> None: ...


class Remembered:
    """A client that gives moto's answers from memory, as long as nothing changes."""

    def __init__(self, client: Any, wire: Wire) -> None:
        self.client, self._wire = client, wire

    def __getattr__(self, name: str) -> Any:
        found, meta = getattr(self.client, name), self.client.meta
        operation = meta.method_to_api_mapping.get(name)
        if operation is None:
            return found

        def ask(**params: Any) -> Any:
            answer = self._wire.remembered(meta.service_model.service_name, operation, params)
            return found(**params) if answer is None else answer

        return ask


class Remembering(Clients):
    def __init__(self, wire: Wire, session: Any, **settings: Any) -> None:
        super().__init__(session, **settings)
        self._wire = wire

    def get(self, service: str) -> Any:
        return Remembered(super().get(service), self._wire)


class Wire:
    """One set of clients for all tests, with hooks at both ends of each call."""

    def __init__(self) -> None:
        session = botocore.session.Session()
        session.register("choose-signer", lambda **_: UNSIGNED)  # a tenth of a call, for nobody
        session.register("provide-client-params", self._asked)
        session.register("before-call", self._before)
        session.register("after-call", self._after)
        self.clients = Remembering(
            self,
            session,
            region_name=REGION,
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",
        )
        self.memory = Memory(lambda: frozenset(reached_into))
        self._here = SimpleNamespace()
        self.forget()

    def forget(self) -> None:
        """All that a test has set up and recorded."""
        self.sent = 0  # calls that moto was asked, or a fake for it
        self.calls: list[Call] = []
        self.fakes: dict[str, Any] = {}
        self.lost: dict[str, str] = {}
        self.alterations: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {}

    def remembered(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        """What botocore would give or raise; None where moto has to be asked."""
        if operation in self.fakes or operation in self.lost:
            return None
        asked = self.memory.asked(service, operation, params)
        answer = self.memory.get(asked) if asked else None
        if answer is None:
            return None
        parsed = answer.parsed
        self.calls.append(Call(operation, dict(params)))
        self._alter(operation, params, parsed)
        if answer.status >= 300:  # botocore's rule
            raise ClientError(parsed, operation)
        return parsed

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self._here.params = params
        self._here.asked = self.memory.asked(_service(model), model.name, params)
        self.calls.append(Call(model.name, dict(params)))

    def _before(self, model: Any, **_: Any) -> Any:
        self.sent += 1
        self._changes(model)
        fake = self.fakes.get(model.name)
        answer = fake(self._here.params) if callable(fake) else fake
        if answer is None:
            return None
        self._here.asked = None
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
        return SimpleNamespace(status_code=status, headers={}), answer

    def _after(self, http_response: Any, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        self._changes(model)
        if self._here.asked and not model.has_streaming_output:
            self.memory.keep(self._here.asked, http_response.status_code, parsed)
        if model.name in self.lost:
            http_response.status_code = 400
            parsed["Error"] = {"Code": self.lost[model.name], "Message": "it isn't there"}
        self._alter(model.name, self._here.params, parsed)

    def _changes(self, model: Any) -> None:
        if not model.name.startswith(HARMLESS):
            self.memory.changed(_service(model))

    def _alter(self, operation: str, params: dict[str, Any], parsed: dict[str, Any]) -> None:
        if operation in self.alterations and "Error" not in parsed:
            self.alterations[operation](params, parsed)


def managed(stack: Stack) -> list[Managed]:
    """What is to be there, without what is only cleaned up."""
    return [each for each in resources(stack) if isinstance(each, Managed)]


class World:
    """One test's account, and what is done in it."""

    def __init__(self, wire: Wire, sources: Path) -> None:
        self.wire = wire
        self.sources = sources
        self.location = Location(REGION, ACCOUNT)
        self.aws = Aws(wire.clients, self.location, pause=lambda _seconds: None)

    def client(self, service: str) -> Any:
        return self.wire.clients.get(service)

    def config(self, **changes: Any) -> Config:
        """The default configuration but for `changes`: `table={"sort_key": "category"}`."""
        config = Config(schema=1, stack="shop", region=REGION, path=self.sources)
        for name, value in changes.items():
            section = getattr(config, name)
            nested = name != "tags" and isinstance(value, dict)
            config = replace(config, **{name: replace(section, **value) if nested else value})
        return config

    def stack(
        self,
        *,
        delete_data: bool = False,
        delete_foreign: bool = False,
        find_doubles: bool = False,
        **changes: Any,
    ) -> Stack:
        return Stack(
            self.config(**changes),
            self.location,
            delete_data,
            delete_foreign,
            find_doubles=find_doubles,
        )

    def look(self, stack: Stack) -> Reading:
        return self._look(resources(stack))

    def _look(self, made_of: list[Resource]) -> Reading:
        """Each gives just what it declares."""
        reading = read(made_of, self.aws)
        for resource in (*made_of, *reading.orphans):
            seen = reading.get(resource)
            assert seen is None or seen.outputs.keys() <= {*resource.outputs}, resource.key
        return reading

    def outputs(self) -> dict[str, str]:
        """The ids and pointers of the default stack, as it is."""
        return self.look(self.stack()).outputs.as_dict()

    def plan(self, stack: Stack) -> Plan:
        made_of = resources(stack)
        return plan(made_of, self._look(made_of))

    def deploy(self, stack: Stack, report: Quiet | None = None) -> Applied:
        """Plan and carry it out; what was planned stays in `shown`."""
        made_of = resources(stack)
        reading = self._look(made_of)
        self.shown = planned = plan(made_of, reading)
        hold = stack.release_hold
        refuse(planned, stack.config, allow_blocked_runtime=False, release_hold=hold)
        applied = apply(planned, made_of, reading, self.aws, report or Quiet())
        applied.raise_failure()
        assert not applied.left
        return applied

    def teardown(self, stack: Stack) -> tuple[Plan, Applied]:
        made_of = resources(stack)
        reading = self._look(made_of)
        planned = plan_removal(made_of, reading, self.aws)
        applied = remove(planned, made_of, reading, self.aws, Quiet())
        applied.raise_failure()
        return planned, applied

    # What was asked of AWS.

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.wire.calls]

    @property
    def changing(self) -> list[str]:
        return [call.operation for call in self.wire.calls if call.changing]

    def asked(self, operation: str) -> list[dict[str, Any]]:
        return [call.params for call in self.wire.calls if call.operation == operation]

    def forget_calls(self) -> None:
        self.wire.calls.clear()

    # What AWS answers.

    def fake(self, operation: str, answer: Any) -> None:
        """Give `answer` instead of asking: a dictionary, or a function of the parameters.

        A function that gives None lets the call through.
        """
        self.wire.fakes[operation] = answer

    def alter(
        self, operation: str, change: Callable[[dict[str, Any], dict[str, Any]], None]
    ) -> None:
        """`change` gets parameters and answer of each such call, and may rewrite the answer."""
        self.wire.alterations[operation] = change

    def lose(self, operation: str, code: str) -> None:
        """Each such call takes effect, and then says `code`, as its second sending would."""
        self.wire.lost[operation] = code

    def fill_gaps(self) -> None:
        """What AWS does and moto 5.2 doesn't."""
        self.wire.fakes.update(GAPS)
        self.wire.alterations.update(ALSO_REPORTED)


def _service(model: Any) -> str:
    name: str = model.service_model.service_name
    return name


@contextmanager
def empty_account(wire: Wire, sources: Path) -> Iterator[World]:
    wire.forget()
    wire.memory.empty()
    reached_into.clear()
    with moto_answers():
        yield World(wire, sources)


def lose_pointers(world: World) -> None:
    """The table's tags that hold the ids of API, pool and client; no call of it is recorded."""
    keys = [f"productsapi:{name}" for name in ("rest-api-id", "user-pool-id", "client-id")]
    table = world.location.table_arn("ProductsTable")
    world.client("dynamodb").untag_resource(ResourceArn=table, TagKeys=keys)
    world.forget_calls()


def error(code: str, message: str = "no", status: int = 400) -> dict[str, Any]:
    """An answer by which AWS refuses."""
    return {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
