"""Others' packages in the functions' zips: fetched by pip from a folder, kept, and checked."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from wheels import sha256, wheel

from productsapi import archive, packaging
from productsapi.dependencies import Target, fetching, files
from productsapi.errors import ConfigError
from productsapi.packaging import code_sha256, packages
from productsapi.routes import FUNCTIONS

LAMBDA = Target("python3.13", "x86_64")
SO = b"\x7fELF compiled " + bytes(range(256)) * 40
COMPILED = {
    "fast/__init__.py": b"from fast._c import *\n",
    "fast/_c.cpython-313-x86_64-linux-gnu.so": SO,
    "fast-1.0.data/scripts/fast": b"#!python\n",
    "fast-1.0.data/purelib/fast_more.py": b"MORE = 1\n",
    "fast/__pycache__/x.cpython-313.pyc": b"old",
}
TAG = "cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "productsapi" / "wheels"


def sources(root: Path, *lines: str, links: Path | None = None) -> Path:
    for folder in ("shared", *(f"{function}_product" for function in FUNCTIONS)):
        module = root / "lambda_src" / folder / "lambda_function.py"
        module.parent.mkdir(parents=True)
        module.write_text(f"# {folder}\n")
    where = ["--no-index", f"--find-links {links}"] if links else []
    (root / "lambda_src" / "requirements.txt").write_text("\n".join([*where, *lines, ""]))
    return root / "lambda_src"


class Pip:
    """What is run instead of pip: it puts wheels where pip would, or fails as it does."""

    def __init__(self, *made: Path, error: str = "") -> None:
        self.made, self.error, self.commands = made, error, list[list[str]]()

    def __call__(
        self, command: list[str], _: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        if self.error:
            return subprocess.CompletedProcess(command, 1, "", self.error)
        to = Path(command[command.index("--dest") + 1])
        to.mkdir()
        for each in self.made:
            shutil.copy(each, to)
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Pip:
    found = Pip()
    monkeypatch.setattr(fetching.wheels, "__defaults__", (found,))
    return found


def only(folder: Path) -> Path:
    [found] = folder.glob("*.whl")
    return found


def names(made: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(made)).namelist())


# -- by pip itself ---------------------------------------------------------------------------------


def test_a_compiled_wheel_gives_the_same_hash_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From two folders, indexes and caches: as on two machines. And it holds what is imported."""
    made = []
    for machine in ("one", "two"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / machine / "cache"))
        links = tmp_path / machine / "links"
        line = wheel(links, "fast", COMPILED, tag=TAG)
        wheel(links, "fast", {"fast/__init__.py": b""}, tag="cp313-cp313-win_amd64")
        made.append(packages(sources(tmp_path / machine / "src", line, links=links), LAMBDA))
    assert made[0] == made[1]
    assert len({code_sha256(each["get"]) for each in made}) == 1
    with zipfile.ZipFile(io.BytesIO(made[0]["get"])) as opened:
        assert opened.testzip() is None
        assert opened.read("fast/_c.cpython-313-x86_64-linux-gnu.so") == SO
        assert opened.read("fast_more.py") == b"MORE = 1\n"
        assert len(made[0]["get"]) < len(SO), "compressed as the wheel has it"
    assert not {name for name in names(made[0]["get"]) if "script" in name or "pycache" in name}


def test_no_package_is_built(tmp_path: Path) -> None:
    """A source distribution's setup.py could do anything: it isn't even unpacked."""
    links = tmp_path / "links"
    links.mkdir()
    (links / "slow-1.0.tar.gz").write_bytes(b"not even an archive")
    line = f"slow==1.0 --hash=sha256:{sha256(links / 'slow-1.0.tar.gz')}"
    with pytest.raises(ConfigError, match=r"python3.13 on x86_64 .*can't be fetched") as caught:
        packages(sources(tmp_path / "src", line, links=links), LAMBDA)
    assert "slow==1.0" in caught.value.message
    assert "never built" in caught.value.hint


def test_another_file_than_was_pinned_is_refused(tmp_path: Path) -> None:
    links = tmp_path / "links"
    line = wheel(links, "fast", COMPILED, tag=TAG)
    wheel(links, "fast", {"fast/__init__.py": b"import os  # changed since"}, tag=TAG)
    with pytest.raises(ConfigError, match="can't be fetched"):
        packages(sources(tmp_path / "src", line, links=links), LAMBDA)


def test_the_local_cloud_gets_its_own_pythons_wheel(tmp_path: Path) -> None:
    links, here = tmp_path / "links", f"cp{sys.version_info[0]}{sys.version_info[1]}"
    hashes = []
    for tag, content in ((f"{here}-none-any", b"HERE = 1\n"), (TAG, b"LAMBDA = 1\n")):
        hashes.append(wheel(links, "fast", {"fast.py": content}, tag=tag).split()[1])
    src = sources(tmp_path / "src", f"fast==1.0 {' '.join(hashes)}", links=links)
    for target, content in ((Target(), b"HERE = 1\n"), (LAMBDA, b"LAMBDA = 1\n")):
        with zipfile.ZipFile(io.BytesIO(packages(src, target)["get"])) as opened:
            assert opened.read("fast.py") == content


# -- kept ------------------------------------------------------------------------------------------


def test_a_second_look_needs_no_network(tmp_path: Path, pip: Pip) -> None:
    line = wheel(tmp_path, "pure", {"pure.py": b""})
    pip.made = (only(tmp_path),)
    src = sources(tmp_path / "src", line)
    first = packages(src, LAMBDA)
    pip.error = "ERROR: there is no network"
    assert packages(src, LAMBDA) == first
    assert len(pip.commands) == 1
    with pytest.raises(ConfigError, match="there is no network"):
        packages(src, Target("python3.12", "x86_64"))


