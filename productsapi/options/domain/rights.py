"""API Gateway's custom domains, ACM's certificate, Route 53's records: while there is a domain."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from productsapi.stack.iam_right import (
    CHANGING,
    DEPLOY,
    LOOKING,
    READ,
    SOURCE,
    Job,
    Right,
    Scope,
    calls,
    local_anything,
    path,
)

DOMAINS = "/domainnames"
DOMAIN = "/domainnames/*"
MAPPINGS = f"{DOMAIN}/basepathmappings"
MAPPING = f"{MAPPINGS}/*"


def named(scope: Scope) -> bool:
    return scope.stack.config.api.domain.on


def zoned(scope: Scope) -> bool:
    return scope.stack.config.api.domain.zone_id is not None


def certificate(scope: Scope) -> tuple[str, ...]:
    own = scope.stack.config.api.domain.certificate_arn
    return (own or scope.stack.location.arn("acm", "certificate/*"),)


def zone(scope: Scope) -> tuple[str, ...]:
    """Zones are the world's: their ARNs carry neither Region nor account."""
    own = scope.stack.config.api.domain.zone_id or "*"
    return (f"arn:{scope.stack.location.partition}:route53:::hostedzone/{own}",)


def tags(scope: Scope) -> tuple[str, ...]:
    of = scope.stack.location.api_gateway_arn
    return (of(f"/tags/{quote(of('/domainnames/'), safe='')}*"),)


_right = partial(Right, "apigateway", source=SOURCE, also=local_anything, when=named)


def _call(verb: str, template: str, operation: str, jobs: frozenset[Job]) -> Right:
    return _right(operation, f"apigateway:{verb}", on=path(template), jobs=jobs)


def _zone(operations: str, jobs: frozenset[Job]) -> tuple[Right, ...]:
    page = "list_amazonroute53.html"
    return calls("route53", operations, zone, jobs, page, also=local_anything, when=zoned)


RIGHTS = (
    _call("GET", DOMAINS, "GetDomainNames", LOOKING),
    _call("POST", DOMAINS, "CreateDomainName", DEPLOY),
    _call("GET", DOMAIN, "GetDomainName", LOOKING),
    _call("PATCH", DOMAIN, "UpdateDomainName", DEPLOY),
    _call("DELETE", DOMAIN, "DeleteDomainName", CHANGING),
    _call("GET", MAPPINGS, "GetBasePathMappings", LOOKING),
    _call("POST", MAPPINGS, "CreateBasePathMapping", DEPLOY),
    _call("GET", MAPPING, "GetBasePathMapping", LOOKING),
    _call("PATCH", MAPPING, "UpdateBasePathMapping", DEPLOY),
    _call("DELETE", MAPPING, "DeleteBasePathMapping", CHANGING),
    _call("GET", "/restapis/*", "GetRestApi", LOOKING),  # whose it is that a mapping leads to
    _right("CreateDomainName", "apigateway:PUT", on=tags, jobs=DEPLOY, carrying="tags"),
    _right("TagResource", "apigateway:PUT", on=tags, jobs=DEPLOY),
    _right("GetTags", "apigateway:GET", on=tags, jobs=LOOKING),
    _right("UntagResource", "apigateway:DELETE", on=tags, jobs=DEPLOY),
    *calls(
        "acm",
        "DescribeCertificate",
        certificate,
        LOOKING,
        "list_awscertificatemanager.html",
        also=local_anything,
        when=named,
    ),
    *_zone("ListResourceRecordSets", LOOKING),
    *_zone("ChangeResourceRecordSets", CHANGING),
    *_zone("GetHostedZone", READ),
)
