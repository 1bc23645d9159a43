"""Step 6: who may come in: the user pool, the app client, and the authorizer of the API."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.stack import Stack
from productsapi.steps.user_pool.authorizer import Authorizer
from productsapi.steps.user_pool.client import UserPoolClient
from productsapi.steps.user_pool.clients import DuplicateClients, FurtherClients
from productsapi.steps.user_pool.pool import UserPool
from productsapi.steps.user_pool.pools import DuplicatePools


def resources(stack: Stack) -> list[Resource]:
    return [
        UserPool(stack),
        DuplicatePools(stack),
        UserPoolClient(stack),
        DuplicateClients(stack),
        FurtherClients(stack),
        Authorizer(stack),
    ]
