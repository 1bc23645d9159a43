"""Step 6: who may come in: the user pool, the app client, and the authorizer of the API."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.stack import Stack
from productsapi.steps.user_pool.authorizer import Authorizer
from productsapi.steps.user_pool.client import UserPoolClient
from productsapi.steps.user_pool.clients import FurtherClients, TwinClients
from productsapi.steps.user_pool.pool import UserPool
from productsapi.steps.user_pool.pools import TwinPools


def resources(stack: Stack) -> list[Resource]:
    return [
        UserPool(stack),
        TwinPools(stack),
        UserPoolClient(stack),
        TwinClients(stack),
        FurtherClients(stack),
        Authorizer(stack),
    ]
