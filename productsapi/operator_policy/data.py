"""DynamoDB: the table; SSM: the lease, which one run at a time holds; tags, which cover all."""

from __future__ import annotations

from productsapi.stack.iam_right import (
    CHANGING,
    DATA,
    DEPLOY,
    FINDING,
    LOOKING,
    READ,
    REFERENCE,
    TEARDOWN,
    Right,
    Scope,
    anything,
    calls,
    local_anything,
    table,
)

DYNAMODB = "list_amazondynamodb.html"
SSM = "list_awssystemsmanager.html"
TAGGING = "list_amazonresourcegrouptaggingapi.html"


def lease(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.location.arn("ssm", f"parameter{_lease_name(scope)}"),)


def lease_with_slash(scope: Scope) -> tuple[str, ...]:
    """As AWS wrote it when it refused to tag a parameter whose name begins with a slash.

    See github.com/pepperize/cdk-ssm-parameters-cross-region/issues/442.
    """
    return (scope.stack.location.arn("ssm", f"parameter/{_lease_name(scope)}"),)


def lease_version(scope: Scope) -> tuple[str, ...]:
    """One version, as it is asked for; no page says whether AWS names it with its number."""
    return (scope.stack.location.arn("ssm", f"parameter{_lease_name(scope)}:*"),)


def _lease_name(scope: Scope) -> str:
    return f"/productsapi/{scope.stack.config.stack}/lease"


RIGHTS = (
    *calls("dynamodb", "DescribeTable", table, FINDING, DYNAMODB),
    *calls("dynamodb", "ListTagsOfResource", table, FINDING, DYNAMODB, also=local_anything),
    *calls("dynamodb", "DescribeContinuousBackups", table, LOOKING, DYNAMODB),
    *calls("dynamodb", "ListTables", anything, READ, DYNAMODB),
    *calls(
        "dynamodb",
        "CreateTable UpdateTable UpdateContinuousBackups",
        table,
        DEPLOY,
        DYNAMODB,
    ),
    *calls("dynamodb", "TagResource UntagResource", table, DEPLOY, DYNAMODB, also=local_anything),
    Right(
        "dynamodb",
        "CreateTable",
        "dynamodb:TagResource",
        table,
        DEPLOY,
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.Operations.html",
        carrying="Tags",
    ),
    *calls("dynamodb", "DeleteTable", table, TEARDOWN, DYNAMODB),
    *calls("dynamodb", "Scan", table, TEARDOWN | DATA, DYNAMODB),
    *calls("dynamodb", "BatchGetItem PutItem Query UpdateItem", table, DATA, DYNAMODB),
    Right(
        "dynamodb",
        "BatchExecuteStatement",
        "dynamodb:PartiQLInsert",
        table,
        DATA,
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html",
        carrying="Statements",
    ),
    Right(
        "dynamodb",
        "TransactWriteItems",
        "dynamodb:PutItem",
        table,
        DATA,
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html",
        carrying="TransactItems",
    ),
    *calls(
        "resourcegroupstaggingapi",
        "GetResources",
        anything,
        READ,
        TAGGING,
        action="tag:GetResources",
    ),
    *calls("ssm", "GetParameter", lease, CHANGING, SSM, also=lease_version),
    *calls("ssm", "PutParameter", lease, CHANGING, SSM),
    *calls("ssm", "DeleteParameter", lease, TEARDOWN, SSM),
    Right(
        "ssm",
        "PutParameter",
        "ssm:AddTagsToResource",
        lease,
        CHANGING,
        REFERENCE + SSM,
        carrying="Tags",
        also=lease_with_slash,
    ),
)
