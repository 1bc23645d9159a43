"""Checks before a deploy that the runtime can compile the functions' sources.

No line of them is run: they are parsed, and compiled, by the runtime's own Python where this
machine has it.
"""

from productsapi.syntax.checking import check

__all__ = ["check"]
