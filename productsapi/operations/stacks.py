"""All stacks of an account and Region, and the state of each, by the tags of its resources.

A page of the tagging API's listing holds a hundred resources, some five stacks. What it doesn't
show may be there all the same: it is late with what is new and what is gone (AWS's page of
GetResources), so of a part it is said that it wasn't seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.aws.location import Location
from productsapi.errors import AwsError
from productsapi.routes import FUNCTIONS
from productsapi.stack import STACK_TAG, api_tree
from productsapi.wording import in_a_row

DEPLOYED, INCOMPLETE, DATA_ONLY, LEFT_OVER = "deployed", "incomplete", "data only", "left over"
API, FUNCTION, TABLE, USER_POOL = "REST API", "function", "table", "user pool"
STARTS = {
    "/restapis/": API,
    "function:": FUNCTION,
    "table/": TABLE,
    "userpool/": USER_POOL,
}
"""How the last part of an ARN begins, by the kind of resource."""


@dataclass(frozen=True)
class StackOverview:
    """A stack: its parts by kind, as names and ids, and the stages of its APIs."""

    stack: str
    parts: Mapping[str, tuple[str, ...]]
    stages: tuple[tuple[str, str], ...] = field(default=())
    """API id and stage."""

    def of(self, kind: str) -> tuple[str, ...]:
        return self.parts.get(kind, ())

    @property
    def not_seen(self) -> tuple[str, ...]:
        """What belongs to a whole stack and wasn't seen of it, in words."""
        functions = len(self.of(FUNCTION))
        absent = [kind for kind in (TABLE, USER_POOL, API) if not self.of(kind)]
        if self.of(API) and not self.stages:
            absent.append("stage")
        if functions < len(FUNCTIONS):
            absent.append(f"{len(FUNCTIONS) - functions} of {len(FUNCTIONS)} functions")
        return tuple(absent)

    @property
    def state(self) -> str:
        if not self.not_seen:
            return DEPLOYED
        if self.of(API) or self.of(FUNCTION):
            return INCOMPLETE
        return DATA_ONLY if self.of(TABLE) or self.of(USER_POOL) else LEFT_OVER

    @property
    def in_words(self) -> str:
        absent = f" (not seen: {in_a_row(self.not_seen)})" if self.state == INCOMPLETE else ""
        return self.state + absent

    def invoke_urls(self, location: Location) -> list[str]:
        return [location.invoke_url(api_id, stage) for api_id, stage in self.stages]


def stacks(aws: Aws) -> list[StackOverview]:
    """Those of which anything carries a stack's tag, by name. Raises AwsError."""
    parts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    stages: dict[str, list[str]] = defaultdict(list)
    for stack, arn in (*_tagged(aws), *_apis(aws)):
        kind, name = _part(arn)
        found = parts[stack]
        if kind == API:
            api_id, _, stage = name.partition("/stages/")
            found[API].add(api_id)
            stages[api_id] += [stage] if stage else []
        else:
            found[kind].add(name)
    return [_overview(aws, stack, parts[stack], stages) for stack in sorted(parts)]


def _overview(
    aws: Aws, stack: str, parts: Mapping[str, set[str]], stages_of: Mapping[str, list[str]]
) -> StackOverview:
    named = {kind: tuple(sorted(names)) for kind, names in parts.items()}
    apis = named.get(API, ())
    stages = [(each, stage) for each in apis for stage in stages_of[each] or _stages(aws, each)]
    return StackOverview(stack, named, tuple(stages))


def _tagged(aws: Aws) -> Iterator[tuple[str, str]]:
    """Stack and ARN of all that the tagging API lists."""
    filters = [{"Key": STACK_TAG}]
    pages = aws.pages("resourcegroupstaggingapi", "GetResources", TagFilters=filters)
    for each in (each for page in pages for each in page["ResourceTagMappingList"]):
        tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        if STACK_TAG in tags:
            yield tags[STACK_TAG], each["ResourceARN"]


def _apis(aws: Aws) -> Iterator[tuple[str, str]]:
    """The same of the REST APIs, by their own listing: it isn't late with what is gone or new."""
    for page in aws.pages("apigateway", "GetRestApis", limit=500):
        for api in page["items"]:
            if stack := (api.get("tags") or {}).get(STACK_TAG):
                yield stack, aws.location.rest_api_arn(api["id"])


def _stages(aws: Aws, api_id: str) -> Iterable[str]:
    """By API Gateway, where no tag names one; none where that may not be asked."""
    try:
        return [stage["stageName"] for stage in api_tree.stages(aws, api_id)]
    except AwsError:
        return []


def _part(arn: str) -> tuple[str, str]:
    """The kind of an ARN's resource, and its name; of others the kind is the service."""
    _, _, service, _, _, rest = arn.split(":", 5)
    for start, kind in STARTS.items():
        if rest.startswith(start):
            return kind, rest.removeprefix(start)
    return service, rest


def as_json(overview: StackOverview, location: Location) -> dict[str, Any]:
    urls = overview.invoke_urls(location)
    return {
        "stack": overview.stack,
        "state": overview.state,
        "not_seen": list(overview.not_seen),
        "invoke_url": urls[0] if len(urls) == 1 else None,
        "api_ids": list(overview.of(API)),
        "stages": [stage for _, stage in overview.stages],
        "tables": list(overview.of(TABLE)),
        "user_pool_ids": list(overview.of(USER_POOL)),
        "functions": list(overview.of(FUNCTION)),
    }
