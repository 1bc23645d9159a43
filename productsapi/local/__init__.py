"""The embedded local cloud: start, find, stop.

`emulator` is one MiniStack process; `cloud` is a project's cloud: its folder, its port, its state;
`start` brings that up.
"""

from productsapi.local.cloud import LocalCloud
from productsapi.local.start import Running

__all__ = ["LocalCloud", "Running"]
