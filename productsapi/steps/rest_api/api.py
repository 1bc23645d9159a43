"""The REST API itself: how it is found, and what else lives in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Kind
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Note, Observed, Ownership
from productsapi.errors import AccessDenied, AlreadyExists, NotFound
from productsapi.stack import Stack, custom_domains, kinds
from productsapi.stack.api_tree import SERIAL_GROUP, prefetch, stages, tags, tree
from productsapi.stack.duplicates import (
    Candidate,
    Choice,
    Duplicates,
    Wording,
    choose,
    oldest,
    settled,
)
from productsapi.stack.eventual_consistency import reread_until_visible
from productsapi.stack.output_names import API_ID, ROOT_ID, pointer_to
from productsapi.stack.tag_sync import Tagged, set_tags
from productsapi.steps.rest_api import adoption_notice, endpoint_access, unmanaged, unmanaged_notes

KIND = Wording("REST API", "REST APIs", "--api-id")


@dataclass(frozen=True)
class RestApi(Managed):
    stack: Stack
    step = "rest_api"
    kind = kinds.REST_API
    serial_group = SERIAL_GROUP
    unique = False
    immutable = endpoint_access.IMMUTABLE
    outputs = (API_ID, ROOT_ID)
    lookup_inputs = (pointer_to(API_ID),)

    @property
    def name(self) -> str:
        return self.stack.config.api.name

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = self._pointed_at(aws, known.get(pointer_to(API_ID))) or self._listed(aws)
        if found.chosen is None:
            return None
        api, api_id = found.chosen.answer, found.chosen.identity
        ownership = self.stack.ownership(found.chosen.tags)
        fields = {
            "name": api["name"],
            "endpoint": ", ".join(endpoint_access.endpoints(api)),
            **endpoint_access.closed(api),
            "tags": self.stack.ours_among(found.chosen.tags),
        }
        outputs = {API_ID: api_id, ROOT_ID: tree(aws, api_id)["/"]["id"]}
        notes = self._notes(aws, api, ownership)
        owner = self.stack.owner(found.chosen.tags)
        return Observed(fields, outputs, ownership, notes=notes, identity=found.label, owner=owner)

    def want(self, known: Outputs) -> Fields:
        kept = {} if self.stack.make_public else endpoint_access.OPEN
        return {"name": self.name, "endpoint": "REGIONAL", **kept, "tags": dict(self.stack.tags)}

    def create(self, aws: Aws, known: Outputs) -> Given:
        """Look again afterwards: one that was made before may only show by now."""
        made = aws.call(
            "apigateway",
            "CreateRestApi",
            name=self.name,
            description=f"Products API of the stack {self.stack.config.stack}",
            endpointConfiguration={"types": ["REGIONAL"]},
            tags=dict(self.stack.tags),
        )
        if first := oldest(self.stack, _candidate(made), _all(aws)):
            remove(aws, made["id"])
            raise AlreadyExists("CreateRestApi", "Duplicate", f"{first.identity} was there before")
        root_id = made.get("rootResourceId") or tree(aws, made["id"])["/"]["id"]
        return {API_ID: made["id"], ROOT_ID: root_id}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        patches = {
            "name": {"op": "replace", "path": "/name", "value": self.name},
            "endpoint": {
                "op": "replace",
                "path": f"/endpointConfiguration/types/{observed.fields['endpoint']}",
                "value": "REGIONAL",
            },
        }
        operations = [patch for field, patch in patches.items() if field in changed]
        api_id = observed.outputs[API_ID]
        if operations:
            aws.call("apigateway", "UpdateRestApi", restApiId=api_id, patchOperations=operations)
        if "tags" in changed:
            arn = self.stack.location.rest_api_arn(api_id)
            set_tags(self.stack, aws, Tagged("apigateway", arn), observed.fields["tags"])
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        remove(aws, observed.outputs[API_ID])

    def keep(self, aws: Aws, observed: Observed) -> str | None:
        """Looked for again each time: a stage may have been added since."""
        if self.stack.delete_foreign:
            return None
        prefetch(aws, observed.outputs[API_ID])
        with suppress(NotFound):
            there = unmanaged.describe(self.stack, aws, observed.outputs[API_ID])
            if there:
                texts = "; ".join(each.text for each in there)
                return f"{self.key}: {texts} (--delete-foreign removes them with it)"
        return None

    def _notes(self, aws: Aws, api: Mapping[str, Any], ownership: Ownership) -> tuple[Note, ...]:
        """None for an API that isn't ours."""
        if ownership not in {Ownership.OURS, Ownership.ADOPTED}:
            return ()
        url_off = self.stack.config.api.domain.disable_invoke_url
        api_id, reported = api["id"], endpoint_access.notes(self.key, api, url_off=url_off)
        gap = (
            adoption_notice.notes(self.stack, aws, api_id) if ownership is Ownership.ADOPTED else ()
        )
        if self.stack.delete_foreign:  # then the plan lists what goes
            return (*reported, *gap)
        return (*unmanaged_notes.notes(self.stack, aws, api_id), *reported, *gap)

    def _pointed_at(self, aws: Aws, api_id: str | None) -> Choice | None:
        if api_id is None:
            return None
        prefetch(aws, api_id)
        what, look = f"the REST API {api_id}", partial(_described, api_id)
        api = reread_until_visible(aws, what, look)
        found = _tagged(self.stack, aws, _candidate(api)) if api else None
        if found is None or not self.stack.owns(found.tags):
            return None
        settled(KIND, found.identity, self.stack.api_id)
        return Choice(found, found.identity)

    def _listed(self, aws: Aws) -> Choice:
        """An untagged API of this name is found as «not ours»: none is created beside it."""
        there = _all(aws)
        meant = {self.stack.api_id} | {api.identity for api in there if api.name == self.name}
        return choose(
            self.stack,
            KIND,
            [_tagged(self.stack, aws, api) if api.identity in meant else api for api in there],
            name=self.name,
            asked=self.stack.api_id,
            is_empty=lambda api: is_empty(aws, api.identity),
        )


