"""What core code needs to know of secrets in the functions' variables."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.options.environment.doctor import readable
from productsapi.options.environment.rights import RIGHTS
from productsapi.options.environment.secret import Secret
from productsapi.stack import Stack, kinds, own_variables
from productsapi.stack.option import Option


def parts(stack: Stack, *, on: bool = True) -> list[Resource]:
    return [Secret(stack, name) for name in own_variables.secrets(stack)] if on else []


OPTION = Option(
    title="own variables",
    step="functions",
    on=lambda config: bool(config.functions.environment),
    parts=parts,
    rights=RIGHTS,
    verified=(kinds.SECRET,),
    doctor={"functions' secrets": readable},
)
OPTIONS = (OPTION,)
