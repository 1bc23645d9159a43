"""Whether the runtime can read the functions' sources, told before they are deployed.

No line of them is run: they are parsed, and compiled, by the runtime's own Python where this
machine has it.
"""

from productsapi.syntax.checking import check

__all__ = ["check"]
