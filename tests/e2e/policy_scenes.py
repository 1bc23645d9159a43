"""What has to happen so that every right is asked for: made, changed, drifted, renamed, removed."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import policy_features
from e2e_project import PASSWORD, client
from policy_growth import Growth, Line, line

from productsapi.operator_policy import TABLE, Job, Scope

UNSEEN = "not enforced by the local cloud"
FUNCTION = "createproductfunction"
ROLE = f"{FUNCTION}-eu-west-2"


class Scenes:
    """`named` ended a command with a message, by command; `reported` are said without ending it."""

    def __init__(self, growth: Growth) -> None:
        self.growth = growth
        self.named: dict[Line, str] = {}
        self.reported: dict[Line, str] = {}
        self.scope = Scope(growth.scope().stack, "a1", "eu-west-2_1")
        self.unreached: dict[Line, str] = {
            **policy_features.unreached(),
            Line("DeleteUserPoolClient", "cognito-idp:DeleteUserPoolClient"): "two runs at once",
            Line("DeleteMethodResponse", "apigateway:DELETE"): "an API made by hand",
            Line("DeleteIntegrationResponse", "apigateway:DELETE"): "an API made by hand",
            Line("UpdateResource", "apigateway:PATCH"): "an API made by hand",
            Line(
                "DeleteParameter", "ssm:DeleteParameter"
            ): "refused at a teardown's end, it is reported",
            Line("UntagResource", "apigateway:DELETE"): (
                "the local cloud doesn't report an API's later tags, so none is seen to go"
            ),
            Line("GetFunction", "lambda:ListTags"): UNSEEN,
            Line("GetAccountSettings", "lambda:GetAccountSettings"): UNSEEN,
            Line("GetAlias", "lambda:GetAlias"): f"{UNSEEN}: it takes it for ListAliases",
            Line("UpdateAlias", "lambda:UpdateAlias"): f"{UNSEEN}: it takes it for ListAliases",
            Line("Invoke", "lambda:InvokeFunction"): (
                "the local cloud refuses no function anything, so none is asked"
            ),
            Line("GetDomainNames", "apigateway:GET"): "without it, AWS's refusal reports a domain",
            Line("GetBasePathMappings", "apigateway:GET"): "only where there is a custom domain",
            Line("GetTags", "apigateway:GET"): "without it, the tags count that came with the API",
        }

    def play(self) -> None:
        self.begin(Job.DEPLOY)
        self.grow("deploy", "--yes")
        self._change()
        self.grow("deploy", "--yes", "--delete-foreign")
        self._rename()
        self.grow("deploy", "--yes")
        self._duplicates("deploy", "--yes")
        self._lease("deploy", "--yes")
        self.begin(Job.READ)
        self._say("doctor", "ListTables", "GetAccountSummary", "GetAccount")
        policy_features.play(self)
        policy_features.call(self)
        self._afterwards()

    def _afterwards(self) -> None:
        """By those who don't deploy; the last one leaves nothing."""
        self.begin(Job.READ)
        for command in ("plan", "status", "history", "list", "logs", "metrics"):
            self.grow(command)
        self.begin(Job.USER_ADMIN)
        self._users()
        self._data()
        self.begin(Job.TEARDOWN)
        self._keep()
        self.grow("teardown", "--yes", "--delete-data")

    # -- the rounds ----------------------------------------------------------------------------

    def begin(self, *jobs: Job) -> None:
        self.growth.jobs = jobs
        self.growth.given = {line(r) for r in self.growth.lines() if r.service == "ssm"}

    def grow(self, *words: str, stdin: str = "", code: int = 0) -> None:
        for found in self.growth.run(*words, stdin=stdin, code=code):
            self.named.setdefault(found, words[0])

    def _say(self, command: str, *operations: str) -> None:
        """Commands that go on without it, and say so."""
        for right in TABLE:
            if right.operation in operations and not right.carrying:
                ran = self.growth.without(line(right), command)
                assert right.action in ran.said, ran.said
                self.reported[line(right)] = command

    def _keep(self) -> None:
        """Where it can't be seen whether there is data, it is kept, and the reason told."""
        self.grow("teardown", "--yes")
        for operation in ("Scan", "ListUsers"):
            (right,) = [r for r in self.growth.lines() if r.operation == operation]
            assert f"{right.action} isn't allowed" in self.growth.said
            self.reported[line(right)] = "teardown"

    def _lease(self, *words: str) -> None:
        """Its rights are given from the start: else each round would wait for the one before."""
        self.edit("https://shop.example.com", "https://example.com")
        for operation in ("GetParameter", "PutParameter"):
            (right,) = [
                r for r in self.growth.lines() if r.operation == operation and not r.carrying
            ]
            ran = self.growth.without(line(right), *words)
            assert (ran.code, right.action in ran.said) == (4, True), ran.said
            self.named[line(right)] = words[0]

    def _users(self) -> None:
        """A create that is refused half-way removes its user: that is given from the start."""
        typed = f"{PASSWORD}\n"
        removing = Line("AdminDeleteUser", "cognito-idp:AdminDeleteUser")
        self.growth.given.add(removing)
        self.grow("user", "create", "ann", "--group", "g", "--password-stdin", stdin=typed)
        self.grow("user", "create", "ann", "--password-stdin", stdin=typed, code=7)
        self.grow("user", "list")
        self.grow("user", "groups", "ann", "h")
        ran = self.growth.without(removing, "user", "delete", "ann", "--yes")
        assert (ran.code, removing.action in ran.said) == (4, True), ran.said
        self.named[removing] = "user"

    def _data(self) -> None:
        """By the table itself. What finds it was found before; it is left as empty as it was."""
        self.growth.jobs = (Job.DATA, Job.USER_ADMIN)
        those = {"PutItem", "Query", "BatchGetItem", "UpdateItem"}
        self.growth.given = {line(r) for r in self.growth.lines() if r.operation not in those}
        path = self.growth.project.folder / "products.json"
        product = {"productId": "P1", "category": "c", "productName": "n", "productPrice": 1}
        for given in ({"own": 1, "a'b": 2}, {"own": 2}):  # a name that no statement may have
            path.write_text(json.dumps([{**product, **given}]), "utf-8")
            self.grow("products", "import", str(path), "--mode", "upsert", "--as", "ann")
        self.grow("products", "get", "P1")
        self.root("dynamodb").delete_item(TableName="ProductsTable", Key={"productId": {"S": "P1"}})

    def keep_policy(self, *, on: bool = True) -> None:
        """As docs/policy.md says: the policy of what is switched off is kept until it has gone."""
        folder = self.growth.project.folder / "config"
        if on:
            (folder / "before.yaml").write_text((folder / "dev.yaml").read_text("utf-8"), "utf-8")
        self.growth.policy_of = "before.yaml" if on else "dev.yaml"

    # -- what is changed in between ------------------------------------------------------------

    def _change(self) -> None:
        """Every setting that a deploy brings to a new value, and every drift that it repairs."""
        self.edit("memory_mb: 256", "memory_mb: 512")
        self.edit("log_retention_days: 14", "log_retention_days: 30")
        self.edit('cors_origin: "*"', 'cors_origin: "https://shop.example.com"')
        self.edit("name: ProductsAPI", "name: ProductsAPI2")
        self.edit("authorizer: CognitoUserAuth", "authorizer: Auth2")
        self.edit("refresh_token_days: 30", "refresh_token_days: 31")
        self.edit("point_in_time_recovery: false", "point_in_time_recovery: true")
        self.edit("category_index: false", "category_index: true")
        self.edit("tags: {}", "tags: { team: shop }")
        self.edit("keep: 10", "keep: 1")
        source = self.growth.project.folder / "lambda_src" / "create_product" / "lambda_function.py"
        source.write_text(source.read_text("utf-8") + "\n# changed\n", "utf-8")
        iam = self.root("iam")
        anyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        trust, document = (
            json.dumps({"Version": "2012-10-17", "Statement": [each]}) for each in (anyone, allow)
        )
        iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=trust)
        iam.put_role_policy(RoleName=ROLE, PolicyName="more", PolicyDocument=document)
        arn = iam.create_policy(PolicyName="more", PolicyDocument=document)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
        iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=arn)
        self.root("lambda").add_permission(
            FunctionName=FUNCTION, StatementId="s", Action="lambda:InvokeFunction", Principal="*"
        )
        gateway, api_id = self.root("apigateway"), self.growth.scope().api_id
        resources = gateway.get_resources(restApiId=api_id)["items"]
        by_path = {each["path"]: each["id"] for each in resources}
        orders = gateway.create_resource(
            restApiId=api_id, parentId=by_path["/"], pathPart="orders"
        )["id"]
        for where in (orders, by_path["/products"]):
            gateway.put_method(
                restApiId=api_id, resourceId=where, httpMethod="PATCH", authorizationType="NONE"
            )
        gateway.update_method(
            restApiId=api_id, resourceId=by_path["/products"], httpMethod="GET",
            patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "NONE"}],
        )  # fmt: skip

    def _rename(self) -> None:
        """Another function, another stage, tags that go, a boundary that comes, pruning."""
        self.edit("stage: dev", "stage: live")
        self.edit("create: createproductfunction", "create: createproductfunction2")
        self.growth.former = (FUNCTION,)
        self.edit("tags: { team: shop }", "tags: {}")
        boundary = "boundary: 'arn:aws:iam::000000000000:policy/more'"
        self.edit("permissions:\n", f"permissions:\n  {boundary}\n")

    def _duplicates(self, *words: str) -> None:
        """A second API and pool with our tag: looked for once the table has no ids any more."""
        mark = {"productsapi:stack": self.growth.scope().stack.config.stack}
        pool = {"PoolName": "secure-serverless-app", "UserPoolTags": mark}
        gateway, cognito = self.root("apigateway"), self.root("cognito-idp")
        makers = {
            "DeleteRestApi": lambda: gateway.create_rest_api(name="ProductsAPI2", tags=mark),
            "DeleteUserPool": lambda: cognito.create_user_pool(**pool),
        }
        lines = [line(right) for right in self.growth.lines() if not right.carrying]
        for operation, make in makers.items():
            make()
            self._lose_ids()
            (taken,) = {each for each in lines if each.operation == operation}
            ran = self.growth.without(taken, *words)
            assert (ran.code, taken.action in ran.said) == (4, True), ran.said
            self.named[taken] = words[0]
            self._lose_ids()
            self.growth.hold(line(right) for right in self.growth.lines())
            assert self.growth.once(*words).code == 0, self.growth.said
        assert len(gateway.get_rest_apis()["items"]) == 1

    def _lose_ids(self) -> None:
        table = self.root("dynamodb")
        arn = table.describe_table(TableName="ProductsTable")["Table"]["TableArn"]
        tags = [tag["Key"] for tag in table.list_tags_of_resource(ResourceArn=arn)["Tags"]]
        ids = [tag for tag in tags if tag.endswith("-id")]
        table.untag_resource(ResourceArn=arn, TagKeys=ids)

    def edit(self, old: str, new: str) -> None:
        path = self.growth.project.folder / "config" / "dev.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def root(self, service: str) -> Any:
        return client(service, self.growth.holder.endpoint)

    # -- the result ----------------------------------------------------------------------------

    def report(self, covered: list[Line], left: list[Line]) -> str:
        """The result, for people."""
        today = datetime.now(timezone.utc).date()
        beside = [right for right in TABLE if right.carrying]
        rows = [f"| `{a}` | {o} | ends `{c}` |" for (o, a), c in sorted(self.named.items())]
        rows += [
            f"| `{a}` | {o} | reported by `{c}` |" for (o, a), c in sorted(self.reported.items())
        ]
        reasons = dict.fromkeys(covered, "its path is within another line's")
        reasons |= {each: self.unreached.get(each, "NOT PROVEN") for each in left}
        rows += [f"| `{a}` | {o} | {why} |" for (o, a), why in sorted(reasons.items())]
        lines = [f"| `{r.action}` | {r.operation} | `{r.carrying}` | {r.source} |" for r in beside]
        command = "PRODUCTSAPI_POLICY_ALL=1 .venv/bin/pytest -n 0 tests/e2e/test_e2e_policy_each.py"
        return (
            f"# Each right by itself\n\nLast run: {today}, by `{command}`.\n\n"
            f"{len(self.named)} rights end a command with a message that names them where they "
            f"lack; {len(self.reported)} are reported by one that goes on.\n\n"
            + _table("right | for | without it", rows)
            + "\nWhat AWS demands besides, and the local cloud doesn't enforce:\n\n"
            + _table("right | for | that carries | source", lines)
        )


def _table(head: str, rows: list[str]) -> str:
    rule = " | ".join("---" for _ in head.split(" | "))
    return "\n".join([f"| {head} |", f"| {rule} |", *rows, ""])
