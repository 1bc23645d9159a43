"""A forked process's id and exit code, however they are cut into reads."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread

import pytest
from forked import Forked


@pytest.mark.parametrize(
    "reads", [[b"12\n0\n"], [b"1", b"2\n", b"0\n"], [b"12\n0", b"\n"]], ids=str
)
def test_id_and_code_are_read_line_by_line(tmp_path: Path, reads: list[bytes]) -> None:
    door = str(tmp_path / "door")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(door)
        server.listen()

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1 << 16)
                for read in reads:
                    connection.sendall(read)

        answering = Thread(target=answer)
        answering.start()
        process = Forked(door, {}, [])
        assert (process.pid, process.wait(10)) == (12, 0)
        answering.join()
