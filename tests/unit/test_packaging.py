"""The functions' zips: the same bytes from any checkout, machine and time."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from productsapi.errors import ConfigError
from productsapi.packaging import code_sha256, package, packages
from productsapi.routes import FUNCTIONS

LAMBDA_SRC = Path(__file__).parents[2] / "lambda_src"

FILES = {
    "get_product/lambda_function.py": "from shared import rules\n",
    "get_product/notes/extra.txt": "kept as it is\r\n",
    "shared/__init__.py": "",
    "shared/rules.py": "LIMIT = 1\nNAME = 'é'\n",
    "shared/schema.json": '{\n  "type": "object"\n}\n',
}
GOLDEN = "K+McdR4+bA2HM97OH4lWmhqEjkgtdAhLKO+SCAsXnc0="
"""CodeSha256 of the files above: it must never change, or every deploy would upload all code."""


def write(root: Path, files: dict[str, str] = FILES, *, newline: str = "\n") -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        ours = path.suffix in {".py", ".json"}
        path.write_bytes((text.replace("\n", newline) if ours else text).encode())
    return root


def entries(data: bytes) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(data)).infolist()


def test_the_bytes_are_those_they_have_always_been(tmp_path: Path) -> None:
    assert code_sha256(package(write(tmp_path), "get")) == GOLDEN


def test_dates_modes_order_and_umask_change_no_byte(tmp_path: Path) -> None:
    first = package(write(tmp_path / "first"), "get")
    before = os.umask(0o077)
    try:
        second = write(tmp_path / "second", dict(reversed(FILES.items())))
    finally:
        os.umask(before)
    for number, path in enumerate(sorted(second.rglob("*.py"))):
        path.chmod(0o755 if number % 2 else 0o600)
        os.utime(path, (10**9 * number, 10**9 * number))
    assert package(second, "get") == first


def test_windows_line_ends_give_the_same_bytes(tmp_path: Path) -> None:
    here, windows = write(tmp_path / "here"), write(tmp_path / "windows", newline="\r\n")
    assert b"\r\n" in (windows / "shared/rules.py").read_bytes()
    assert package(windows, "get") == package(here, "get")


def test_what_tools_leave_behind_does_not_go_along(tmp_path: Path) -> None:
    clean = package(write(tmp_path), "get")
    for name in (
        "get_product/__pycache__/lambda_function.cpython-313.pyc", "get_product/stray.pyc",
        "shared/__pycache__/deep/x.py", ".DS_Store", "shared/.hidden", "shared/.idea/x.json",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left behind")
    assert package(tmp_path, "get") == clean


def test_entries_are_stored_sorted_dated_and_readable(tmp_path: Path) -> None:
    found = entries(package(write(tmp_path), "get"))
    assert [entry.filename for entry in found] == [
        "lambda_function.py", "notes/extra.txt",
        "shared/__init__.py", "shared/rules.py", "shared/schema.json",
    ]  # fmt: skip
    for entry in found:
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.create_system == 3
        assert entry.external_attr >> 16 == stat.S_IFREG | 0o644
        assert entry.extra == entry.comment == b""


def test_what_is_not_text_is_not_touched(tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(package(write(tmp_path), "get")))
    assert archive.read("notes/extra.txt") == b"kept as it is\r\n"


def test_a_change_of_what_is_shared_changes_the_hash(tmp_path: Path) -> None:
    before = code_sha256(package(write(tmp_path), "get"))
    (tmp_path / "shared/rules.py").write_text("LIMIT = 2\n")
    assert code_sha256(package(tmp_path, "get")) != before


def test_the_hash_has_lambdas_form() -> None:
    assert code_sha256(b"zip") == base64.b64encode(hashlib.sha256(b"zip").digest()).decode()


def test_each_function_gets_its_handler_and_all_shared() -> None:
    made = packages(LAMBDA_SRC)
    assert set(made) == set(FUNCTIONS)
    shared = {f"shared/{path.name}" for path in (LAMBDA_SRC / "shared").glob("*.*")}
    for function, data in made.items():
        archive = zipfile.ZipFile(io.BytesIO(data))
        assert set(archive.namelist()) == {"lambda_function.py", *shared}
        handler = LAMBDA_SRC / f"{function}_product" / "lambda_function.py"
        assert archive.read("lambda_function.py") == handler.read_bytes()


@pytest.mark.parametrize("missing", ["get_product/lambda_function.py", "get_product", "shared"])
def test_missing_sources_are_named_with_init(tmp_path: Path, missing: str) -> None:
    write(tmp_path, {name: "" for name in FILES if not name.startswith(missing)})
    with pytest.raises(ConfigError) as raised:
        package(tmp_path, "get")
    assert str(tmp_path / missing) in raised.value.message
    assert "productsapi init" in raised.value.hint


def test_a_link_out_is_refused_and_one_inside_followed(tmp_path: Path) -> None:
    """Whoever's sources one deploys, no file beside them goes into what the functions can read."""
    sources = write(tmp_path / "lambda_src")
    before = package(sources, "get")
    (sources / "get_product" / "rules_too.py").symlink_to(sources / "shared" / "rules.py")
    assert len(entries(package(sources, "get"))) == len(entries(before)) + 1
    (tmp_path / "credentials").write_text("aws_secret_access_key = hunter2", "utf-8")
    (sources / "get_product" / "notes" / "more.txt").symlink_to(tmp_path / "credentials")
    with pytest.raises(ConfigError, match=r"more\.txt is a link out of"):
        package(sources, "get")


@pytest.mark.parametrize("kind", [OSError(13, "Permission denied", "shared/rules.py")])
def test_a_source_that_can_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: OSError
) -> None:
    """Patched, since nothing is unreadable for root."""

    def refuse(_path: Path) -> bytes:
        raise kind

    write(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ConfigError, match=r"shared/rules\.py can't be read: Permission denied"):
        package(tmp_path, "get")


def test_packaging_writes_no_bytecode_beside_sources(tmp_path: Path) -> None:
    package(write(tmp_path), "get")
    assert not list(tmp_path.rglob("*.pyc"))
    assert "lambda_function" not in sys.modules
