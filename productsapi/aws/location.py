"""Where a stack lives: partition, Region, account, and the endpoint where it isn't AWS itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Location:
    """`endpoint_url` is None on AWS; `local` says that it is our own local cloud.

    `caller` is who acts: the tail of the ARN, as "user/alice"; empty where nobody asks who it is.
    `through` says which proxy and certificates lead there, for messages; empty for the usual way.
    `by_way_of` are hosts of AWS's own that the user has chosen, VPC endpoints for one.
    """

    region: str
    account: str
    partition: str = "aws"
    dns_suffix: str = "amazonaws.com"
    endpoint_url: str | None = None
    local: bool = False
    caller: str = ""
    through: str = field(default="", compare=False)
    by_way_of: tuple[str, ...] = ()

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def role_arn(self, path: str, name: str) -> str:
        """IAM is global: its ARNs carry no Region."""
        return f"arn:{self.partition}:iam::{self.account}:role{path}{name}"

    def function_arn(self, name: str) -> str:
        return self.arn("lambda", f"function:{name}")

    def table_arn(self, name: str) -> str:
        return self.arn("dynamodb", f"table/{name}")

    def log_group_arn(self, name: str) -> str:
        """Without the trailing `:*`: the form that the logs tagging calls take."""
        return self.arn("logs", f"log-group:{name}")

    def user_pool_arn(self, user_pool_id: str) -> str:
        return self.arn("cognito-idp", f"userpool/{user_pool_id}")

    def rest_api_arn(self, api_id: str) -> str:
        return self.api_gateway_arn(f"/restapis/{api_id}")

    def api_gateway_arn(self, path: str) -> str:
        """API Gateway's control plane ARNs carry no account."""
        return f"arn:{self.partition}:apigateway:{self.region}::{path}"

    def invoke_url(self, api_id: str, stage: str) -> str:
        if self.endpoint_url:
            return f"{self.endpoint_url.rstrip('/')}/restapis/{api_id}/{stage}/_user_request_"
        return f"https://{api_id}.execute-api.{self.region}.{self.dns_suffix}/{stage}"

    @property
    def on_this_machine(self) -> bool:
        """Whether nobody but the person at this machine is concerned."""
        host = urlsplit(self.endpoint_url or "").hostname
        return host in {"localhost", "127.0.0.1", "::1"}

    def __str__(self) -> str:
        where = f"{self.region}, account {self.account}"
        if self.local:
            return f"local cloud ({where})"
        if self.endpoint_url:
            return f"{self.endpoint_url} ({where})"
        by_way_of = f", by way of {', '.join(self.by_way_of)}" if self.by_way_of else ""
        return f"AWS {where}{by_way_of}"
