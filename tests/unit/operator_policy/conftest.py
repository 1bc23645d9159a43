"""The scopes that the rights are looked at for."""

from __future__ import annotations

import pytest
from rights_scopes import SCOPES

from productsapi.operator_policy import Scope


@pytest.fixture(params=SCOPES)
def scope(request: pytest.FixtureRequest) -> Scope:
    found: Scope = SCOPES[request.param]
    return found
