"""Step 6: who may come in: the user pool, the app client, and the authorizer of the API."""

from __future__ import annotations

from productsapi.engine.resource import Resource
from productsapi.steps.stack import Stack
from productsapi.steps.user_pool.authorizer import Authorizer
from productsapi.steps.user_pool.client import UserPoolClient
from productsapi.steps.user_pool.pool import UserPool


def resources(stack: Stack) -> list[Resource]:
    return [UserPool(stack), UserPoolClient(stack), Authorizer(stack)]
