"""What this run has just made, answered «not found»: asked again, and nothing else is."""

from __future__ import annotations

from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from aws_wire import Wire, error, ok, xml, xml_error

from productsapi.aws.caller import Aws
from productsapi.aws.read_after_write import SECONDS, OwnWrites
from productsapi.aws.retries import NEW
from productsapi.errors import AlreadyExists, AwsError, NotFound

NOT_FOUND = "ResourceNotFoundException"
ROLE = "arn:aws:iam::123456789012:role/productsapi/shop/r"
CODE = {"Role": ROLE, "Code": {"ZipFile": b"zip"}}
POOL = {"UserPoolId": "eu-west-2_1"}
API = {"restApiId": "a1"}
METHOD = {**API, "resourceId": "r1", "httpMethod": "GET"}
ANSWERS: dict[str, dict[str, Any]] = {
    "CreateUserPool": {"UserPool": {"Id": "eu-west-2_1", "Name": "pool"}},
    "CreateUserPoolClient": {"UserPoolClient": {"ClientId": "c1", **POOL}},
    "CreateRestApi": {"id": "a1", "rootResourceId": "root"},
    "CreateResource": {"id": "r1"},
    "CreateDeployment": {"id": "d1"},
    "CreateUsagePlan": {"id": "p1"},
    "CreateApiKey": {"id": "k1", "value": "hush"},
    "CreateAuthorizer": {"id": "au1"},
    "PublishVersion": {"Version": "3", "FunctionName": "f"},
    "DescribeTable": {"Table": {}},
    "GetFunction": {"Configuration": {}},
    "GetResources": {"item": []},
    "ListTagsOfResource": {"Tags": []},
    "CreateSecret": {"ARN": "arn:aws:secretsmanager:eu-west-2:1:secret:s-AbCdEf", "Name": "s"},
}
CREATES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "table": ("dynamodb", "CreateTable",
              {"TableName": "t", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
               "AttributeDefinitions": [], "BillingMode": "PAY_PER_REQUEST"}),
    "function": ("lambda", "CreateFunction", {"FunctionName": "f", **CODE}),
    "version": ("lambda", "PublishVersion", {"FunctionName": "f"}),
    "alias": ("lambda", "CreateAlias",
              {"FunctionName": "f", "Name": "live", "FunctionVersion": "2"}),
    "log group": ("logs", "CreateLogGroup", {"logGroupName": "/aws/lambda/f"}),
    "api": ("apigateway", "CreateRestApi", {"name": "ProductsAPI"}),
    "path": ("apigateway", "CreateResource", {**API, "parentId": "root", "pathPart": "products"}),
    "method": ("apigateway", "PutMethod", {**METHOD, "authorizationType": "NONE"}),
    "authorizer": ("apigateway", "CreateAuthorizer",
                   {**API, "name": "CognitoUserAuth", "type": "COGNITO_USER_POOLS"}),
    "deployment": ("apigateway", "CreateDeployment", API),
    "stage": ("apigateway", "CreateStage", {**API, "stageName": "live", "deploymentId": "d0"}),
    "key": ("apigateway", "CreateApiKey", {"name": "productsapi-shop"}),
    "pool": ("cognito-idp", "CreateUserPool", {"PoolName": "pool"}),
    "group": ("cognito-idp", "CreateGroup", {**POOL, "GroupName": "admins"}),
    "user": ("cognito-idp", "AdminCreateUser", {**POOL, "Username": "alice"}),
    "secret": ("secretsmanager", "CreateSecret", {"Name": "s"}),
}  # fmt: skip
LATE = [
    # what was made, the call that meets it, and how it is refused
    ("table", "dynamodb", "DescribeTable", {"TableName": "t"}, NOT_FOUND, "no"),  # D3
    ("table", "dynamodb", "UpdateContinuousBackups",
     {"TableName": "t", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
     "TableNotFoundException", "Table not found: t"),  # D3
    ("table", "dynamodb", "ListTagsOfResource",
     {"ResourceArn": "arn:aws:dynamodb:eu-west-2:1:table/t"}, NOT_FOUND, "not found"),
    ("function", "lambda", "GetFunction", {"FunctionName": "f"}, NOT_FOUND, "Function not found"),
    ("function", "lambda", "PublishVersion", {"FunctionName": "f"}, NOT_FOUND, "not found: f"),
    ("version", "lambda", "GetFunction", {"FunctionName": "f", "Qualifier": "3"}, NOT_FOUND,
     "Function not found: arn:aws:lambda:eu-west-2:1:function:f:3"),
    ("version", "lambda", "CreateAlias",
     {"FunctionName": "f", "Name": "live", "FunctionVersion": "3"}, NOT_FOUND,
     "Function not found: arn:aws:lambda:eu-west-2:1:function:f:3"),
    ("alias", "lambda", "AddPermission",
     {"FunctionName": "f", "Qualifier": "live", "StatementId": "s", "Action": "a",
      "Principal": "p"}, NOT_FOUND, "Cannot find alias arn:aws:lambda:eu-west-2:1:function:f:live"),
    ("log group", "logs", "PutRetentionPolicy",
     {"logGroupName": "/aws/lambda/f", "retentionInDays": 14}, NOT_FOUND,
     "The specified log group does not exist."),
    ("api", "apigateway", "CreateResource", {**API, "parentId": "root", "pathPart": "products"},
     "NotFoundException", "Invalid API identifier specified 1:a1"),
    ("api", "apigateway", "GetResources", API, "NotFoundException", "Invalid API identifier"),
    ("path", "apigateway", "PutMethod", {**METHOD, "authorizationType": "NONE"},
     "NotFoundException", "Invalid Resource identifier specified"),
    ("method", "apigateway", "PutIntegration", {**METHOD, "type": "MOCK"},
     "NotFoundException", "Invalid Method identifier specified"),
    ("authorizer", "apigateway", "PutMethod",
     {**METHOD, "authorizationType": "COGNITO_USER_POOLS", "authorizerId": "au1"},
     "BadRequestException", "Invalid Authorizer ID specified."),
    ("deployment", "apigateway", "CreateStage",
     {**API, "stageName": "live", "deploymentId": "d1"}, "NotFoundException",
     "Invalid Deployment identifier specified"),
    ("deployment", "apigateway", "UpdateStage",
     {**API, "stageName": "live", "patchOperations": [
         {"op": "replace", "path": "/deploymentId", "value": "d1"}]},
     "BadRequestException", "Deployment id does not exist"),
    ("stage", "apigateway", "UpdateStage", {**API, "stageName": "live", "patchOperations": []},
     "NotFoundException", "Invalid stage identifier specified"),
    ("stage", "apigateway", "CreateUsagePlan",
     {"name": "p", "apiStages": [{"apiId": "a1", "stage": "live"}]},
     "BadRequestException", "Invalid API Stage {api: a1, stage: live} specified"),  # K9
    ("stage", "apigateway", "CreateUsagePlan",
     {"name": "p", "apiStages": [{"apiId": "a1", "stage": "live"}]},
     "BadRequestException", "API Stage not found: a1:live"),  # K9
    ("key", "apigateway", "CreateUsagePlanKey",
     {"usagePlanId": "p1", "keyId": "k1", "keyType": "API_KEY"}, "NotFoundException",
     "Invalid API Key identifier specified"),
    ("pool", "cognito-idp", "CreateUserPoolClient", {**POOL, "ClientName": "app"}, NOT_FOUND,
     "User pool eu-west-2_1 does not exist."),
    ("group", "cognito-idp", "AdminAddUserToGroup",
     {**POOL, "Username": "bob", "GroupName": "admins"}, NOT_FOUND, "Group not found."),  # C7
    ("user", "cognito-idp", "AdminSetUserPassword",
     {**POOL, "Username": "alice", "Password": "hunter2hunter2"}, "UserNotFoundException",
     "User does not exist."),  # C7
    ("secret", "secretsmanager", "PutSecretValue", {"SecretId": "s", "SecretString": "hush"},
     NOT_FOUND, "Secrets Manager can't find the specified secret."),
]  # fmt: skip
TRUE = [
    # what was made, and a call that rightly finds nothing
    ("function", "lambda", "GetPolicy", {"FunctionName": "f"}, NOT_FOUND, "no policy"),
    ("function", "lambda", "GetFunction", {"FunctionName": "g"}, NOT_FOUND, "Function not found"),
    ("function", "lambda", "GetFunction", {"FunctionName": "f", "Qualifier": "live"}, NOT_FOUND,
     "Function not found"),
    ("user", "cognito-idp", "AdminAddUserToGroup",
     {**POOL, "Username": "alice", "GroupName": "nobodys"}, NOT_FOUND, "Group not found."),
    ("group", "cognito-idp", "AdminAddUserToGroup",
     {**POOL, "Username": "bob", "GroupName": "admins"}, "UserNotFoundException", "User doesn't"),
    ("pool", "cognito-idp", "AdminGetUser", {**POOL, "Username": "bob"}, "UserNotFoundException",
     "User does not exist."),
    ("method", "apigateway", "DeleteMethod", {**METHOD, "resourceId": "r2"}, "NotFoundException",
     "Invalid Method identifier specified"),
    ("table", "dynamodb", "DescribeTable", {"TableName": "other"}, NOT_FOUND, "not found"),
    ("api", "apigateway", "CreateDeployment", API, "BadRequestException",
     "The REST API doesn't contain any methods"),
]  # fmt: skip


def make(aws: Aws, wire: Wire, what: str) -> None:
    service, operation, params = CREATES[what]
    wire.will(ok(**ANSWERS.get(operation, {"made": True})))
    aws.call(service, operation, **params)
    wire.requests.clear()


@pytest.mark.parametrize("case", LATE, ids=lambda case: f"{case[0]}, {case[2]}")
def test_what_was_just_made_is_asked_until_it_shows(
    aws: Aws, wire: Wire, pauses: list[float], reported: list[str], case: tuple[Any, ...]
) -> None:
    what, service, operation, params, code, text = case
    make(aws, wire, what)
    no = error(code, text)
    wire.will(no, no, ok(**ANSWERS.get(operation, {"done": True})))
    aws.reporting_waits(reported.append).call(service, operation, **params)
    assert len(wire.requests) == 3
    assert pauses == [NEW.first] * 2
    assert "doesn't show the new" in reported[0]


@pytest.mark.parametrize("case", TRUE, ids=lambda case: f"{case[0]}, {case[2]}")
def test_what_was_never_made_is_missing_at_once(
    aws: Aws, wire: Wire, pauses: list[float], case: tuple[Any, ...]
) -> None:
    what, service, operation, params, code, text = case
    make(aws, wire, what)
    wire.will(error(code, text))
    with pytest.raises(AwsError):
        aws.call(service, operation, **params)
    assert (len(wire.requests), pauses) == (1, [])


def test_a_run_that_made_nothing_waits_for_nothing(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    wire.will(error(NOT_FOUND))
    for _, service, operation, params, *_ in LATE:
        with pytest.raises(AwsError):
            aws.call(service, operation, **params)
    assert pauses == []


def test_what_never_shows_is_given_up_after_a_minute(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    make(aws, wire, "table")
    wire.will(error(NOT_FOUND, "not found"))
    with pytest.raises(NotFound, match=r"given up after \d+ tries in 6\d s"):
        aws.call("dynamodb", "DescribeTable", TableName="t")
    assert SECONDS <= sum(pauses) < SECONDS + NEW.longest


def test_a_minute_after_it_was_made_missing_is_missing(aws: Aws, wire: Wire) -> None:
    now = [0.0]
    late = Aws(aws.clients, aws.location, pause=lambda _: None, writes=OwnWrites(lambda: now[0]))
    make(late, wire, "table")
    now[0] = SECONDS
    wire.will(error(NOT_FOUND))
    with pytest.raises(NotFound):
        late.call("dynamodb", "DescribeTable", TableName="t")
    assert len(wire.requests) == 1


def test_what_this_run_has_removed_is_gone(aws: Aws, wire: Wire, pauses: list[float]) -> None:
    make(aws, wire, "table")
    wire.will(ok())
    aws.call("dynamodb", "DeleteTable", TableName="t")
    wire.will(error(NOT_FOUND))
    with pytest.raises(NotFound):
        aws.call("dynamodb", "DescribeTable", TableName="t")
    assert pauses == []


def test_a_removal_repeated_after_a_lost_one_is_done(
    aws: Aws, wire: Wire, pauses: list[float]
) -> None:
    make(aws, wire, "table")
    wire.will(error("InternalServerError", status=500), error(NOT_FOUND))
    with pytest.raises(NotFound):
        aws.call("dynamodb", "DeleteTable", TableName="t")
    assert len(pauses) == 1


def test_a_part_that_is_removed_leaves_its_whole_new(aws: Aws, wire: Wire) -> None:
    """DeleteRolePolicy names the role too."""
    role = f"<Role><RoleName>r</RoleName><Arn>{ROLE}</Arn></Role>"
    wire.will(
        xml(f"<CreateRoleResponse><CreateRoleResult>{role}</CreateRoleResult></CreateRoleResponse>")
    )
    aws.call("iam", "CreateRole", RoleName="r", AssumeRolePolicyDocument="{}")
    wire.will(xml("<DeleteRolePolicyResponse/>"))
    aws.call("iam", "DeleteRolePolicy", RoleName="r", PolicyName="p")
    no = xml_error("NoSuchEntity", "The role with name r cannot be found.", 404)
    wire.will(no, xml("<PutRolePolicyResponse/>"))
    aws.call("iam", "PutRolePolicy", RoleName="r", PolicyName="p", PolicyDocument="{}")


def test_what_exists_and_isnt_shown_is_as_new_as_ours(aws: Aws, wire: Wire) -> None:
    """IAM says EntityAlreadyExists some seconds before GetRole finds the role."""
    wire.will(error("ResourceInUseException", "Table already exists: t"))
    with pytest.raises(AlreadyExists):
        aws.call("dynamodb", "CreateTable", **CREATES["table"][2])
    wire.will(error(NOT_FOUND), ok(Table={}))
    aws.call("dynamodb", "DescribeTable", TableName="t")


def test_the_lease_keeps_its_own_rules(aws: Aws, wire: Wire, pauses: list[float]) -> None:
    """Of a lease «not found» may mean that somebody broke it."""
    wire.will(ok(Version=1))
    aws.call("ssm", "PutParameter", Name="/lease", Value="x", Type="String")
    wire.will(error("ParameterNotFound"))
    with pytest.raises(NotFound):
        aws.call("ssm", "GetParameter", Name="/lease")
    assert pauses == []


def test_begun_ahead_it_is_left_to_whoever_asks(aws: Aws, wire: Wire, pauses: list[float]) -> None:
    make(aws, wire, "table")
    looking = aws.remembering()
    before = set(enumerate_threads())
    wire.will(error(NOT_FOUND), ok(Table={"TableName": "t"}))
    looking.prefetch("dynamodb", "DescribeTable", TableName="t")
    for thread in set(enumerate_threads()) - before:
        thread.join(10)
    assert (len(wire.requests), pauses) == (1, [])
    assert looking.call("dynamodb", "DescribeTable", TableName="t")["Table"]
