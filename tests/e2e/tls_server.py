"""A server over real TLS, with certificates of a CA of its own, that answers as each test says."""

from __future__ import annotations

import datetime as dt
import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Act = Callable[[socket.socket], bool]
"""What is done for one request; whether the connection stays."""


def answer(reported: Any, status: int = 200, **headers: str) -> bytes:
    """As DynamoDB frames it."""
    body = json.dumps(reported).encode()
    given = {"x-amzn-RequestId": "R1", "x-amz-crc32": str(zlib.crc32(body)), **headers}
    lines = [f"{name}: {value}" for name, value in given.items()]
    head = [f"HTTP/1.1 {status} Any", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode() + body


def send(content: bytes, *, stay: bool = True) -> Act:
    def act(sock: socket.socket) -> bool:
        sock.sendall(content)
        return stay

    return act


def reset(sock: socket.socket) -> bool:
    """As where the other end's process is gone: no end of TLS, no end of TCP, an RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


@dataclass
class Server:
    """Each request is met by the next of `acts`, the last of which goes on."""

    context: ssl.SSLContext | None
    acts: list[Act]
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released at the end of each connection."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]

    @contextmanager
    def serving(self) -> Iterator[Server]:
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            with suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            thread.join()

    def _accept(self) -> None:
        threads: list[threading.Thread] = []
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.connections += 1
                threads = [each for each in threads if each.is_alive()]
                threads.append(threading.Thread(target=self._serve, args=(sock,), daemon=True))
                threads[-1].start()
        for thread in threads:
            thread.join()

    def _serve(self, plain: socket.socket) -> None:
        sock = plain
        with suppress(OSError):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context:
                sock = self.context.wrap_socket(plain, server_side=True)
            sock.settimeout(0.2)
            while request := self._request(sock):
                self.requests.append(request)
                act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
                if not act(sock):
                    break
        sock.close()
        self.closed.release()

    def _request(self, sock: socket.socket) -> bytes:
        got = b""
        while not self.stopping.is_set():
            try:
                piece = sock.recv(65536)
            except TimeoutError:
                continue
            got += piece
            head, end, body = got.partition(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            if not piece or (end and len(body) >= int(length)):
                return got if piece else b""
        return b""


@dataclass(frozen=True)
class Authority:
    """A CA, whose own certificate is in `bundle`."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def bundle(self) -> Path:
        return self.folder / "ca.pem"

    def context(self, host: str, *, expired: bool = False) -> ssl.SSLContext:
        """A server's, of that name."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = x509.SubjectAlternativeName([x509.DNSName(host)])
        certificate = (
            _certificate(host, key, self, expired=expired)
            .add_extension(alternatives, critical=False)
            .add_extension(_issued_by(self.key), critical=False)
        )
        path = self.folder / f"{host}-{expired}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        signed = certificate.sign(self.key, hashes.SHA256())
        path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        path.unlink()  # no private key stays, not even a test's
        return context


SIGNS = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False,
    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
    decipher_only=False,
)  # fmt: skip
"""From 3.13 on Python holds certificates to RFC 5280: what a CA's is for, and who signed which."""


def _issued_by(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def new_authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    certificate = (
        _certificate("Test CA", key, None)
        .add_extension(constraints, critical=True)
        .add_extension(SIGNS, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    authority = Authority(folder, key, certificate)
    authority.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return authority


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: Authority | None,
    *,
    expired: bool = False,
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.timezone.utc)
    end = now + dt.timedelta(days=-1 if expired else 1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(end)
    )
