"""What the end-to-end tests and the fault bench have lies beside it."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

sys.path += [str(HERE), str(HERE.parent / "faults"), str(HERE.parent / "e2e"), str(HERE.parent)]
