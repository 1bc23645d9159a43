"""IAM users of the local cloud who hold a printed policy and nothing else."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from e2e_commands import PATIENCE
from e2e_project import Project, client

Document = Mapping[str, Any]
TOO_SHORT = 5
"""The exit code where one policy can't hold it all."""


def parts(project: Project, job: str, *words: str) -> list[Document]:
    """All that `policy JOB` prints: where one is too short, as many as it says."""
    asking = ("policy", job, "--local", *words)
    ended = project.begin(*asking).end(PATIENCE)
    if ended.code == TOO_SHORT:
        reported = re.search(r"--part 1 to --part (\d+)", ended.err)
        assert reported, ended.err
        numbers = range(1, int(reported[1]) + 1)
        return [json.loads(project.run(*asking, "--part", str(n)).out) for n in numbers]
    assert ended.code == 0, ended.err
    return [json.loads(ended.out)]


@dataclass(frozen=True)
class Holder:
    """A user whose one policy can be changed; `env` lets the real commands run as him."""

    endpoint: str
    name: str
    env: Mapping[str, str]

    def hold(self, *documents: Document) -> None:
        """As inline policies: there the emulator takes a change at once."""
        iam = client("iam", self.endpoint)
        for old in iam.list_user_policies(UserName=self.name)["PolicyNames"]:
            iam.delete_user_policy(UserName=self.name, PolicyName=old)
        for number, document in enumerate(documents):
            iam.put_user_policy(
                UserName=self.name, PolicyName=f"p{number}", PolicyDocument=json.dumps(document)
            )


def new_holder(endpoint: str, documents: Iterable[Document], via: str = "") -> Holder:
    """`via` is the address that the commands are to use, where it isn't the endpoint itself."""
    iam, name = client("iam", endpoint), f"u-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    env = {
        "AWS_ENDPOINT_URL": via or endpoint,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
    holder = Holder(endpoint, name, env)
    holder.hold(*documents)
    return holder
