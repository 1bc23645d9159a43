"""The domain's keys, and what is wrong between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.config_keys.declaration import key, section
from productsapi.config_keys.rules import Flag, Maybe, Text

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = Text(
    rf"(?=.{{4,253}}$){_LABEL}(\.{_LABEL})+",
    "a host name such as api.shop.example.com, in lower case, without *",
)
# acm: Arn; of a certificate.
CERTIFICATE = Text(
    r"arn:aws[a-z-]*:acm:[a-z0-9-]{6,30}:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}",
    "the ARN of a certificate in ACM, arn:aws:acm:REGION:ACCOUNT:certificate/ID",
)
# apigateway, CreateBasePathMapping: one segment, of letters, digits and $ - _ . + ! * ' ( ).
BASE_PATH = Text(r"[A-Za-z0-9_.-]{1,128}", "1 to 128 letters, digits and _ . -, no slash")
# route53: ResourceId.
ZONE = Text(r"[A-Z0-9]{1,32}", "the id of a hosted zone in Route 53, such as Z0123456789ABCDEFGHIJ")


@dataclass(frozen=True, kw_only=True)
class Domain:
    name: str | None = key(
        Maybe(NAME),
        "The host name that callers use instead of the invoke URL's. Another name is another "
        "domain, and the former one goes.",
        None,
        example="api.shop.example.com",
    )
    certificate_arn: str | None = key(
        Maybe(CERTIFICATE),
        "The certificate for it: issued by ACM in the API's own Region, for this name or "
        "`*.` and what follows its first dot.",
        None,
        example="arn:aws:acm:eu-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    )
    base_path: str | None = key(
        Maybe(BASE_PATH),
        "The first part of every path there, `https://NAME/BASE_PATH/products`; without one there "
        "is none.",
        None,
        example="v1",
    )
    zone_id: str | None = key(
        Maybe(ZONE),
        "The Route 53 zone in which a deploy makes the record that leads to the domain; without "
        "it, the record is shown, to be made by hand.",
        None,
        example="Z0123456789ABCDEFGHIJ",
    )
    disable_invoke_url: bool = key(
        Flag(),
        "Whether API Gateway's own URL is switched off, so that only the domain leads to the API. "
        "Refused until the domain answers.",
        default=False,
    )

    @property
    def on(self) -> bool:
        return self.name is not None

    @property
    def address(self) -> str:
        """Host and base path, `api.shop.example.com/v1`."""
        return f"{self.name}/{self.base_path or ''}".rstrip("/")

    @property
    def url(self) -> str:
        return f"https://{self.address}"


DOMAIN: Domain = section(
    Domain,
    "A domain of your own before the API: Regional, TLS 1.2. It costs nothing by itself.",
    own=True,
)
SECTION = "api.domain"


def conflicts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Without a name, or a certificate for it, the other keys are for nothing."""
    if values.get(f"{SECTION}.name"):
        if f"{SECTION}.certificate_arn" in values and not values[f"{SECTION}.certificate_arn"]:
            yield f"{SECTION}.certificate_arn", "found none, allowed: one for the domain's name"
        return
    for name in ("certificate_arn", "base_path", "zone_id", "disable_invoke_url"):
        if f"{SECTION}.name" in values and values.get(f"{SECTION}.{name}"):
            yield f"{SECTION}.{name}", f"found one without {SECTION}.name, which it is for"
