"""Publishing a version of a function: of the code and settings that were seen, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from productsapi.aws.caller import Aws
from productsapi.engine.outputs import Outputs
from productsapi.releases import metadata
from productsapi.stack import Stack, kinds, revisions
from productsapi.stack import function_settings as settings
from productsapi.stack.output_names import NEWEST_RELEASE


def publish(  # noqa: PLR0913 - of what, marked how, and what it assumes
    aws: Aws,
    stack: Stack,
    known: Outputs,
    named: Mapping[str, str],
    *,
    revision: str | None,
    as_planned: Callable[[Mapping[str, Any]], bool],
) -> Mapping[str, Any]:
    """The new version's configuration; `named` has FunctionName and CodeSha256.

    AWS refuses where somebody has changed code or settings since they were looked at. Sent again it
    makes no other one: AWS publishes nothing where nothing has changed since.
    """
    name = named["FunctionName"]
    description = metadata.version_metadata(
        stack, metadata.release(stack, known.get(NEWEST_RELEASE))
    )
    answer = revisions.change(
        aws,
        kinds.FUNCTION(name),
        revision,
        send=lambda assumed: aws.call(
            "lambda", "PublishVersion", **named, Description=description, **assumed
        ),
        look=lambda: settings.wait_until_settled(aws, name),
        as_planned=as_planned,
    )
    if answer is None:
        raise AssertionError("no version is published unseen")
    return answer