def test_what_was_changed_in_the_cache_is_not_used(tmp_path: Path, cache: Path, pip: Pip) -> None:
    line = wheel(tmp_path, "pure", {"pure.py": b""})
    pip.made = (only(tmp_path),)
    src = sources(tmp_path / "src", line)
    first = packages(src, LAMBDA)
    [kept] = cache.glob("*/*.whl")
    kept.write_bytes(b"something else")
    assert packages(src, LAMBDA) == first
    assert len(pip.commands) == 2
    [choice] = cache.glob("*.json")
    for text in ("{", "[]", json.dumps({"pure": "../../etc/passwd"}), json.dumps({"pure": 3})):
        choice.write_text(text)
        assert packages(src, LAMBDA) == first


def test_only_what_was_asked_for_is_taken(tmp_path: Path, pip: Pip) -> None:
    """Whatever pip is set up to do."""
    wheel(tmp_path / "a", "pure", {"pure.py": b"changed"})
    wheel(tmp_path / "b", "other", {"other.py": b""})
    line = wheel(tmp_path / "c", "pure", {"pure.py": b""})
    pip.made = (only(tmp_path / "a"), only(tmp_path / "b"))
    with pytest.raises(ConfigError, match=r"no wheel for python3\.13 .* of pure"):
        packages(sources(tmp_path / "src", line), LAMBDA)


@pytest.mark.parametrize(
    ("said", "reported"),
    [
        ("WARNING: x\nERROR: No matching distribution found for a==1\n", "No matching distrib"),
        ("ERROR: 401 at https://ann:hunter2@index.example.com/", "https://***@index"),
        ("/usr/bin/python3: No module named pip", "there is no pip"),
        ("", "pip says nothing"),
    ],
)
def test_pips_failure_is_reported_in_short(
    tmp_path: Path, pip: Pip, said: str, reported: str
) -> None:
    line = wheel(tmp_path, "pure", {})
    pip.made, pip.error = (only(tmp_path),), said or " "
    with pytest.raises(ConfigError) as caught:
        packages(sources(tmp_path / "src", line), LAMBDA)
    assert reported in caught.value.message
    assert "hunter2" not in caught.value.message


# -- whole, and without contradiction --------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "reported"),
    [
        ("pure>=1", ""),
        ("gone", "needs gone, which isn't in it"),
        ("pure>=2", "needs pure>=2, and it has 1.0"),
        ('gone; python_version < "3.12"', ""),
        ('gone; extra == "more"', ""),
        ('gone; extra == "asked"', "needs gone"),
    ],
)
def test_what_a_package_needs_is_in_the_file(
    tmp_path: Path, pip: Pip, need: str, reported: str
) -> None:
    lines = [
        wheel(tmp_path / "a", "top", {"top.py": b""}, needs=[need]).replace(
            "top==", "top[asked]=="
        ),
        wheel(tmp_path / "b", "pure", {"pure.py": b""}),
    ]
    pip.made = (only(tmp_path / "a"), only(tmp_path / "b"))
    src = sources(tmp_path / "src", *lines)
    if reported:
        with pytest.raises(ConfigError, match=reported):
            packages(src, LAMBDA)
    else:
        assert {"top.py", "pure.py"} <= names(packages(src, LAMBDA)["get"])


@pytest.mark.parametrize(
    ("files_of_a", "files_of_b", "reported"),
    [
        ({"both.py": b"1"}, {"both.py": b"2"}, "a and b both bring both.py"),
        ({"shared/x.py": b""}, {}, "shared of the create function has the name"),
        ({"lambda_function.py": b""}, {}, "lambda_function of the create function"),
        ({"../up.py": b""}, {}, "a file outside of itself"),
        ({"/etc/up.py": b""}, {}, "a file outside of itself"),
    ],
)
def test_what_would_hide_another_is_refused(
    tmp_path: Path,
    pip: Pip,
    files_of_a: dict[str, bytes],
    files_of_b: dict[str, bytes],
    reported: str,
) -> None:
    lines = [wheel(tmp_path / "a", "a", files_of_a), wheel(tmp_path / "b", "b", files_of_b)]
    pip.made = (only(tmp_path / "a"), only(tmp_path / "b"))
    with pytest.raises(ConfigError, match=reported):
        packages(sources(tmp_path / "src", *lines), LAMBDA)


@pytest.mark.parametrize(("limit", "what"), [("LARGEST", "zipped"), ("LARGEST_UNZIPPED", "unzip")])
def test_what_lambda_would_not_take_is_refused(
    tmp_path: Path, pip: Pip, monkeypatch: pytest.MonkeyPatch, limit: str, what: str
) -> None:
    line = wheel(tmp_path, "big", {"big.py": b"x" * 5000})
    pip.made = (only(tmp_path),)
    src = sources(tmp_path / "src", line)
    monkeypatch.setattr(packaging, limit, 4000 if limit == "LARGEST_UNZIPPED" else 100)
    with pytest.raises(ConfigError, match=f"MB {what}"):
        packages(src, LAMBDA)


def test_without_a_file_nothing_is_added(tmp_path: Path) -> None:
    assert files(tmp_path, LAMBDA) == {}


def test_an_archive_is_just_what_python_writes() -> None:
    contents = {"a.py": b"1\n", "b/é.txt": b"", "c.bin": bytes(1000)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as theirs:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = archive.UNIX, archive.READABLE_FILE
            theirs.writestr(entry, contents[name])
    ours = archive.written({name: archive.stored(text) for name, text in contents.items()})
    assert ours == buffer.getvalue()
