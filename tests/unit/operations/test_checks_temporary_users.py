"""verify: throw-away users and products are gone at the end, whatever the end is."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from checks_aws import ACCOUNT, REGION, UNAUTHORIZED, ScriptedApi, ScriptedAws, http, problem

from productsapi.api_client import Answer
from productsapi.api_client.users import UserPool
from productsapi.aws.location import Location
from productsapi.config import Config
from productsapi.engine.outputs import Outputs
from productsapi.engine.read import Reading
from productsapi.errors import AccessDenied, AwsError, Interrupted, NotFound, SignInError
from productsapi.operations.finding import Finding, State
from productsapi.operations.verify.api import Api
from productsapi.operations.verify.run import Verification
from productsapi.operations.verify.throwaway_users import (
    PREFIX,
    new_password,
    temporary_users,
    users_left_by_earlier_runs,
)
from productsapi.stack import Stack

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
POOL = f"{REGION}_AbCdEfGhI"


def token(**claims: Any) -> str:
    text = json.dumps(claims).encode()
    payload = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return f"aGVhZA.{payload}.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"


class Cognito(ScriptedAws):
    """Users by name with their groups; a test may put another answer in the place of any."""

    def __init__(self, *groups: str, **changed: Any) -> None:
        self.users: dict[str, set[str]] = {}
        self.passwords: list[str] = []
        super().__init__(
            {
                "AdminCreateUser": self._create,
                "AdminSetUserPassword": self._set_password,
                "AdminDeleteUser": self._delete,
                "AdminAddUserToGroup": self._join,
                "InitiateAuth": self._sign_in,
                **changed,
            }
        )
        self.groups = groups
        self.tokens: dict[str, str] = {}

    def _create(self, params: dict[str, Any]) -> Any:
        self.users[params["Username"]] = set()
        return {}

    def _set_password(self, params: dict[str, Any]) -> Any:
        self.passwords.append(params["Password"])
        return {}

    def _delete(self, params: dict[str, Any]) -> Any:
        if params["Username"] not in self.users:
            return AwsError("AdminDeleteUser", "UserNotFoundException", "no such user")
        del self.users[params["Username"]]
        return {}

    def _join(self, params: dict[str, Any]) -> Any:
        if params["GroupName"] not in self.groups:
            return NotFound("AdminAddUserToGroup", "ResourceNotFoundException", "no such group")
        self.users[params["Username"]].add(params["GroupName"])
        return {}

    def _sign_in(self, params: dict[str, Any]) -> Any:
        name = params["AuthParameters"]["USERNAME"]
        groups = sorted(self.users[name])
        made = token(sub=name, **{"cognito:groups": groups})
        return {
            "AuthenticationResult": {
                "IdToken": made, "AccessToken": token(sub=name, token_use="access"),
                "RefreshToken": "refresh",
            }
        }  # fmt: skip


def people(cognito: Cognito) -> UserPool:
    return UserPool(cognito, POOL, "client")


# -- users -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [6, 8, 12, 99])
def test_a_password_satisfies_any_policy_and_is_new(length: int) -> None:
    password = new_password(length)
    assert length < len(password) <= 256
    assert any(c.islower() for c in password)
    assert any(c.isupper() for c in password)
    assert any(c.isdigit() for c in password)
    assert "!" in password
    assert password != new_password(length)


def test_a_user_is_signed_in_and_gone_afterwards() -> None:
    cognito, found = Cognito(), []
    with temporary_users(people(cognito), 8, found.append) as present:
        user = present.create()
        assert list(cognito.users) == [user.name]
        assert user.name.startswith(PREFIX)
        shown = repr(user)
    assert (cognito.users, found) == ({}, [])
    assert cognito.passwords[0] not in shown
    assert user.tokens.id_token not in shown


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), SignInError("no")])
def test_users_are_gone_after_a_failure_or_ctrl_c_too(error: BaseException) -> None:
    cognito = Cognito()

    def visit() -> None:
        with temporary_users(people(cognito), 8, lambda _: None) as present:
            present.create()
            present.create()
            raise error

    with pytest.raises(type(error)):
        visit()
    assert cognito.operations.count("AdminDeleteUser") == 2
    assert cognito.users == {}


@pytest.mark.parametrize("where", ["AdminCreateUser", "AdminSetUserPassword", "InitiateAuth"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, Interrupted])
def test_a_user_half_made_is_gone_too(where: str, error: type[BaseException]) -> None:
    """Also one of a create that took effect though its answer was lost."""
    cognito = Cognito()
    right = cognito.answers[where]

    def done_but_lost(params: dict[str, Any]) -> Any:
        right(params)
        if error is KeyboardInterrupt:
            raise KeyboardInterrupt
        return Interrupted(where, "ConnectionLost", "the connection broke")

    cognito.answers[where] = done_but_lost
    found: list[Finding] = []
    with pytest.raises(error), temporary_users(people(cognito), 8, found.append) as present:
        present.create()
    assert (cognito.users, found) == ({}, [])


def test_who_cannot_be_removed_is_named_with_how() -> None:
    denied = AccessDenied("AdminDeleteUser", "AccessDeniedException", "not allowed")
    cognito, found = Cognito(AdminDeleteUser=denied), []
    with temporary_users(people(cognito), 8, found.append) as present:
        names = [present.create().name, present.create().name]
    assert {f.fix for f in found} == {f"productsapi user delete {n} --yes" for n in names}
    assert {f.state for f in found} == {State.FAILED}


def test_ctrl_c_while_cleaning_up_names_who_is_left() -> None:
    cognito, found = Cognito(), []

    def pressed(_params: dict[str, Any]) -> Any:
        raise KeyboardInterrupt

    cognito.answers["AdminDeleteUser"] = pressed
    with (
        pytest.raises(KeyboardInterrupt),
        temporary_users(people(cognito), 8, found.append) as present,
    ):
        name = present.create().name
    (reported,) = found
    assert name in reported.text


def test_who_was_not_made_is_not_said_to_be_left() -> None:
    refusal = AccessDenied("AdminCreateUser", "AccessDeniedException", "not allowed")
    also = AccessDenied("AdminDeleteUser", "AccessDeniedException", "not allowed")
    cognito, found = Cognito(AdminCreateUser=refusal, AdminDeleteUser=also), []
    with (
        pytest.raises(AccessDenied),
        temporary_users(people(cognito), 8, found.append) as present,
    ):
        present.create()
    assert found == []


def test_users_of_killed_runs_only_are_reported() -> None:
    def listed(params: dict[str, Any]) -> Any:
        assert params["Filter"] == f'username ^= "{PREFIX}"'
        ages = {"old": timedelta(days=3), "young": timedelta(minutes=2)}
        return {
            "Users": [
                {"Username": PREFIX + name, "UserCreateDate": NOW - age}
                for name, age in ages.items()
            ]
        }

    (reported,) = users_left_by_earlier_runs(people(Cognito(ListUsers=listed)), NOW)
    assert reported.state is State.WARNING
    assert reported.fix == f"productsapi user delete {PREFIX}old --yes"


# -- the whole of the asking -----------------------------------------------------------------------


class System:
    """An API as it should be, with the functions' own rules, on a Cognito of its own."""

    def __init__(self, config: Config, *groups: str, **changed: Any) -> None:
        self.config = config
        self.cognito = Cognito(*groups, **changed)
        self.items: dict[str, Any] = {}
        self.found: list[Finding] = []
        self.scripted = ScriptedApi(self.answer)
        self.broken: Callable[[str, str, str], Answer | None] = lambda *_: None

    def ask(self) -> dict[str, State]:
        stack = Stack(self.config, Location(REGION, ACCOUNT))
        api = Api("https://api", self.scripted, lambda *_: None)
        aws: Any = self.cognito
        run = Verification(
            stack,
            aws,
            [],
            Reading({}, Outputs()),
            people(self.cognito),
            api,
            self.found.append,
            NOW,
        )
        run.ask()
        return {finding.check: finding.state for finding in self.found}

    def answer(self, method: str, path: str, token: str | None) -> Answer:
        origin = {"Access-Control-Allow-Origin": "*"}
        if method == "OPTIONS":
            own = "POST,GET,OPTIONS" if path == "/products" else "GET,PUT,PATCH,DELETE,OPTIONS"
            more = ",".join(self.config.api.cors_headers)
            headers = f"Authorization,Content-Type,If-Match,If-None-Match,{more}"
            allow = {"Access-Control-Allow-Methods": own, "Access-Control-Allow-Headers": headers}
            return Answer(204, {**origin, **allow}, b"")
        caller = self.signed_in(token)
        if caller is None:
            return replace(UNAUTHORIZED, headers=origin)
        name, groups = caller
        if (wrong := self.broken(method, path, name)) is not None:
            return wrong
        return replace(self.function(method, path, name, groups), headers=origin)

    def signed_in(self, token: str | None) -> tuple[str, set[str]] | None:
        """By the very tokens that were given out: nothing else is one."""
        for name in self.cognito.users:
            for groups in ((), tuple(sorted(self.cognito.users[name]))):
                if token == _id_token(name, groups):
                    return name, set(groups)
        return None

    def function(self, method: str, path: str, name: str, groups: set[str]) -> Answer:
        auth = self.config.auth
        if method != "GET" and auth.write_groups and not groups & set(auth.write_groups):
            return problem(403, "write_group_required")
        if "?" in path or path == "/products":
            if method == "GET":
                return http(200, {"items": list(self.items.values())})
            return problem(409, "product_exists") if self.items else self.made(name)
        item = next(iter(self.items.values()), None)
        if item is None:
            return problem(404, "product_not_found")
        others = auth.owner_only and self.owner != name and not groups & set(auth.owner_groups)
        if method != "GET" and others:
            return problem(403, "not_owner")
        if method == "DELETE":
            self.items.clear()
            return http(204)
        if method == "PUT":
            item["productPrice"] = 13.75
        return http(200, item)

    def made(self, owner: str) -> Answer:
        self.owner = owner
        name = next(path for _, path, _ in self.scripted.sent if path.count("/") == 2)
        product_id = name.rpartition("/")[2]
        self.items[product_id] = {
            "productId": product_id, "category": product_id, "stock": 1, "productPrice": 12.5,
            "productName": "Throw-away product of productsapi verify",
        }  # fmt: skip
        return http(201, self.items[product_id])

    @property
    def clean(self) -> bool:
        return not self.items and not self.cognito.users


