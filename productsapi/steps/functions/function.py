"""The Lambda functions, and those of previous names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed, Resource
from productsapi.errors import AccessDenied, NotFound
from productsapi.releases.switch import wait_for_edge
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack, kinds, revisions
from productsapi.stack import function_settings as settings
from productsapi.stack.output_names import latest_code
from productsapi.stack.previous_names import left_over, previous_names
from productsapi.stack.tag_sync import Tagged, set_tags

FUNCTION_TAG = "productsapi:function"
"""Which of the four a function is, so that one isn't made another while callers reach it."""
IMMUTABLE = {
    "work": "callers still reach another of the four functions by this name: "
    "deploy with a name that none of them has, then with the one you want"
}


@dataclass(frozen=True)
class Function(Managed):
    """A function's settings. Its code, and what callers reach, is step 7."""

    stack: Stack
    function: str
    step = "functions"
    kind = kinds.FUNCTION
    immutable = IMMUTABLE

    @property
    def name(self) -> str:
        return self.stack.function_name(self.function)

    @property
    def inputs(self) -> tuple[Output, ...]:
        return settings.inputs(self.stack, self.function)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return (latest_code(self.function), settings.revision(self.function))

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """The table too: in a teardown it is looked into when no function can write any more.

        And all roles, see `_renew_grant`.
        """
        return (
            kinds.LOG_GROUP(self.stack.log_group(self.function)),
            *(kinds.ROLE(self.stack.role_name(function)) for function in FUNCTIONS),
            kinds.TABLE(self.stack.config.table.name),
        )

    def discover_orphans(self, aws: Aws) -> Iterable[Resource]:
        return [
            PreviousFunction(self.stack, self.function, n) for n in previous_names(self.stack, aws)
        ]

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        aws.prefetch("lambda", "GetPolicy", FunctionName=self.name, Qualifier=ALIAS)  # for step 4
        try:
            answer = aws.call("lambda", "GetFunction", FunctionName=self.name)
        except NotFound:
            return None
        if tags_error := answer.get("TagsError"):
            raise AccessDenied(
                "GetFunction",
                tags_error["ErrorCode"],
                f"lambda:ListTags isn't allowed: {tags_error['Message']}",
                "ask for the permission lambda:ListTags, or use another profile (--profile)",
            )
        tags = answer.get("Tags", {})
        configuration = answer["Configuration"]
        described = {name: tags[name] for name in self._tags if name in tags}
        fields = {
            **settings.of(configuration),
            "concurrency": answer.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
            "work": tags.get(FUNCTION_TAG, self.function),
            "tags": self.stack.ours_among(tags) | described,
        }
        outputs = {
            latest_code(self.function): configuration["CodeSha256"],
            **settings.observed_revision(self.function, configuration),
        }
        seen = Observed(fields, outputs, self.stack.ownership(tags), configuration)
        notes = settings.notes(self.stack, self.name, configuration) if seen.ours else ()
        return replace(seen, notes=notes, owner=self.stack.owner(tags))

    def want(self, known: Outputs) -> Fields:
        return {
            **self._want_settings(known),
            "concurrency": self.stack.config.limits.concurrency,
            "work": self.function,
            "tags": self._tags,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        aws.call(
            "lambda",
            "CreateFunction",
            FunctionName=self.name,
            Code={"ZipFile": self.stack.code[self.function]},
            Architectures=[self.stack.config.functions.architecture],
            Tags=self._tags,
            **settings.parameters(self._want_settings(known)),
        )
        settled = settings.wait_until_settled(aws, self.name)
        if self.stack.config.limits.concurrency is not None:
            self._limit(aws)
        return settings.observed_revision(self.function, settled)

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        if "tags" in changed:
            arn = self.stack.location.function_arn(self.name)
            set_tags(self.stack, aws, Tagged("lambda", arn), observed.fields["tags"], self._tags)
        if "concurrency" in changed:
            self._limit(aws)
        current = observed.raw
        if changed - {"tags", "concurrency"}:
            want = self._want_settings(known)
            its_id = want["environment"]["ROLE_ID"]
            had = settings.role_mark(observed.fields["environment"].get("ROLE_ID", its_id))
            if had != its_id and observed.fields["role"] == want["role"]:
                current = self._renew_grant(aws, current)
            current = self._configure(aws, current, settings.parameters(want, current))
        return settings.observed_revision(self.function, current)

    def _renew_grant(self, aws: Aws, current: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give it another of our roles for a moment.

        Only a role that is new to the function does Lambda ask for its id, and let decrypt the
        function's variables.
        """
        another = next(each for each in FUNCTIONS if each != self.function)
        return self._configure(aws, current, {"Role": self.stack.role_arn(another)})

    def _limit(self, aws: Aws) -> None:
        """Lambda refuses what would leave the account fewer than 100 (its page on concurrency)."""
        limit = self.stack.config.limits.concurrency
        if limit is None:
            aws.call("lambda", "DeleteFunctionConcurrency", FunctionName=self.name)
            return
        aws.call(
            "lambda",
            "PutFunctionConcurrency",
            FunctionName=self.name,
            ReservedConcurrentExecutions=limit,
        )

    def _configure(
        self, aws: Aws, current: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Change what is there as it was seen; returns what is there then."""
        named = {"FunctionName": self.name}
        revisions.change(
            aws,
            kinds.FUNCTION(self.name),
            current.get("RevisionId"),
            send=lambda assumed: aws.call(
                "lambda", "UpdateFunctionConfiguration", **named, **parameters, **assumed
            ),
            look=lambda: settings.wait_until_settled(aws, self.name),
            as_planned=lambda now: settings.replaced(now) == settings.replaced(current),
            done=lambda now: all(now.get(name) == parameters[name] for name in parameters),
        )
        return settings.wait_until_settled(aws, self.name)

    def delete(self, aws: Aws, observed: Observed) -> None:
        with suppress(NotFound):
            aws.call("lambda", "DeleteFunction", FunctionName=self.name)

    @property
    def _tags(self) -> dict[str, str]:
        return {**self.stack.tags, FUNCTION_TAG: self.function}

    def _want_settings(self, known: Outputs) -> Fields:
        return settings.wanted(self.stack, self.function, known)


@dataclass(frozen=True)
class PreviousFunction(Function):
    """A function that is called otherwise now: it goes when the stage serves the new one."""

    former: str
    wanted = False

    @property
    def name(self) -> str:
        return self.former

    @property
    def inputs(self) -> tuple[Output, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        return tuple(map(settings.former_hold, FUNCTIONS))

    @property
    def depends_on(self) -> tuple[Key, ...]:
        return (kinds.TABLE(self.stack.config.table.name),)

    @property
    def delete_after(self) -> tuple[Key, ...]:
        api = self.stack.config.api
        return (kinds.STAGE(api.stage), kinds.FORMER_STAGES(api.name))

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        seen = left_over(super().read(aws, known))
        return replace(seen, outputs=self._hold(aws, seen.fields["work"])) if seen else None

    def _hold(self, aws: Aws, work: str) -> Given:
        """What was rolled back from stays held under the new name."""
        pages = aws.pages("lambda", "ListAliases", FunctionName=self.former)
        with suppress(NotFound):  # it has gone meanwhile
            aliases = {alias["Name"]: alias for page in pages for alias in page["Aliases"]}
            said = aliases.get(ALIAS, {}).get("Description")
            return {settings.former_hold(work): said} if said else {}
        return {}

    def delete(self, aws: Aws, observed: Observed) -> None:
        wait_for_edge(aws, aws.clock(), f"the gateway may still send callers to {self.name}")
        super().delete(aws, observed)
