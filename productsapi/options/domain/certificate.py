"""The certificate, which is the user's: whether API Gateway can serve the domain with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.engine.resource import Fields, Observed, ReadOnly
from productsapi.errors import NotFound
from productsapi.stack import Stack, kinds

ISSUED = "ISSUED"


@dataclass(frozen=True)
class Certificate(ReadOnly):
    """Looked at, and never made, changed or removed."""

    stack: Stack
    step = "deployment"
    kind = kinds.CERTIFICATE

    @property
    def name(self) -> str:
        return str(self.stack.config.api.domain.certificate_arn)

    @property
    def immutable(self) -> dict[str, str]:  # type: ignore[override] # it names the domain
        region = self.stack.location.region
        return {
            "state": f"api.domain.certificate_arn must name one that ACM has issued in {region} "
            f"for {self.stack.config.api.domain.name} (`aws acm request-certificate --region "
            f"{region} ...`, then the record that proves that the name is yours)"
        }

    @property
    def create_blocker(self) -> str:
        return (
            "there is no such certificate: set api.domain.certificate_arn to one of ACM's in "
            f"{self.stack.location.region}, or api.domain.name to null"
        )

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        region = self.name.split(":")[3]
        if region != self.stack.location.region:
            return Observed({"state": f"in {region}"})
        try:
            found = aws.call("acm", "DescribeCertificate", CertificateArn=self.name)["Certificate"]
        except NotFound:
            return None
        names = [found.get("DomainName"), *found.get("SubjectAlternativeNames", [])]
        status, name = found.get("Status"), str(self.stack.config.api.domain.name)
        if status != ISSUED:
            return Observed({"state": str(status)})
        if not covers(names, name):
            return Observed({"state": f"for {', '.join(dict.fromkeys(map(str, names)))}"})
        return Observed(self.want(known))

    def want(self, known: Outputs) -> Fields:
        return {"state": f"issued, for {self.stack.config.api.domain.name}"}

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        return "it is yours: API Gateway only served the domain with it"


def covers(names: Iterable[Any], host: str) -> bool:
    """Whether one of a certificate's names is for `host`; `*` matches just one label."""
    _, _, rest = host.partition(".")
    return bool({str(name).lower() for name in names} & {host, f"*.{rest}"})
