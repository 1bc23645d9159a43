"""What the life on AWS goes by lies in tests/aws, where nothing is collected without a profile."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "aws"))

import life_path  # noqa: F401