def _id_token(name: str, groups: tuple[str, ...]) -> str:
    return token(sub=name, **{"cognito:groups": list(groups)})


def having(config: Config, **auth: Any) -> Config:
    return replace(config, auth=replace(config.auth, **auth))


def test_a_system_as_it_should_be_is_left_as_it_was(config: Config) -> None:
    system = System(config)
    assert set(system.ask().values()) == {State.OK}
    assert system.clean
    assert len(system.cognito.passwords) == 1, "one user is enough"


def test_what_is_found_holds_no_password_and_no_token(config: Config) -> None:
    system = System(having(config, write_groups=("editors",), owner_only=True), "editors")
    system.ask()
    text = repr(system.found)
    for secret in (*system.cognito.passwords, "c2lnbmF0dXJl"):
        assert secret not in text


def test_with_write_groups_the_user_is_refused_first(
    config: Config,
) -> None:
    system = System(having(config, write_groups=("editors", "admins")), "editors")
    reported = system.ask()
    assert set(reported.values()) == {State.OK}
    assert "refuses who is in no write group" in reported
    assert system.clean


def test_a_missing_write_group_is_reported_first(config: Config) -> None:
    system = System(having(config, write_groups=("editors",)))
    reported = system.ask()
    assert reported["joins a write group"] is State.FAILED
    assert "creates" not in reported
    assert any("user groups NAME editors" in f.fix for f in system.found)
    assert system.clean


