"""Step 4: the REST API, its paths and methods, and who may invoke what."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.routes import FUNCTIONS, PATHS, RESOURCES, ROUTES
from productsapi.stack import Stack
from productsapi.stack.api_tree import GATEWAY_ERRORS
from productsapi.stack.option import Options, key_parameters
from productsapi.steps.rest_api.api import DuplicateApis, RestApi
from productsapi.steps.rest_api.gateway_responses import GatewayResponse
from productsapi.steps.rest_api.invoke_permissions import InvokePermission
from productsapi.steps.rest_api.methods import ProxyMethod
from productsapi.steps.rest_api.paths import ApiPath
from productsapi.steps.rest_api.preflight import Preflight
from productsapi.steps.rest_api.unmanaged import ForeignPaths, ForeignStages, OpenMethods
from productsapi.steps.rest_api.unmanaged_permissions import ForeignPermissions


def resources(stack: Stack, options: Options) -> list[Resource]:
    keys = {route: key_parameters(options, stack.config, route) for route in ROUTES}
    return [
        RestApi(stack),
        DuplicateApis(stack),
        *(ApiPath(stack, path) for path in RESOURCES),
        *(ProxyMethod(stack, route, key) for route, key in keys.items()),
        *(Preflight(stack, path) for path in PATHS),
        *(GatewayResponse(stack, kind) for kind in GATEWAY_ERRORS),
        OpenMethods(stack),
        ForeignStages(stack),
        ForeignPaths(stack),
        *(InvokePermission(stack, route) for route in ROUTES),
        *(ForeignPermissions(stack, function) for function in FUNCTIONS),
    ]
