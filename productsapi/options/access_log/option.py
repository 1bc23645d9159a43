"""What core code needs to know of the access log."""

from __future__ import annotations

from productsapi.options.access_log.doctor import log_role
from productsapi.options.access_log.resources import parts
from productsapi.options.access_log.rights import RIGHTS
from productsapi.stack.option import Option

OPTION = Option(
    name="access-log",
    title="access log",
    step="deployment",
    on=lambda config: config.access_log.enabled,
    parts=parts,
    rights=RIGHTS,
    doctor={"account log role": log_role},
)
OPTIONS = (OPTION,)
