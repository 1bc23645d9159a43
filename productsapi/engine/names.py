"""The names by which resources refer to each other, as values that can't be mistyped.

All three are texts, so that plans show them and compare as they always did.
"""

from __future__ import annotations


class Output(str):
    """A value that one resource gives and others use: an id, an ARN, a pointer.

    Declared once; whoever gives or uses it names that very constant.
    """

    __slots__ = ()


class Key(str):
    """Which resource: its kind and name, `table Products`."""

    __slots__ = ("__dict__",)  # a text's subclass takes no others
    kind: Kind
    name: str
    optional: bool

    def __new__(  # noqa: PYI034 - typing's Self is of Python 3.11
        cls, kind: Kind, name: str, *, optional: bool = False
    ) -> Key:
        key = super().__new__(cls, f"{kind} {name}")
        key.kind, key.name, key.optional = kind, name, optional
        return key

    @property
    def if_there(self) -> Key:
        """For an edge to what some configurations don't have."""
        return Key(self.kind, self.name, optional=True)


class Kind(str):
    """What plans call resources of one sort; called with a name, it gives the key of that one."""

    __slots__ = ()

    def __call__(self, name: str) -> Key:
        return Key(self, name)
