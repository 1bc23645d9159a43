"""What emptying the stage's cache takes."""

from __future__ import annotations

from productsapi.stack.iam_right import DEPLOY, SOURCE, Right, Scope, path


def cached(scope: Scope) -> bool:
    return scope.stack.config.api.cache.on


DATA = path("/restapis/{api}/stages/*/cache/data")
RIGHTS = (
    Right("apigateway", "FlushStageCache", "apigateway:DELETE", DATA, DEPLOY, SOURCE, when=cached),
)
