"""What a user names as a file and is none: FIFOs, devices, pipes, descriptors of our own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import click
import pytest

from productsapi.cli.output import write_file
from productsapi.cli.request import _body
from productsapi.config.loading import load
from productsapi.errors import ConfigError, Refused
from productsapi.streams import is_replaceable, opened, own_descriptor


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


def given(path: Path, content: bytes) -> bytes:
    """What a reader of the FIFO got while `content` was written into it."""
    got: list[bytes] = []
    reading = Thread(target=lambda: got.append(path.read_bytes()), daemon=True)
    reading.start()
    write_file(path, content.decode())
    reading.join()
    return got[0]


# -- read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "raised"),
    [
        (opened, OSError),
        (load, ConfigError),
        (lambda path: _body(f"@{path}"), click.UsageError),
    ],
    ids=["any", "configuration", "body"],
)
def test_a_fifo_nobody_writes_to_is_refused_at_once(
    fifo: Path, read: Callable[[Path], object], raised: type[Exception]
) -> None:
    with pytest.raises(raised, match="FIFO"):
        read(fifo)


@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_that_the_shell_opened_is_read(tmp_path: Path, linked: bool) -> None:
    """`-d @<(make-product)` is one; its name can be behind links, as /dev/stdin's."""
    reader, writer = os.pipe()
    os.write(writer, b'{"a": 1}')
    os.close(writer)
    name = Path(f"/dev/fd/{reader}")
    if linked:
        (tmp_path / "link").symlink_to(name)
        name = tmp_path / "link"
    assert _body(f"@{name}") == b'{"a": 1}'
    os.close(reader)


def test_a_body_comes_by_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"\xff{}\n")
    os.close(writer)
    kept = os.dup(0)
    try:
        os.dup2(reader, 0)
        assert _body("@-") == b"\xff{}\n"
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(reader)


def test_a_descriptor_that_is_not_open_is_reported() -> None:
    with pytest.raises(click.UsageError, match="/dev/fd/987 can't be read: Bad file descriptor"):
        _body("@/dev/fd/987")


# -- written -----------------------------------------------------------------------------------


def test_a_fifo_is_written_into_and_stays(fifo: Path) -> None:
    assert given(fifo, b"one") == b"one"
    assert fifo.is_fifo()
    assert [path.name for path in fifo.parent.iterdir()] == ["fifo"]


def test_a_device_is_written_into_and_stays(tmp_path: Path) -> None:
    """Also behind a link of the user's."""
    link = tmp_path / "nowhere"
    link.symlink_to(os.devnull)
    write_file(link, "gone")
    assert link.is_symlink()
    assert Path(os.devnull).is_char_device()


def test_a_redirected_descriptor_is_not_replaced(tmp_path: Path) -> None:
    """As in `{ date; productsapi openapi -o /dev/stdout; } > file`: what is there stays."""
    file = tmp_path / "file"
    with file.open("wb", buffering=0) as redirected:
        redirected.write(b"before ")
        name = Path(f"/dev/fd/{redirected.fileno()}")
        assert not is_replaceable(name)
        write_file(name, "document")
        redirected.write(b" after")
    assert file.read_bytes() == b"before document after"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("/dev/stdin", 0),
        ("/dev/stdout", 1),
        ("/dev/../dev/stderr", 2),
        ("/dev/fd/63", 63),
        ("/proc/self/fd/7", 7),
        ("/proc/PID/fd/7", 7),
        ("/proc/1/fd/7", None),
        ("/dev/null", None),
        ("fd/7", None),
    ],
)
def test_a_descriptors_names_are_known(name: str, number: int | None) -> None:
    assert own_descriptor(Path(name.replace("PID", str(os.getpid())))) == number


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(Refused, match="can't be written: Too many levels"):
        write_file(tmp_path / "a", "")


def test_a_reader_that_is_gone_is_reported() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(Refused, match="Broken pipe"):
        write_file(Path(f"/dev/fd/{writer}"), "x")
    os.close(writer)
