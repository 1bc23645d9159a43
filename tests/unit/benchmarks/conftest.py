"""The benchmarks are scripts, not a package: their folder is put where imports are looked for."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "benchmarks" / "deploy"))