@dataclass(frozen=True)
class DuplicateApis(Duplicates):
    """A domain that leads to one needs no look: AWS refuses to delete what a domain maps to."""

    step = "rest_api"
    kind = Kind("twin rest api")
    serial_group = SERIAL_GROUP
    of = KIND
    used = API_ID

    @property
    def name(self) -> str:
        return self.stack.config.api.name

    def beside(self, aws: Aws, known: Outputs) -> list[Candidate]:
        others = [api for api in _all(aws) if api.identity != known[self.used]]
        tagged = [_tagged(self.stack, aws, api) if api.name == self.name else api for api in others]
        return [api for api in tagged if self.stack.owns(api.tags)]

    def content(self, aws: Aws, duplicate: Candidate) -> str:
        """Paths and methods of ours are no content: without a stage nobody reaches them."""
        try:
            serving = [str(stage["stageName"]) for stage in stages(aws, duplicate.identity)]
            others = [u.text for u in unmanaged.describe(self.stack, aws, duplicate.identity)]
        except AccessDenied:
            return "what is in it can't be seen (apigateway:GET isn't allowed on it)"
        return f"it has the stage {', '.join(serving)}" if serving else "; ".join(others)

    def remove_one(self, aws: Aws, duplicate: Candidate) -> None:
        remove(aws, duplicate.identity)


def is_empty(aws: Aws, api_id: str) -> bool:
    """Whether nothing was built on an API: it has neither a method nor a stage."""
    used = any(item.get("resourceMethods") for item in tree(aws, api_id).values())
    return not used and not stages(aws, api_id)


def remove(aws: Aws, api_id: str) -> None:
    with suppress(NotFound), custom_domains.explained(api_id):
        aws.call("apigateway", "DeleteRestApi", restApiId=api_id)


def _tagged(stack: Stack, aws: Aws, api: Candidate) -> Candidate:
    arn = stack.location.rest_api_arn(api.identity)
    return replace(api, tags=tags(stack, aws, arn, api.tags))


def _all(aws: Aws) -> list[Candidate]:
    pages = aws.pages("apigateway", "GetRestApis", limit=500)
    return [_candidate(api) for page in pages for api in page["items"]]


def _described(api_id: str, aws: Aws) -> Mapping[str, Any] | None:
    with suppress(NotFound):
        return aws.call("apigateway", "GetRestApi", restApiId=api_id)
    return None


def _candidate(api: Mapping[str, Any]) -> Candidate:
    return Candidate(api["id"], api["name"], api.get("tags", {}), api.get("createdDate"), api)
