"""Cognito: the user pool, its app clients, and its users."""

from __future__ import annotations

from productsapi.stack.iam_right import (
    CHANGING,
    DATA,
    DEPLOY,
    FINDING,
    LOOKING,
    USER_ADMIN,
    Right,
    Scope,
    anything,
    calls,
    user_pool,
)

COGNITO = "list_amazoncognitouserpools.html"
TAGS_OF_POOLS = "https://docs.aws.amazon.com/cognito/latest/developerguide/tagging.html"


def unknown(scope: Scope) -> bool:
    """Where the pool is known by its id, none is made."""
    return scope.user_pool_id is None


def tagged_pool(scope: Scope) -> tuple[str, ...]:
    """A new one has no ARN yet.

    AWS names `*` when it refuses to tag it (github.com/aws-samples/aws-saas-factory-bootcamp/
    issues/58).
    """
    return user_pool(scope) if scope.user_pool_id else ("*",)


def _tagging(operation: str) -> Right:
    action = "cognito-idp:TagResource"
    where = (tagged_pool, DEPLOY, TAGS_OF_POOLS, "UserPoolTags")
    return Right("cognito-idp", operation, action, *where)


RIGHTS = (
    *calls("cognito-idp", "ListUserPools", anything, FINDING, COGNITO),
    *calls(
        "cognito-idp",
        "DescribeUserPool ListUserPoolClients DescribeUserPoolClient",
        user_pool,
        FINDING,
        COGNITO,
    ),
    *calls("cognito-idp", "ListUsers", user_pool, LOOKING | USER_ADMIN, COGNITO),
    *calls("cognito-idp", "CreateUserPool", anything, DEPLOY, COGNITO, when=unknown),
    _tagging("CreateUserPool"),
    _tagging("UpdateUserPool"),
    *calls(
        "cognito-idp",
        "CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient",
        user_pool,
        DEPLOY,
        COGNITO,
    ),
    *calls("cognito-idp", "UpdateUserPool DeleteUserPool", user_pool, CHANGING, COGNITO),
    *calls(
        "cognito-idp",
        "AdminCreateUser AdminSetUserPassword AdminDeleteUser "
        "AdminListGroupsForUser AdminAddUserToGroup AdminRemoveUserFromGroup CreateGroup",
        user_pool,
        USER_ADMIN,
        COGNITO,
    ),
    *calls("cognito-idp", "AdminGetUser", user_pool, USER_ADMIN | DATA, COGNITO),
)
