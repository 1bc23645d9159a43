"""What end-to-end tests and the bench share lies beside it; scripts don't see it by themselves."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

sys.path += [str(HERE.parent / "e2e"), str(HERE.parent)]
