"""The embedded local cloud: start, find, stop.

`emulator` is one MiniStack process; `cloud` is a project's cloud: its folder, its port, its state.
"""

from productsapi.local.cloud import LocalCloud, Running

__all__ = ["LocalCloud", "Running"]
