"""Where MiniStack tells otherwise than AWS, so that a deploy would never be done.

What API Gateway's TagResource sets doesn't show in what it tells of the API and of its stages, and
a deployment's summary doesn't tell how its methods are locked; on AWS they do.
"""

from __future__ import annotations

import json
from typing import Any

from fault_kinds import Answer

TAGGED = {"GetRestApi", "GetRestApis", "GetStage", "GetStages"}


def with_tags(gateway: Any, operation: str, resource: str, answer: Answer) -> Answer:
    """The answer with all tags in it; `resource` is the id of the API that a stage belongs to."""
    if operation not in TAGGED or answer.status != 200:
        return answer
    reported = json.loads(answer.body)
    for found in reported.get("item", [reported]):
        of = f"{resource}/stages/{found['stageName']}" if "stageName" in found else found.get("id")
        if of:
            found["tags"] = all_tags(gateway, of, found.get("tags", {}))
    return Answer(answer.status, answer.headers, json.dumps(reported).encode())


def all_tags(gateway: Any, of: str, reported: dict[str, str]) -> dict[str, str]:
    """The tags of an API, or of `<api id>/stages/<name>`, as AWS would tell them."""
    arn = f"arn:aws:apigateway:{gateway.meta.region_name}::/restapis/{of}"
    return {**reported, **gateway.get_tags(resourceArn=arn).get("tags", {})}


def with_locks(gateway: Any, operation: str, api: str, answer: Answer) -> Answer:
    """A deployment with the authorization of its methods, as the API has them now."""
    reported = (
        json.loads(answer.body) if operation == "GetDeployment" and answer.status == 200 else {}
    )
    if not reported.get("apiSummary"):
        return answer
    pages = gateway.get_paginator("get_resources").paginate(restApiId=api, embed=["methods"])
    paths = {each["path"]: each.get("resourceMethods", {}) for p in pages for each in p["items"]}
    for path, methods in reported["apiSummary"].items():
        for name, method in methods.items():
            now = paths.get(path, {}).get(name, {})
            method["authorizationType"] = now.get("authorizationType", "NONE")
    return Answer(answer.status, answer.headers, json.dumps(reported).encode())
