"""Who may do what."""

from __future__ import annotations

from typing import Any

import pytest
from harness import ALICE, BOB, CLIENT, HANDLERS, SMARTPHONE, TABLE, Api, event
from made_apis import MakeApi, memory_api

EVENT_OF = {"create": "post", "get": "get_list", "update": "put", "delete": "delete"}


def with_claims(handler: str, **claims: Any) -> Any:
    made = event(EVENT_OF[handler])
    made["requestContext"]["authorizer"]["claims"].update(claims)
    return made


@pytest.mark.parametrize("part", ["requestContext", "authorizer", "claims", "sub"])
@pytest.mark.parametrize("value", [None, "absent", "", [], {}, 7], ids=str)
def test_without_claims_every_route_is_401(part: str, value: Any) -> None:
    """Even if the gateway let everybody in; and never a KeyError."""
    for handler in HANDLERS:
        made: Any = event(EVENT_OF[handler])
        parent = made
        for name in ("requestContext", "authorizer", "claims", "sub"):
            if name == part:
                break
            parent = parent[name]
        if value == "absent":
            del parent[part]
        else:
            parent[part] = value
        reply = memory_api().send(handler, made)
        assert (reply.status, reply.headers["WWW-Authenticate"]) == (401, "Bearer") or (
            part == "sub" and value == "absent" and reply.status == 401
        )


@pytest.mark.parametrize("use", ["access", "refresh", "", None, ["id"], "ID"], ids=str)
def test_only_the_id_token_is_taken(use: Any) -> None:
    for handler in HANDLERS:
        reply = memory_api().send(handler, with_claims(handler, token_use=use))
        assert (reply.status, reply.code) == (401, "id_token_required"), handler


@pytest.mark.parametrize("aud", ["another", "", None, [CLIENT], {"a": 1}, CLIENT + " "], ids=str)
def test_only_our_clients_tokens_are_taken(aud: Any) -> None:
    for handler in HANDLERS:
        reply = memory_api().send(handler, with_claims(handler, aud=aud))
        assert (reply.status, reply.code) == (401, "unknown_client"), handler


@pytest.mark.parametrize(
    ("client_ids", "status"),
    [(f"other, {CLIENT}", 200), ("other", 401), ("", 200), (" , ", 200)],
)
def test_further_clients_may_be_named_and_none_is_any(client_ids: str, status: int) -> None:
    assert memory_api(CLIENT_IDS=client_ids).list().status == status


GROUPS = [
    "editors",
    "a,editors",
    "a, editors",
    "[a editors]",
    "[a, editors]",
    "[editors]",
    ["editors"],
]


@pytest.mark.parametrize("groups", GROUPS, ids=str)
def test_write_groups_count_in_every_form_of_the_claim(groups: Any) -> None:
    api = memory_api(WRITE_GROUPS="admins,editors")
    made = with_claims("create", **{"cognito:groups": groups})
    assert api.send("create", made).status == 201


@pytest.mark.parametrize("groups", [None, "", "[]", "edit", "EDITORS", "editors2,x", 7, {}, [7]])
def test_others_may_only_read(groups: Any) -> None:
    api = memory_api(WRITE_GROUPS="admins,editors")
    for handler in ("create", "update", "delete"):
        reply = api.send(handler, with_claims(handler, **{"cognito:groups": groups}))
        assert (reply.status, reply.code) == (403, "write_group_required")
    assert api.list().status == 200
    assert api.client.items == {}


def test_no_write_groups_means_every_signed_in_user(api: Api) -> None:
    assert api.as_user(BOB).post(SMARTPHONE).status == 201


def test_only_owner_or_owner_groups_change_a_product(
    make_api: MakeApi,
) -> None:
    api = make_api(OWNER_ONLY="true", OWNER_GROUPS="admins")
    bob, admin = api.as_user(BOB), api.as_user(BOB, "admins")
    api.post(SMARTPHONE)
    for reply in (
        bob.put("PROD001", {"stock": 1}),
        bob.put("PROD001", {"stock": 1}, headers={"If-Match": '"9"'}),
        bob.delete("PROD001"),
        bob.delete("PROD001", headers={"If-Match": '"1"'}),
    ):
        assert (reply.status, reply.code) == (403, "not_owner")
    assert api.get("PROD001").json["version"] == 1
    assert bob.get("PROD001").status == 200
    assert admin.put("PROD001", {"stock": 1}).json["createdBy"] == ALICE
    assert api.put("PROD001", {"stock": 2}, headers={"If-Match": '"2"'}).status == 200
    assert api.put("PROD001", {"stock": 2}, headers={"If-Match": '"2"'}).status == 412
    assert bob.put("ABSENT", {"stock": 2}).status == 404
    assert admin.delete("PROD001").status == 204


def test_ownership_is_part_of_the_change_itself() -> None:
    """No read before the write that another writer could come between."""
    api = memory_api(OWNER_ONLY="true")
    api.post(SMARTPHONE)
    api.client.calls.clear()
    api.put("PROD001", {"stock": 1})
    api.delete("PROD001")
    assert [name for name, _ in api.client.calls] == ["update_item", "delete_item"]
    assert all(ALICE in str(asked) for _, asked in api.client.calls)


def test_unowned_products_only_owner_groups_change(make_api: MakeApi) -> None:
    """Products made by hand have no createdBy."""
    api = make_api(OWNER_ONLY="true", OWNER_GROUPS="admins")
    api.client.put_item(TableName=TABLE, Item={"productId": {"S": "PROD001"}})
    assert api.put("PROD001", {"stock": 1}).code == "not_owner"
    assert api.as_user(BOB, "x,admins").put("PROD001", {"stock": 1}).status == 200


@pytest.mark.parametrize(
    "environment",
    [{"OWNER_ONLY": "yes"}, {"SORT_KEY": "colour"}, {"TABLE_NAME": ""}],
    ids=str,
)
def test_settings_not_understood_refuse_everyone(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    api = memory_api()
    api = Api(api.client, **environment)
    assert (api.post(SMARTPHONE).status, api.list().code) == (500, "internal_error")
    assert f"MisconfiguredError: {next(iter(environment))}" in capsys.readouterr().out
