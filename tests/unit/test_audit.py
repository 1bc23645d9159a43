"""What the audit of the dependencies makes of pip-audit's reports. Nobody is asked."""

from __future__ import annotations

from typing import Any

import pytest
from audit import CLEAN, FOUND, UNKNOWN, verdict

GOOD: dict[str, Any] = {"name": "click", "version": "8.1.8", "vulns": []}
FLAWED: dict[str, Any] = {
    "name": "urllib3",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
SKIPPED: dict[str, Any] = {"name": "rich", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([GOOD], CLEAN, "1 packages audited, no known"),
        ([GOOD, FLAWED], FOUND, "urllib3 1.0: PYSEC-1, fixed in 1.1"),
        ([FLAWED], FOUND, "PYSEC-2, fixed in no version yet"),
        ([GOOD, SKIPPED], UNKNOWN, "NOT AUDITED: 1 of 2 packages"),
        ([FLAWED, SKIPPED], FOUND, "NOT AUDITED: 1 of 2 packages"),
        ([], UNKNOWN, "NOT AUDITED"),
    ],
)
def test_only_an_answer_about_all_is_a_clean_bill(
    packages: list[dict[str, Any]], code: int, says: str
) -> None:
    """pip-audit itself ends with 0 where the index knows nothing of any package."""
    ended, said = verdict({"dependencies": packages})
    assert ended == code
    assert says in "\n".join(said)
