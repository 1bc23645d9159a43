"""What core code needs to know of the domain, and of the invoke URL switched off."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.domain.certificate import Certificate
from productsapi.options.domain.custom_domain import CustomDomain
from productsapi.options.domain.doctor import hosted_zone
from productsapi.options.domain.former import FormerDomains
from productsapi.options.domain.invoke_url import InvokeUrl
from productsapi.options.domain.mapping import Mapping
from productsapi.options.domain.record import Record
from productsapi.options.domain.rights import RIGHTS
from productsapi.stack import Stack, kinds
from productsapi.stack.option import Option


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:
    former = FormerDomains(stack, on)
    if not on:
        return [former]
    return [Certificate(stack), CustomDomain(stack), Mapping(stack), Record(stack), former]


def invoke_url(stack: Stack, *, on: bool = True) -> list[Resource]:
    return [InvokeUrl(stack, on)]


OPTION = Option(
    name="domain",
    title="domain",
    step="deployment",
    on=lambda config: config.api.domain.on,
    parts=parts,
    rights=RIGHTS,
    verified=(kinds.CERTIFICATE, kinds.CUSTOM_DOMAIN, kinds.BASE_PATH_MAPPING),
    doctor={"hosted zone": hosted_zone},
)
INVOKE_URL = Option(
    name="invoke-url-off",
    step="deployment",
    on=lambda config: config.api.domain.on and config.api.domain.disable_invoke_url,
    parts=invoke_url,
)
OPTIONS = (OPTION, INVOKE_URL)