def test_who_is_outside_but_gets_in_is_open(config: Config) -> None:
    system = System(having(config, write_groups=("editors",)), "editors")
    system.broken = lambda method, path, _name: (
        problem(404, "product_not_found") if (method, path.count("/")) == ("DELETE", 2) else None
    )
    assert system.ask()["refuses who is in no write group"] is State.OPEN


def test_with_owner_only_somebody_else_is_refused(config: Config) -> None:
    system = System(having(config, owner_only=True))
    reported = system.ask()
    assert set(reported.values()) == {State.OK}
    assert "refuses who didn't create the product" in reported
    assert len(system.cognito.passwords) == 2
    assert system.clean


def test_the_stranger_joins_a_group_that_owns_nothing(config: Config) -> None:
    auth = {"write_groups": ("admins", "editors"), "owner_groups": ("admins",), "owner_only": True}
    system = System(having(config, **auth), "admins", "editors")
    assert set(system.ask().values()) == {State.OK}
    joined = [p["GroupName"] for o, p in system.cognito.asked if o == "AdminAddUserToGroup"]
    assert joined == ["admins", "editors"]
    assert system.clean


def test_where_all_may_change_there_is_no_stranger(config: Config) -> None:
    auth = {"write_groups": ("admins",), "owner_groups": ("admins",), "owner_only": True}
    system = System(having(config, **auth), "admins")
    system.ask()
    (reported,) = (f for f in system.found if f.check == "refuses who didn't create the product")
    assert (reported.state, "not tried" in reported.text) == (State.OK, True)
    assert len(system.cognito.passwords) == 1


