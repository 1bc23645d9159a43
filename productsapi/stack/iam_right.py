"""One right that AWS demands, for which job, and on what of a stack's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack, role_name

Condition = Mapping[str, Mapping[str, str]]

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
"""Where AWS lists each service's actions, their resources and their condition keys."""
SOURCE = f"{REFERENCE}list_amazonapigatewaymanagement.html"
CLOUDWATCH = "list_amazoncloudwatch.html"
LOGS = "list_amazoncloudwatchlogs.html"
IAM = "list_awsidentityandaccessmanagementiam.html"
TAGS_OF_LOG_GROUPS = (
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"
)


class Job(Enum):
    """What somebody is to be able to do: a policy is printed for each."""

    DEPLOY = "deploy"
    TEARDOWN = "teardown"
    READ = "read"
    USER_ADMIN = "user-admin"
    CALLER = "caller"
    DATA = "data"


DEPLOY = frozenset({Job.DEPLOY})
TEARDOWN = frozenset({Job.TEARDOWN})
READ = frozenset({Job.READ})
USER_ADMIN = frozenset({Job.USER_ADMIN})
CALLER = frozenset({Job.CALLER})
DATA = frozenset({Job.DATA})
CHANGING = DEPLOY | TEARDOWN
LOOKING = CHANGING | READ
"""Whoever changes a stack looks at all of it first."""
FINDING = LOOKING | USER_ADMIN | DATA
"""What finds the ids of API, user pool and app client."""


@dataclass(frozen=True)
class Scope:
    """A stack's names, and its ids where they are known; without an id any of its kind is meant.

    `former` are the names that its functions had before a renaming that isn't deployed yet.
    """

    stack: Stack
    api_id: str | None = None
    user_pool_id: str | None = None
    former: tuple[str, ...] = ()

    @property
    def function_names(self) -> tuple[str, ...]:
        return (*map(self.stack.function_name, FUNCTIONS), *self.former)


Resources = Callable[[Scope], tuple[str, ...]]


def nothing(_scope: Scope) -> tuple[str, ...]:
    return ()


def unconditionally(_scope: Scope) -> Condition:
    return {}


def always(_scope: Scope) -> bool:
    return True


@dataclass(frozen=True)
class Right:
    """One IAM action, demanded for one operation of a service (botocore's names) that we call.

    `on` is what AWS names it on, and `also` what it may name besides, depending on what is there.
    `carrying` is the request's parameter that AWS demands it for, where the operation alone doesn't
    need it; `source` is where AWS documents it. `when` says for which configurations it is needed.
    """

    service: str
    operation: str
    action: str
    on: Resources
    jobs: frozenset[Job]
    source: str
    carrying: str = ""
    also: Resources = nothing
    condition: Callable[[Scope], Condition] = unconditionally
    when: Callable[[Scope], bool] = always


def calls(  # noqa: PLR0913 - a line of the table
    service: str,
    operations: str,
    on: Resources,
    jobs: frozenset[Job],
    page: str,
    *,
    action: str = "",
    carrying: str = "",
    also: Resources = nothing,
    condition: Callable[[Scope], Condition] = unconditionally,
    when: Callable[[Scope], bool] = always,
) -> tuple[Right, ...]:
    """Operations that need the action of their own name, or `action` for what they carry."""
    asked = (on, jobs, REFERENCE + page, carrying, also, condition, when)
    return tuple(
        Right(service, each, action or f"{service}:{each}", *asked) for each in operations.split()
    )


# -- on what ---------------------------------------------------------------------------------------


def anything(_scope: Scope) -> tuple[str, ...]:
    """For actions that AWS can't scope: listings of an account, and what has no ARN yet."""
    return ("*",)


def local_anything(scope: Scope) -> tuple[str, ...]:
    """The local cloud doesn't see what some calls mean: their name isn't where it looks for it."""
    return ("*",) if scope.stack.location.local else ()


def table(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.location.table_arn(scope.stack.config.table.name),)


def functions(scope: Scope) -> tuple[str, ...]:
    return tuple(map(scope.stack.location.function_arn, scope.function_names))


def versions(scope: Scope) -> tuple[str, ...]:
    """What requests with a Qualifier mean: aliases and versions have ARNs of their own."""
    return tuple(f"{arn}:*" for arn in functions(scope))


def live_aliases(scope: Scope) -> tuple[str, ...]:
    return tuple(f"{arn}:{ALIAS}" for arn in functions(scope))


def roles(scope: Scope) -> tuple[str, ...]:
    return tuple(_role(scope, scope.stack.role_path, name) for name in scope.function_names)


def pathless_roles(scope: Scope) -> tuple[str, ...]:
    """What AWS may mean by the name of a role that isn't there: none has a path yet."""
    return tuple(_role(scope, "/", name) for name in scope.function_names)


def local_roles(scope: Scope) -> tuple[str, ...]:
    """The local cloud leaves the path out of every role's ARN when it looks for a right."""
    return pathless_roles(scope) if scope.stack.location.local else ()


def log_groups(scope: Scope) -> tuple[str, ...]:
    """As the tagging calls take them (logs, DescribeLogGroups, `logGroupArn`)."""
    return tuple(
        scope.stack.location.log_group_arn(f"/aws/lambda/{n}") for n in scope.function_names
    )


def logs(scope: Scope) -> tuple[str, ...]:
    """As all other calls take them (logs, DescribeLogGroups, `arn`)."""
    return tuple(f"{arn}:*" for arn in log_groups(scope))


def local_logs(scope: Scope) -> tuple[str, ...]:
    """The local cloud takes them without `:*`, whatever the call."""
    return log_groups(scope) if scope.stack.location.local else ()


def user_pool(scope: Scope) -> tuple[str, ...]:
    return (scope.stack.location.user_pool_arn(scope.user_pool_id or "*"),)


def path(template: str) -> Resources:
    """The ARN of a path of API Gateway; `{api}` is the API's id, or any where it isn't known."""

    def arns(scope: Scope) -> tuple[str, ...]:
        api_id = scope.api_id or "*"
        return (scope.stack.location.api_gateway_arn(template.format(api=api_id)),)

    return arns


def _role(scope: Scope, path: str, function_name: str) -> str:
    location = scope.stack.location
    return location.role_arn(path, role_name(function_name, location.region))
