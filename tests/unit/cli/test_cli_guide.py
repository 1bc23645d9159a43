"""What `plan --guide` can't be asked together with."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from productsapi.cli import USAGE, main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--script"], "--script says how to write the --guide"),
        (["--guide", "--json"], "--guide is a form of its own"),
        (["--guide", "--detail"], "--guide is a form of its own"),
        (["--guide", "--script", "--format", "markdown"], "--guide is a form of its own"),
    ],
)
def test_a_guide_is_a_form_of_its_own(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["plan", "--local", *words])
    assert result.exit_code == USAGE
    assert said in " ".join(result.output.split())
