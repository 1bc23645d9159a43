"""Answers as DynamoDB does, over TLS on the loopback interface, until its standard input ends.

    python server.py FOLDER

Writes FOLDER/bundle.pem: the system's certificates, and that of its own CA. Prints its port.
"""

from __future__ import annotations

import socket
import ssl
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "e2e"))

from tls_server import Server, answer, new_authority

ITEM = {"productId": {"S": "PROD001"}, "version": {"N": "1"}}
ANSWERS = {
    b"PutItem": answer({}),
    b"GetItem": answer({"Item": ITEM}),
    b"UpdateItem": answer({"Attributes": ITEM}),
    b"DeleteItem": answer({}),
}


def main(folder: Path) -> None:
    authority = new_authority(folder)
    system = Path(ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt")
    bundle = system.read_bytes() + authority.bundle.read_bytes()
    (folder / "bundle.pem").write_bytes(bundle)
    server = Server(authority.context("localhost"), [])

    def act(sock: socket.socket) -> bool:
        request = server.requests.pop()
        sock.sendall(next(reported for name, reported in ANSWERS.items() if b"." + name in request))
        return True

    server.acts.append(act)
    with server.serving():
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
