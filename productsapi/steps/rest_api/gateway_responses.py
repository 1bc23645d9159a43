"""What the gateway itself answers, where no function is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from productsapi.aws.caller import Aws
from productsapi.engine.resource import Fields, Observed, Outputs
from productsapi.steps.api_tree import ApiPart


@dataclass(frozen=True)
class GatewayResponse(ApiPart):
    """The gateway's own errors carry the CORS header too: without it browsers hide their reason."""

    response_type: str
    step = "rest_api"
    kind = "gateway response"
    needs = ("api_id",)

    @property
    def name(self) -> str:
        return self.response_type

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        api_id = known.get("api_id")
        if api_id is None:
            return None
        pages = aws.pages("apigateway", "GetGatewayResponses", restApiId=api_id)
        for response in (item for page in pages for item in page["items"]):
            if response["responseType"] == self.name and not response.get("defaultResponse"):
                return Observed({"headers": dict(response.get("responseParameters", {}))})
        return None

    def want(self, known: Outputs) -> Fields:
        header = "gatewayresponse.header.Access-Control-Allow-Origin"
        return {"headers": {header: f"'{self.stack.config.api.cors_origin}'"}}

    def create(self, aws: Aws, known: Outputs) -> Mapping[str, str]:
        aws.call(
            "apigateway",
            "PutGatewayResponse",
            restApiId=known["api_id"],
            responseType=self.name,
            responseParameters=self.want(known)["headers"],
        )
        return {}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Mapping[str, str]:
        return self.create(aws, known)
