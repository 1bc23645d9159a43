"""What the gateway itself answers, where no function is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Observed, Upsert
from productsapi.gateway_problems import GATEWAY_PROBLEMS, TYPE, GatewayProblem
from productsapi.stack import kinds
from productsapi.stack.api_tree import ApiPart
from productsapi.stack.output_names import API_ID

PROBLEM = "application/problem+json"
KINDS = ("application/json", PROBLEM)
"""The same template for both: which one is taken depends on Accept, and AWS doesn't say how."""
HEADER = "gatewayresponse.header."
HEADERS = {
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate, x-amzn-RequestId",
    "Cache-Control": "no-store",
    "Content-Type": PROBLEM,
}
OF_ONE = {
    "UNAUTHORIZED": {"WWW-Authenticate": "Bearer"},
    # Clients repeat a 429 by themselves only if it says when (urllib3's Retry): one that comes of
    # a used-up quota must not be repeated.
    "THROTTLED": {"Retry-After": "1"},
}
IN_THE_GATEWAYS_TEXT = "DEFAULT_4XX"
"""It is met for many reasons, which only the gateway's own text distinguishes."""


@dataclass(frozen=True)
class GatewayResponse(ApiPart, Upsert):
    """The gateway's own errors, in the form of the functions' and with the CORS header.

    Without that header browsers hide their reason.
    """

    response_type: str
    step = "rest_api"
    kind = kinds.GATEWAY_RESPONSE
    inputs = (API_ID,)

    @property
    def name(self) -> str:
        return self.response_type

    @property
    def problem(self) -> GatewayProblem:
        return GATEWAY_PROBLEMS[self.response_type]

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get(API_ID)
        if api_id is None:
            return None
        pages = aws.pages("apigateway", "GetGatewayResponses", restApiId=api_id)
        for response in (item for page in pages for item in page["items"]):
            if response["responseType"] == self.name and not response.get("defaultResponse"):
                status = response.get("statusCode")
                fields = {
                    "status": int(status) if status else None,
                    "headers": {
                        name.removeprefix(HEADER): value
                        for name, value in response.get("responseParameters", {}).items()
                    },
                    "body": dict(response.get("responseTemplates", {})),
                }
                return Observed(fields)
        return None

    def want(self, known: Outputs) -> Fields:
        headers = {
            "Access-Control-Allow-Origin": self.stack.config.api.reported_origin,
            **HEADERS,
            **OF_ONE.get(self.name, {}),
        }
        return {
            "status": self.problem.status,
            "headers": {name: f"'{value}'" for name, value in headers.items()},
            "body": dict.fromkeys(KINDS, self._template()),
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        want = self.want(known)
        status: dict[str, Any] = {"statusCode": str(want["status"])} if want["status"] else {}
        aws.call(
            "apigateway",
            "PutGatewayResponse",
            restApiId=known[API_ID],
            responseType=self.name,
            responseParameters={HEADER + name: value for name, value in want["headers"].items()},
            responseTemplates=want["body"],
            **status,
        )
        return {}

    def _template(self) -> str:
        """No VTL is read here, variables are only put in (AWS guide, gateway responses).

        `messageString` comes with its quotes, and may be null; the id is a UUID.
        """
        problem = self.problem
        members = [f'"type":"{TYPE}{problem.code}"', f'"title":"{problem.title}"']
        members += [f'"status":{problem.status}'] if problem.status else []
        members += [f'"code":"{problem.code}"', '"requestId":"$context.requestId"']
        if self.name == IN_THE_GATEWAYS_TEXT:
            members.append('"detail":$context.error.messageString')
        return "{" + ",".join(members) + "}"
