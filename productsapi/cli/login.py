"""`productsapi login`: the same as `productsapi user login`."""

from __future__ import annotations

from productsapi.cli.user import login as command

__all__ = ["command"]
