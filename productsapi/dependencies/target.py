"""What wheels are for: a Lambda runtime, or on the local cloud this very Python."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.tags import Tag

MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
GLIBC = {"python3.9": 26, "python3.10": 26, "python3.11": 26}
"""The minor version of glibc 2 on Amazon Linux 2 (Lambda's guide, "Lambda runtimes")."""
GLIBC_2023 = 34
"""On Amazon Linux 2023, which python3.12 and later run on."""
OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}
"""The first glibc that wheels were made for (PEP 513, PEP 599)."""
ALIASES = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}
"""PEP 600's names for the older ones."""


@dataclass(frozen=True)
class Target:
    """`runtime` and `architecture` as the configuration has them; none is this interpreter."""

    runtime: str = ""
    architecture: str = ""

    @property
    def python(self) -> str:
        """As markers have it, `3.13`."""
        return self.runtime.removeprefix("python") or ".".join(map(str, sys.version_info[:2]))

    @property
    def platforms(self) -> tuple[str, ...]:
        """The best first; none for this interpreter, which knows its own."""
        if not self.runtime:
            return ()
        machine = MACHINES[self.architecture]
        found = []
        for minor in range(GLIBC.get(self.runtime, GLIBC_2023), OLDEST_GLIBC[machine] - 1, -1):
            found.append(f"manylinux_2_{minor}_{machine}")
            if minor in ALIASES:
                found.append(f"{ALIASES[minor]}_{machine}")
        return tuple(found)

    @property
    def options(self) -> list[str]:
        """As options of pip."""
        if not self.runtime:
            return []
        platforms = [word for each in self.platforms for word in ("--platform", each)]
        python = ["--python-version", self.python, "--implementation", "cp"]
        return [*platforms, *python, "--abi", self._abi]

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """What a wheel's name may say."""
        from packaging.tags import compatible_tags, cpython_tags, sys_tags

        if not self.runtime:
            return frozenset(sys_tags())
        version, platforms = self._version, self.platforms
        abis = [self._abi]
        return frozenset(
            (
                *cpython_tags(version, abis, platforms),
                *compatible_tags(version, f"cp{version[0]}{version[1]}", platforms),
            )
        )

    @cached_property
    def markers(self) -> Mapping[str, str]:
        """The values of a marker's variables, such as `python_version < "3.11"`."""
        from packaging.markers import default_environment

        if not self.runtime:
            return {name: str(value) for name, value in default_environment().items()}
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": MACHINES[self.architecture],
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }

    def __str__(self) -> str:
        if not self.runtime:
            return f"this machine's Python {self.python}"
        glibc = GLIBC.get(self.runtime, GLIBC_2023)
        return f"{self.runtime} on {self.architecture} (glibc 2.{glibc})"

    @property
    def _version(self) -> tuple[int, int]:
        major, minor = self.python.split(".")
        return int(major), int(minor)

    @property
    def _abi(self) -> str:
        return f"cp{self.python.replace('.', '')}"
