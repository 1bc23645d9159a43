"""Step 7: the claims-aware code live: a version of code and settings, behind the alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.field_changes import compare
from productsapi.engine.names import Key, Output
from productsapi.engine.outputs import Given, Outputs
from productsapi.engine.resource import Fields, Managed, Observed, Resource
from productsapi.packaging import code_sha256
from productsapi.releases import hold as holds
from productsapi.releases.hold import Hold
from productsapi.releases.inventory import (
    LATEST,
    Published,
    architecture,
    contents,
    published,
    weights_in_words,
)
from productsapi.releases.publishing import publish
from productsapi.releases.switch import described, move_alias
from productsapi.routes import FUNCTIONS
from productsapi.stack import ALIAS, Stack, api_tree, kinds, revisions
from productsapi.stack import function_settings as settings
from productsapi.stack.output_names import latest_code, live_version

RIGHTS_SPREAD = 5.0
"""Seconds between a role's new rights and the code that needs them: an environment that starts
within one of them may be refused for as long as it lives (K6)."""

AROUND = frozenset({"latest_code_sha256", "weights", "superseded_by"})
"""Fields that aren't of the version itself."""


def resources(stack: Stack) -> list[Resource]:
    return [LiveCode(stack, function) for function in FUNCTIONS]


@dataclass(frozen=True)
class LiveCode(Managed):
    """The version that the alias serves. Versions are immutable, so any change publishes one.

    `superseded_by` is a later version of ours that isn't served: a rollback is in force, or a run
    was killed. If the newest version is as wanted, it is served; else one is published, so that
    the newest is always the one that callers should reach.
    """

    stack: Stack
    function: str
    step = "code"
    kind = kinds.LIVE_CODE
    exposure_fields = frozenset({"weights"})

    @property
    def name(self) -> str:
        return self.stack.function_name(self.function)

    @property
    def inputs(self) -> tuple[Output, ...]:
        return settings.inputs(self.stack, self.function)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return (live_version(self.function),)

    @property
    def parent(self) -> Key:
        return kinds.FUNCTION(self.name)

    @property
    def depends_on(self) -> tuple[Key, ...]:
        """The role's rights are there before the code that needs them is live.

        What is taken over comes late: callers get answers of another form until the stage moves.
        """
        table = self.stack.config.table
        index = (kinds.CATEGORY_INDEX(table.name),) if table.category_index else ()
        taken_over = api_tree.parts() if self.stack.adopt else ()
        role_policy = kinds.ROLE_POLICY(self.stack.role_name(self.function))
        return (self.parent, role_policy, *index, *taken_over)

    @property
    def sha256(self) -> str:
        return code_sha256(self.stack.code[self.function])

    def read(self, aws: Aws, known: Outputs) -> Observed | None:
        found = published(aws, self.stack, self.function)
        alias = found.aliases.get(ALIAS) if found else None
        if found is None or alias is None:
            return None
        served = alias["FunctionVersion"]
        newest = found.newest
        later = newest and (served == LATEST or newest.number > int(served))
        fields = {
            **contents(self._configuration(aws, found, served)),
            "latest_code_sha256": found.latest.get("CodeSha256"),
            "weights": weights_in_words(alias),
            "superseded_by": str(newest.number) if newest and later else None,
        }
        return Observed(fields, {live_version(self.function): served}, raw={"published": found})

    def want(self, known: Outputs) -> Fields:
        return {
            **settings.wanted(self.stack, self.function, known),
            "code_sha256": self.sha256,
            "architecture": self.stack.config.functions.architecture,
            "latest_code_sha256": self.sha256,
            "weights": None,
            "superseded_by": None,
        }

    def create(self, aws: Aws, known: Outputs) -> Given:
        """A function that was there before this run may have the version already, or other code."""
        was_there = known.get(latest_code(self.function))
        found = published(aws, self.stack, self.function) if was_there else None
        version = self._version(aws, known, found)
        where = {"FunctionName": self.name, "Name": ALIAS, "FunctionVersion": version}
        said = described(self.stack, {}, self._hold(known, None).minus(self._wanted(known)))
        aws.call("lambda", "CreateAlias", **where, **said)
        return {live_version(self.function): version}

    def update(
        self, aws: Aws, known: Outputs, observed: Observed, changed: frozenset[str]
    ) -> Given:
        found: Published = observed.raw["published"]
        version = self._version(aws, known, found)
        alias = found.aliases[ALIAS]
        if version != alias["FunctionVersion"] or "weights" in changed:
            added = known.get(settings.rights_added(self.function))
            if added and not aws.location.on_this_machine:  # no emulator spreads rights
                aws.wait(RIGHTS_SPREAD, "IAM takes some seconds to spread the role's new rights")
            hold = self._held(known, found)
            move_alias(aws, self.stack, self.function, version, alias, hold=hold)
        return {live_version(self.function): version}

    def on_hold(self, known: Outputs, observed: Observed | None) -> tuple[str, ...]:
        found = observed.raw["published"] if observed else None
        wanted = self._wanted(known)
        if observed:  # what is served already isn't made live
            differs = {each.field for each in compare(observed.fields, self.want(known))}
            wanted = {name: value for name, value in wanted.items() if name in differs}
        held = self._hold(known, found).among(wanted)
        return tuple(f"{holds.in_words(field)} of {self.name}" for field in held)

    def _held(self, known: Outputs, found: Published) -> Hold:
        """What is held once what is wanted is served."""
        oldest = min((each.release for each in found.marked if each.release), default=None)
        still = self._hold(known, found).since(oldest.time if oldest else None)
        return still.minus(self._wanted(known))

    def _hold(self, known: Outputs, found: Published | None) -> Hold:
        """Where the function had another name, its former alias holds it."""
        if found is None:
            return holds.parse(known.get(settings.former_hold(self.function)))
        return holds.parse(found.aliases.get(ALIAS, {}).get("Description"))

    def _wanted(self, known: Outputs) -> Fields:
        wanted = self.want(known)
        return holds.contents_in_full({n: wanted[n] for n in wanted if n not in AROUND})

    def _version(self, aws: Aws, known: Outputs, found: Published | None) -> str:
        """The version to serve: the newest if it is just that, else a new one.

        Without `found` the function was made by this very run, of the code that is wanted.
        """
        revision = known.get(settings.revision(self.function))
        if found:
            revision = self._upload(aws, found, revision)
        newest = found.newest if found else None
        if newest is None or not self._is_wanted(known, newest.contents):
            return self._publish(aws, known, revision)
        version = str(newest.number)
        if found and newest is not found.live:  # of a run that ended before it was served
            settings.wait_until_settled(aws, self.name, version)
        return version

    def _is_wanted(self, known: Outputs, found: Fields) -> bool:
        wanted = self.want(known)
        return found == {name: wanted[name] for name in found}

    def _upload(self, aws: Aws, found: Published, revision: str | None) -> str | None:
        """Bring the code to what is wanted; returns the revision that it has then."""
        seen, wanted = _code(found.latest), (self.sha256, self.stack.config.functions.architecture)
        if seen == wanted:
            return revision
        named = {"FunctionName": self.name, "Architectures": [wanted[1]]}
        code = self.stack.code[self.function]
        revisions.change(
            aws,
            kinds.FUNCTION(self.name),
            revision,
            send=lambda assumed: aws.call(
                "lambda", "UpdateFunctionCode", **named, ZipFile=code, **assumed
            ),
            look=lambda: settings.wait_until_settled(aws, self.name),
            as_planned=lambda now: _code(now) == seen,
            done=lambda now: _code(now) == wanted,
        )
        settled = settings.wait_until_settled(aws, self.name)
        return revisions.of(settled).get("RevisionId")

    def _publish(self, aws: Aws, known: Outputs, revision: str | None) -> str:
        named = {"FunctionName": self.name, "CodeSha256": self.sha256}
        answer = publish(
            aws,
            self.stack,
            known,
            named,
            revision=revision,
            as_planned=lambda now: self._is_wanted(known, contents(now)),
        )
        version = str(answer["Version"])
        if answer.get("State") == "Pending":
            settings.wait_until_settled(aws, self.name, version)
        return version

    def _configuration(self, aws: Aws, found: Published, served: str) -> Mapping[str, object]:
        """Listings may lag behind the alias."""
        if served == LATEST:
            return found.latest
        version = found.numbered(served)
        if version:
            return version.configuration
        answer = aws.call("lambda", "GetFunction", FunctionName=self.name, Qualifier=served)
        configuration: Mapping[str, object] = answer["Configuration"]
        return configuration


def _code(configuration: Mapping[str, Any]) -> tuple[str | None, str]:
    """What an update of the code replaces."""
    return configuration.get("CodeSha256"), architecture(configuration)
