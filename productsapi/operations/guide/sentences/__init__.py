"""For each call that a deploy makes: what it is for, and what the console would have asked."""

from __future__ import annotations

from productsapi.operations.guide.sentences.functions import FUNCTIONS
from productsapi.operations.guide.sentences.gateway import GATEWAY

SENTENCES = {**FUNCTIONS, **GATEWAY}
"""By operation, or by what is waited for: `wait table-exists`."""
