"""IAM users of the local cloud who hold a printed policy and nothing else."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from e2e_project import Project, client

Document = Mapping[str, Any]


def printed(project: Project, job: str, *words: str) -> Document:
    """What `policy JOB` prints for the local cloud."""
    document: Document = json.loads(project.run("policy", job, "--local", *words).out)
    return document


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
