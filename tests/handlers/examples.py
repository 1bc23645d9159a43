"""How hypothesis looks for examples here: the same ones each time, at the machine's pace."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

patiently = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Other folders' tests keep hypothesis's own settings."""


def json_values(text: st.SearchStrategy[str], numbers: st.SearchStrategy[Any]) -> Any:
    """Up to three levels, one by one: a recursive strategy takes three times as long to draw."""
    values = leaves = st.one_of(st.none(), st.booleans(), numbers, text)
    for most in (2, 3, 4):
        lists, dicts = st.lists(values, max_size=most), st.dictionaries(text, values, max_size=most)
        values = st.one_of(leaves, lists, dicts)
    return values
