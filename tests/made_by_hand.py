"""What someone has who followed the manual guide through the console, made by AWS's own calls.

The same for moto and for the local cloud: each thing as the console leaves it.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TABLE = "ProductsTable"
ROUTES = {"create": "POST", "get": "GET", "update": "PUT", "delete": "DELETE"}
RIGHTS = {
    "create": ["dynamodb:PutItem"],
    "get": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
    "update": ["dynamodb:UpdateItem"],
    "delete": ["dynamodb:DeleteItem"],
}
CODE = """
import json

def lambda_handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"from": "the guide", "event": event})}
"""
FLOWS = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
USER, PASSWORD = "ann", "MySecurePass1!"


@dataclass(frozen=True)
class Guide:
    """Where the guide lets its readers choose, and where the readers went their own ways."""

    sort_key: bool = False
    variable: str = "productID"
    client_secret: bool = False
    client_flows: tuple[str, ...] = FLOWS
    sign_in: tuple[str, ...] = ()
    triggers: bool = True
    stages: tuple[str, ...] = ("dev", "dev3")


@dataclass(frozen=True)
class Made:
    """The ids by which callers know it."""

    api_id: str
    item_id: str
    authorizer_id: str
    user_pool_id: str
    client_id: str
    roles: dict[str, str]


def function_name(function: str) -> str:
    return f"{function}productfunction"


def follow_the_guide(
    client: Callable[[str], Any], region: str, account: str, guide: Guide | None = None
) -> Made:
    """Its seven steps; `client` gives boto3's client of a service."""
    guide = guide or Guide()
    _table(client("dynamodb"), sort_key=guide.sort_key)
    roles = {f: _role(client("iam"), f, region, account) for f in ROUTES}
    arns = {f: _function(client("lambda"), f, roles[f]) for f in ROUTES}
    for function in ROUTES:
        name = f"/aws/lambda/{function_name(function)}"
        client("logs").create_log_group(logGroupName=name)  # by Lambda itself, when first called
    pool_id, client_id = _pool(client("cognito-idp"), guide)
    gateway = client("apigateway")
    api_id = gateway.create_rest_api(
        name="ProductsAPI", endpointConfiguration={"types": ["REGIONAL"]}
    )["id"]
    hand = _ByHand(gateway, client("lambda"), api_id, f"{region}:{account}", arns)
    [root] = gateway.get_resources(restApiId=api_id)["items"]
    products = hand.path(root["id"], "products")
    item = hand.path(products, f"{{{guide.variable}}}")
    for function, http_method in ROUTES.items():
        path = "products" if function == "create" else "products/*"
        declared = {} if function == "create" else {f"method.request.path.{guide.variable}": True}
        hand.method(products if function == "create" else item, function, http_method, declared)
        hand.let_in(function, f"{http_method}/{path}")
    if guide.triggers:
        for function in ROUTES:
            hand.trigger(root["id"], function)
    hand.deploy(guide.stages)
    authorizer_id = hand.lock(
        products, f"arn:aws:cognito-idp:{region}:{account}:userpool/{pool_id}"
    )
    hand.deploy(guide.stages[:1])
    active = client("lambda").get_waiter("function_active_v2")
    for function in ROUTES:
        active.wait(FunctionName=function_name(function), WaiterConfig={"Delay": 0.2})
    return Made(api_id, item, authorizer_id, pool_id, client_id, roles)


