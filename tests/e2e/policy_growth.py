"""Rights found one by one: from a policy that allows nothing to one that a whole job runs with.

Each round runs the command, which is refused; what its message names must be a line of the table,
and is given. So each line that is given was needed, the message named it, and with all of them
nothing else was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from e2e_project import Project, client
from policy_user import Holder

from productsapi.aws.location import Location
from productsapi.config import load
from productsapi.local.emulator import ACCOUNT
from productsapi.operator_policy import Job, Right, Scope, needed
from productsapi.stack import Stack

DENIED = 4
NAMED = re.compile(r"Error: (\w+): ([\w-]+:\w+)(?: on (\S+))? isn't allowed")


class Ran(NamedTuple):
    code: int
    said: str


class Line(NamedTuple):
    """What a message names of a line of the table."""

    operation: str
    action: str


def line(right: Right) -> Line:
    return Line(right.operation, right.action)


@dataclass
class Growth:
    """`jobs` are those whose lines may be given; `given` are those that were."""

    project: Project
    holder: Holder
    jobs: tuple[Job, ...]
    given: set[Line] = field(default_factory=set)
    former: tuple[str, ...] = ()
    policy_of: str = "dev.yaml"
    """The configuration whose policy is held; the commands' own is always dev.yaml."""
    said: str = ""
    """What the last run said, whichever way."""

    def run(self, *words: str, stdin: str = "", code: int = 0) -> list[Line]:
        """Run a command until it ends with `code`, giving a line a round; returns these."""
        found: list[Line] = []
        while True:
            self.hold(self.given)
            ran = self.once(*words, stdin=stdin)
            if ran.code != DENIED:
                assert ran.code == code, ran.said
                return found
            new = self._named(ran.said)
            assert new not in self.given, f"{new} was given, by {self.scope()}: {ran.said}"
            self.given.add(new)
            found.append(new)

    def without(self, taken: Line, *words: str, stdin: str = "") -> Ran:
        """One run with all lines but this one."""
        self.hold({line(right) for right in self.lines()} - {taken})
        return self.once(*words, stdin=stdin)

    def hold(self, lines: Iterable[Line]) -> None:
        """A statement for each, as narrow as the table has it."""
        chosen, scope = set(lines), self.scope()
        rights = [right for right in self.lines() if line(right) in chosen]
        statements = [
            {
                "Effect": "Allow",
                "Action": right.action,
                "Resource": sorted({*right.on(scope), *right.also(scope)}),
            }
            for right in rights
        ]
        documents = [{"Version": "2012-10-17", "Statement": statements}] if statements else []
        self.holder.hold(*documents)

    def lines(self) -> list[Right]:
        """Also those for making what has no id yet, though the scope knows the others' ids."""
        bare = Scope(self.scope().stack)
        return [right for job in self.jobs for right in needed(job, bare)]

    def once(self, *words: str, stdin: str = "") -> Ran:
        done = self.project.run(*words, code=None, stdin=stdin, env=self.holder.env)
        self.said = done.out + done.err
        return Ran(done.code, self.said)

    def scope(self) -> Scope:
        """By the ids that are there by now, so that one line's path doesn't cover another's."""
        config = load(self.project.folder / "config" / self.policy_of)
        apis = client("apigateway", self.holder.endpoint).get_rest_apis()["items"]
        pools = client("cognito-idp", self.holder.endpoint).list_user_pools(MaxResults=60)
        return Scope(
            Stack(config, Location(config.region, ACCOUNT, local=True)),
            apis[0]["id"] if len(apis) == 1 else None,
            pools["UserPools"][0]["Id"] if len(pools["UserPools"]) == 1 else None,
            self.former,
        )

    def _named(self, said: str) -> Line:
        named = NAMED.search(said)
        assert named, said
        found = Line(named[1], named[2])
        assert found in {line(right) for right in self.lines()}, f"no line of the table: {named[0]}"
        if found.action.startswith("apigateway:"):
            assert named[3], f"the path isn't reported: {named[0]}"
        return found
