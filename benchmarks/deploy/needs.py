"""What needs what, by scenario: a fixed table of calls and waits, whoever deploys.

An edge stands here for one of two reasons only. Either AWS demands it (an id is needed, a state is
refused, an order is wrong), or safety does: the account is checked before anything else, one look
tells what is there, a lease is taken, one more look is taken under it, the lease is given back, and
callers are never sent to what doesn't work yet. What is only a habit of one tool has no edge, and
a call that another order would spare has no node: functions and code, for one, are published by the
very call that uploads them. Of things that are made alike, side by side, one stands for all.

A wait ends with a call that sees its end, so a state that takes 2 s costs 2 s and a call. A role's
doesn't: the CreateFunction that succeeds is the one that sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aws_times import CALL, DELETING, FUNCTION_PENDING, FUNCTION_UPDATING, ROLE, TABLE_CREATING
from aws_times import SECONDS as TAKES
from critical_path import Node

SCENARIOS = ("fresh", "nothing", "code", "drift", "teardown")
TITLES = {
    "fresh": "fresh deploy",
    "nothing": "nothing to do",
    "code": "one function's code changed",
    "drift": "one method's authorizer drifted",
    "teardown": "teardown",
}


def call(name: str, *needs: str, why: str = "", lease: bool = False) -> Node:
    """A call, named by its operation and, in brackets, what it is about."""
    return Node(name, TAKES.get(name.partition(" ")[0], CALL), needs, why, 1, lease)


def nodes(
    scenario: str,
    start: float,
    clients: float,
    drawn: Mapping[str, float] | None = None,
    seconds: float = CALL,
) -> list[Node]:
    """The table of one scenario; `start` and `clients` are seconds as measured on this machine.

    `drawn` are the seconds of waits that are drawn by lot, `seconds` what a call takes.
    """
    begin = [
        Node("start of Python", start),
        Node("making the clients", clients, ("start of Python",), "beside the first call"),
        call("GetCallerIdentity", "start of Python", why="safety: the right account"),
    ]
    table = [*begin, *TABLES[scenario]]
    waits = drawn or {}
    return [
        replace(node, seconds=waits.get(node.name, node.seconds) + node.calls * (seconds - CALL))
        for node in table
    ]


LEASE = "safety: nobody else is at work here"

ONE_LOOK = [  # where there is nothing, names and two listings tell it in one round
    call("look", "GetCallerIdentity", "making the clients", why="safety: what is there"),
]
LOOK_BY_POINTERS = [
    call("ListTagsOfResource (table)", "GetCallerIdentity", "making the clients"),
    call("look", "ListTagsOfResource (table)", why="its tags tell the ids of API, pool and client"),
]
TAKEN = [
    call("PutParameter (lease)", "look", why=LEASE, lease=True),
    call("look again", "PutParameter (lease)", why=f"{LEASE}; every id is known", lease=True),
]
FOUND = [*LOOK_BY_POINTERS, *TAKEN]
GO = "look again"


def _given_back(*needs: str) -> Node:
    return call("PutParameter (lease given back)", *needs, why=LEASE, lease=True)


TABLES = {
    "fresh": [
        *ONE_LOOK,
        *TAKEN,
        call("CreateTable", GO),
        Node("table CREATING", TABLE_CREATING, ("CreateTable",)),
        call("DescribeTable", "table CREATING"),
        call("CreateUserPool", GO),
        call("CreateUserPoolClient", "CreateUserPool"),
        call("CreateRole", GO),
        call("PutRolePolicy", "CreateRole"),
        Node(ROLE, 0.0, ("CreateRole",), "as long as the last of the four took"),
        call("CreateLogGroup", GO),
        call("PutRetentionPolicy", "CreateLogGroup"),
        call(
            "CreateFunction (published)",
            ROLE,
            "CreateUserPoolClient",
            "CreateLogGroup",
            why="its environment has the client's id; AWS would make a log group without an end",
        ),
        Node("function Pending", FUNCTION_PENDING, ("CreateFunction (published)",)),
        call("GetFunction", "function Pending"),
        call("CreateRestApi", GO),
        call("CreateResource (/products)", "CreateRestApi"),
        call("CreateResource (/products/{productId})", "CreateResource (/products)"),
        call("CreateAuthorizer", "CreateResource (/products/{productId})", "CreateUserPool"),
        Node(
            "22 calls: methods, integrations, gateway responses",
            22 * CALL,
            ("CreateAuthorizer",),
            "AWS refuses changes of one API that meet each other",
            22,
        ),
        call("CreateAlias", "CreateFunction (published)"),
        call("AddPermission", "CreateAlias", "CreateRestApi"),
        call("AddPermission (second route)", "AddPermission", why="AWS loses those that meet"),
        call("TagResource (pointers)", "DescribeTable", "CreateUserPoolClient", "CreateRestApi"),
        call(
            "CreateDeployment",
            "22 calls: methods, integrations, gateway responses",
            "AddPermission (second route)",
            "GetFunction",
            "DescribeTable",
            "PutRolePolicy",
            why="safety: callers reach what works",
        ),
        call("CreateStage", "CreateDeployment", why="tags can't be given with the deployment"),
        call("UpdateStage", "CreateStage", why="limits can't be given with a new stage"),
        _given_back("UpdateStage", "TagResource (pointers)", "PutRetentionPolicy"),
    ],
    "nothing": LOOK_BY_POINTERS,
    "code": [
        *FOUND,
        call("UpdateFunctionCode (published)", GO),
        Node("update InProgress", FUNCTION_UPDATING, ("UpdateFunctionCode (published)",)),
        call("GetFunction", "update InProgress"),
        call("UpdateAlias", "GetFunction", why="safety: callers reach what works"),
        _given_back("UpdateAlias"),
    ],
    "drift": [
        *FOUND,
        call("UpdateMethod", GO, why="it wasn't deployed, so the stage serves the right one still"),
        _given_back("UpdateMethod"),
    ],
    "teardown": [
        *FOUND,
        call("DeleteStage", GO, why="safety: nobody reaches what is going"),
        call("DeleteRestApi", "DeleteStage"),
        call("DeleteFunction", "DeleteStage"),
        call("DeleteLogGroup", "DeleteFunction", why="a late invocation would make it anew"),
        call("DeleteRolePolicy", "DeleteFunction", why="safety: no running code loses its rights"),
        call("DeleteRole", "DeleteRolePolicy", why="IAM refuses a role that holds policies"),
        call("DeleteTable", "DeleteFunction", why="safety: nothing is written any more"),
        Node(DELETING, 0.0, ("DeleteTable",), "its name is free again when it is gone"),
        call("DescribeTable", DELETING),
        call("DeleteUserPool", "DeleteStage"),
        _given_back(
            "DeleteRestApi", "DeleteLogGroup", "DeleteRole", "DescribeTable", "DeleteUserPool"
        ),
    ],
}
