"""Whose certificates are believed: the system's, or those of AWS_CA_BUNDLE.

To read all of a system's authorities takes longer than all else that a start does. AWS's endpoints
are vouched for by five of them, so these are read first, and the rest where they don't do: nobody
is believed whom the system doesn't believe, and nobody less.
"""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
from typing import Callable, Mapping, NamedTuple, Optional

BUNDLES = (
    "/etc/pki/tls/certs/ca-bundle.crt",  # Amazon Linux: Lambda's runtimes
    "/etc/ssl/certs/ca-certificates.crt",  # Debian
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
"""Where a system's certificates lie if OpenSSL doesn't find them itself."""
AWS_ROOTS = frozenset(
    (
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",  # Amazon Root CA 1
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",  # 2
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",  # 3
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",  # 4
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",  # Starfield Services G2
    )
)
"""SHA-256 of the certificates (https://www.amazontrust.com/repository/, seen 2026-11-27)."""
BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


class Trust(NamedTuple):
    """`all` makes the context for whom `first` doesn't vouch; None where `first` has them all."""

    first: ssl.SSLContext
    all: Optional[Callable[[], ssl.SSLContext]] = None


def trust_of(environment: Mapping[str, str]) -> Trust:
    """TLS 1.2 at least; certificate and host name are checked. Raises OSError for a bad bundle."""
    bundle = environment.get("AWS_CA_BUNDLE")
    if bundle:
        return Trust(_context(cafile=bundle))
    found = ssl.get_default_verify_paths()
    if not (found.cafile or found.capath):
        bundle = next(filter(os.path.exists, BUNDLES), None)
    roots = _aws_roots(found.cafile or bundle)
    if not roots:
        return Trust(_context(cafile=bundle))
    return Trust(_context(cadata=roots), lambda: _context(cafile=bundle))


def _context(**authorities: object) -> ssl.SSLContext:
    context = ssl.create_default_context(**authorities)  # type: ignore[arg-type]
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _aws_roots(path: Optional[str]) -> bytes:
    """Those of them that the system believes, in DER; empty where the file can't be read so."""
    try:
        with open(path or os.devnull, "rb") as bundle:  # noqa: PTH123 - pathlib is slow to load
            parts = bundle.read().split(BEGIN)[1:]
        found = [base64.b64decode(part.partition(END)[0]) for part in parts]
    except (OSError, ValueError):
        return b""
    return b"".join(each for each in found if hashlib.sha256(each).hexdigest() in AWS_ROOTS)
