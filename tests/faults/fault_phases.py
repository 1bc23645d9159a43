"""The three runs that are broken, each from its own beginning: fresh, changing, teardown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from e2e_project import PASSWORD, Project
from fault_account import Account
from fault_world import World

STALE = "productsapi-aaaaaaaaaa-GET-products"
"""A permission statement for an API that is gone."""

BOUNDARY = "developers-boundary"
"""A policy of the company's own, which EDITS puts on the roles."""
TOO_MUCH = (
    '{"Version": "2012-10-17", '
    '"Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}'
)

EDITS = (
    ("tags: {}", 'tags: {cost-centre: "4711"}'),
    ("category_index: false", "category_index: true"),
    ("point_in_time_recovery: false", "point_in_time_recovery: true"),
    ("deletion_protection: false", "deletion_protection: true"),
    ("memory_mb: 256", "memory_mb: 512"),
    ("timeout_s: 10", "timeout_s: 12"),
    ("log_retention_days: 14", "log_retention_days: 30"),
    ("log_level: INFO", "log_level: DEBUG"),
    ("  #boundary: arn:aws:iam::123456789012:", "  boundary: arn:aws:iam::000000000000:"),
    ("name: ProductsAPI", "name: ProductsAPI-renamed"),
    ('cors_origin: "*"', 'cors_origin: "https://shop.example.com"'),
    ("self_sign_up: true", "self_sign_up: false"),
    ("id_token_minutes: 60", "id_token_minutes: 30"),
    ("refresh_token_days: 30", "refresh_token_days: 10"),
    ("password_length: 8", "password_length: 10"),
)
"""What a changing deploy changes: text of the configuration, each with what takes its place."""

RENAMES = (
    ("delete: deleteproductfunction", "delete: removeproductfunction"),
    ("client: ProductsWebAppClient", "client: ProductsWebAppClient-renamed"),
    ("authorizer: CognitoUserAuth", "authorizer: CognitoUserAuth-renamed"),
)
"""What is called otherwise: a function is made anew and the old one goes, the rest keeps its id.

The user pool isn't among them, since MiniStack takes no new name for one."""

EDITED_CODE = "lambda_src/get_product/lambda_function.py"


@dataclass(frozen=True)
class Phase:
    """One run, what stands before it, and whether it makes or removes."""

    name: str
    words: tuple[str, ...]
    project: Callable[[World], Project]
    stands: bool
    """Whether a deployment stands before it, else the account is empty."""
    removes: bool = False

    def prepare(self, world: World, snapshot: Path) -> None:
        if self.stands:
            world.stand(snapshot)
        else:
            world.empty()


FRESH = Phase("fresh", ("deploy", "--json"), lambda world: world.before, stands=False)

PHASES = (
    FRESH,
    Phase("change", ("deploy", "--json"), lambda world: world.after, stands=True),
    Phase(
        "teardown",
        ("teardown", "--yes", "--delete-data", "--json"),
        lambda world: world.before,
        stands=True,
        removes=True,
    ),
)


def edit(project: Project) -> None:
    """Change all that a changing deploy is to change."""
    path = project.folder / "config" / "dev.yaml"
    text = path.read_text("utf-8")
    for old, new in (*EDITS, *RENAMES):
        if old not in text:
            raise AssertionError(f"{path.name} has no «{old}» any more: adapt EDITS")
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    code = project.folder / EDITED_CODE
    code.write_text(code.read_text("utf-8") + "\n# edited\n", "utf-8")


def build(world: World, undisturbed: Path, snapshot: Path) -> None:
    """A deployment; and as it stands before a change or a teardown, with data and some drift."""
    world.empty()
    ended = world.run(world.before, "deploy")
    if ended.code:
        raise AssertionError(ended.reported)
    world.save(undisturbed)
    _fill(world.account)
    _drift(world.account)
    world.save(snapshot)


def _fill(account: Account) -> None:
    account.client("iam").create_policy(PolicyName=BOUNDARY, PolicyDocument=TOO_MUCH)
    (table,) = account.pages("dynamodb", "list_tables", "TableNames")
    account.client("dynamodb").put_item(TableName=table, Item={"productId": {"S": "KEPT"}})
    (pool,) = account.pages("cognito-idp", "list_user_pools", "UserPools", MaxResults=60)
    account.client("cognito-idp").admin_create_user(
        UserPoolId=pool["Id"],
        Username="kept",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )


def _drift(account: Account) -> None:
    """What somebody changed behind our back, so that a deploy has to mend it too."""
    iam, functions = account.client("iam"), account.client("lambda")
    role = next(r for r in account.pages("iam", "list_roles", "Roles") if "get" in r["RoleName"])
    (policy,) = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    for name in (policy, "theirs"):
        iam.put_role_policy(RoleName=role["RoleName"], PolicyName=name, PolicyDocument=TOO_MUCH)
    (theirs,) = account.pages("iam", "list_policies", "Policies", Scope="Local")
    iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=theirs["Arn"])
    function = next(
        each["FunctionName"]
        for each in account.pages("lambda", "list_functions", "Functions")
        if "get" in each["FunctionName"]
    )
    (alias,) = account.pages("lambda", "list_aliases", "Aliases", FunctionName=function)
    invoking = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    on_alias = {"FunctionName": function, "Qualifier": alias["Name"], **invoking}
    functions.add_permission(StatementId=STALE, **on_alias)
    functions.add_permission(StatementId="theirs", **on_alias)
    functions.add_permission(StatementId="theirs-too", FunctionName=function, **invoking)
    _open_a_method(account)


def _open_a_method(account: Account) -> None:
    (api,) = account.pages("apigateway", "get_rest_apis", "items")
    path = next(
        each
        for each in account.pages("apigateway", "get_resources", "items", restApiId=api["id"])
        if each["path"] == "/products"
    )
    account.client("apigateway").update_method(
        restApiId=api["id"],
        resourceId=path["id"],
        httpMethod="GET",
        patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "NONE"}],
    )