@dataclass(frozen=True)
class _ByHand:
    """Steps 4 to 6 in the API's part of the console."""

    gateway: Any
    functions: Any
    api_id: str
    location: str
    arns: dict[str, str]

    def path(self, parent_id: str, part: str) -> str:
        made = self.gateway.create_resource(
            restApiId=self.api_id, parentId=parent_id, pathPart=part
        )
        return str(made["id"])

    def method(
        self, resource_id: str, function: str, http_method: str, declared: dict[str, bool]
    ) -> None:
        """Open, and integrated without «Lambda proxy integration»."""
        there = {"restApiId": self.api_id, "resourceId": resource_id, "httpMethod": http_method}
        self.gateway.put_method(**there, authorizationType="NONE", requestParameters=declared)
        self.gateway.put_method_response(
            **there, statusCode="200", responseModels={"application/json": "Empty"}
        )
        self.gateway.put_integration(
            **there, type="AWS", integrationHttpMethod="POST", uri=self._uri(function)
        )
        self.gateway.put_integration_response(**there, statusCode="200", responseTemplates={})

    def trigger(self, root_id: str, function: str) -> None:
        """«Add trigger» on the function's page."""
        resource_id = self.path(root_id, function_name(function))
        there = {"restApiId": self.api_id, "resourceId": resource_id, "httpMethod": "ANY"}
        self.gateway.put_method(**there, authorizationType="AWS_IAM")
        self.gateway.put_integration(
            **there, type="AWS_PROXY", integrationHttpMethod="POST", uri=self._uri(function)
        )
        self.let_in(function, f"*/{function_name(function)}")

    def let_in(self, function: str, source: str) -> None:
        """The statement that the console adds, on the function itself."""
        self.functions.add_permission(
            FunctionName=function_name(function),
            StatementId=str(uuid.uuid4()),
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{self.location}:{self.api_id}/*/{source}",
        )

    def lock(self, products: str, pool_arn: str) -> str:
        """The authorizer, on POST only."""
        made = self.gateway.create_authorizer(
            restApiId=self.api_id,
            name="CognitoUserAuth",
            type="COGNITO_USER_POOLS",
            providerARNs=[pool_arn],
            identitySource="method.request.header.Authorization",
        )
        self.gateway.update_method(
            restApiId=self.api_id,
            resourceId=products,
            httpMethod="POST",
            patchOperations=[
                {"op": "replace", "path": "/authorizationType", "value": "COGNITO_USER_POOLS"},
                {"op": "replace", "path": "/authorizerId", "value": made["id"]},
            ],
        )
        return str(made["id"])

    def deploy(self, stages: tuple[str, ...]) -> None:
        reported = self.gateway.get_stages(restApiId=self.api_id).get("item", [])
        there = {s["stageName"] for s in reported}
        for stage in stages:
            made = self.gateway.create_deployment(restApiId=self.api_id)
            address = {"restApiId": self.api_id, "stageName": stage}
            if stage in there:
                move = {"op": "replace", "path": "/deploymentId", "value": made["id"]}
                self.gateway.update_stage(**address, patchOperations=[move])
            else:
                self.gateway.create_stage(**address, deploymentId=made["id"])

    def _uri(self, function: str) -> str:
        region = self.location.split(":", maxsplit=1)[0]
        path = f"path/2015-03-31/functions/{self.arns[function]}/invocations"
        return f"arn:aws:apigateway:{region}:lambda:{path}"


def items(dynamodb: Any) -> list[Any]:
    found: list[Any] = dynamodb.scan(TableName=TABLE)["Items"]
    return sorted(found, key=str)


def _table(dynamodb: Any, *, sort_key: bool) -> None:
    keys = {"productId": "HASH"} | ({"category": "RANGE"} if sort_key else {})
    dynamodb.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(3):
        dynamodb.put_item(
            TableName=TABLE,
            Item={
                "productId": {"S": f"PROD{number}"},
                "category": {"S": "Electronics"},
                "productName": {"S": "Smartphone Model X"},
                "productPrice": {"N": "799"},
            },
        )


def _role(iam: Any, function: str, region: str, account: str) -> str:
    """As the console makes it with a function: a policy of its own attached, and one inline."""
    name = f"{function_name(function)}-role-{uuid.uuid4().hex[:8]}"
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = iam.create_role(
        Path="/service-role/",
        RoleName=name,
        AssumeRolePolicyDocument=_policy({**trust, "Action": "sts:AssumeRole"}),
    )["Role"]
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    policy = iam.create_policy(
        Path="/service-role/",
        PolicyName=f"AWSLambdaBasicExecutionRole-{uuid.uuid4()}",
        PolicyDocument=_policy(logs),
    )["Policy"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy["Arn"])
    table = f"arn:aws:dynamodb:{region}:{account}:table/{TABLE}"
    rights = {"Effect": "Allow", "Action": RIGHTS[function], "Resource": table}
    iam.put_role_policy(RoleName=name, PolicyName="dynamodb", PolicyDocument=_policy(rights))
    return str(role["Arn"])


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _function(functions: Any, function: str, role: str) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("lambda_function.py", CODE)
    made = functions.create_function(
        FunctionName=function_name(function),
        Runtime="python3.9",
        Role=role,
        Handler="lambda_function.lambda_handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=3,
        MemorySize=128,
    )
    return str(made["FunctionArn"])


def _pool(cognito: Any, guide: Guide) -> tuple[str, str]:
    pool_id = cognito.create_user_pool(
        PoolName="secure-serverless-app",
        Schema=[{"Name": "email", "Required": True, "Mutable": True}],
        AutoVerifiedAttributes=["email"],
        **({"UsernameAttributes": list(guide.sign_in)} if guide.sign_in else {}),
    )["UserPool"]["Id"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="ProductsWebAppClient",
        GenerateSecret=guide.client_secret,
        ExplicitAuthFlows=list(guide.client_flows),
    )["UserPoolClient"]
    name = f"{USER}@example.com" if guide.sign_in else USER
    email = [{"Name": "email", "Value": f"{USER}@example.com"}]
    cognito.admin_create_user(UserPoolId=pool_id, Username=name, UserAttributes=email)
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=name, Password=PASSWORD, Permanent=True
    )
    return pool_id, made["ClientId"]