def test_a_stranger_who_gets_in_is_open(config: Config) -> None:
    system = System(having(config, owner_only=True))
    system.broken = lambda method, _path, name: (
        http(200, {}) if method == "PUT" and name != system.owner else None
    )
    assert system.ask()["refuses who didn't create the product"] is State.OPEN


def test_where_no_user_can_be_made_the_rest_is_tried(config: Config) -> None:
    denied = AccessDenied("AdminCreateUser", "AccessDeniedException", "not allowed", "ask for it")
    system = System(config, AdminCreateUser=denied)
    reported = system.ask()
    assert reported["signs in"] is State.FAILED
    assert reported["refuses no token"] is reported["CORS of /products"] is State.OK
    assert "creates" not in reported


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_trip_that_fails_leaves_no_product(config: Config, method: str) -> None:
    failed = []

    def once(asked: str, path: str, _name: str) -> Answer | None:
        if asked == method and path.count("/") == 2 and system.items and not failed:
            failed.append(path)
            return problem(400, "invalid_parameter")
        return None

    system = System(config)
    system.broken = once
    assert State.FAILED in system.ask().values()
    assert system.clean


def test_ctrl_c_leaves_neither_user_nor_product(config: Config) -> None:
    def pressed(method: str, _path: str, _name: str) -> Answer | None:
        if method == "PUT" and system.items:
            raise KeyboardInterrupt
        return None

    system = System(config)
    system.broken = pressed
    with pytest.raises(KeyboardInterrupt):
        system.ask()
    assert system.clean


def test_a_product_left_is_named_with_its_command(
    config: Config,
) -> None:
    system = System(config)
    system.broken = lambda method, *_: problem(403, "no") if method == "DELETE" else None
    reported = system.ask()
    assert reported["deletes"] is reported["clean-up"] is State.FAILED
    (left,) = (f for f in system.found if f.check == "clean-up")
    assert left.fix.startswith("productsapi request DELETE /products/productsapi-verify-")
