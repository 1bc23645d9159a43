"""AWS Signature Version 4 of a POST to the root of a service.

Source: IAM User Guide, «Create a signed AWS API request». A test compares every signature with the
SDK's.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Mapping, NamedTuple

from shared.settings import MisconfiguredError

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    key_id: str
    secret: str
    token: str  # of a session; "" for long-lived keys


def credentials_of(environment: Mapping[str, str]) -> Credentials:
    """Lambda renews them there. Raises MisconfiguredError where there are none."""
    key_id = environment.get("AWS_ACCESS_KEY_ID", "")
    secret = environment.get("AWS_SECRET_ACCESS_KEY", "")
    if not key_id or not secret:
        raise MisconfiguredError("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
    return Credentials(key_id, secret, environment.get("AWS_SESSION_TOKEN", ""))


class Signer:
    """Signs for one service in one Region. The signing key changes with the day and the secret."""

    def __init__(self, service: str, region: str) -> None:
        self.service = service
        self.region = region
        self._made_of: tuple[str, str] = ("", "")
        self._key = b""

    def signed(
        self, headers: Mapping[str, str], body: bytes, credentials: Credentials, at: float
    ) -> dict[str, str]:
        """The headers to send: those given, in lower case, and what AWS asks for beside them.

        `at` is in seconds since the epoch.
        """
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
        sent = {name.lower(): value for name, value in headers.items()}
        sent["x-amz-date"] = moment
        if credentials.token:
            sent["x-amz-security-token"] = credentials.token
        names = sorted(sent)
        lines = [f"{name}:{' '.join(sent[name].split())}" for name in names]
        signed_names = ";".join(names)
        request = ["POST", "/", "", *lines, "", signed_names, hashlib.sha256(body).hexdigest()]
        day = moment[:8]
        scope = f"{day}/{self.region}/{self.service}/aws4_request"
        hashed = hashlib.sha256("\n".join(request).encode()).hexdigest()
        to_sign = f"{ALGORITHM}\n{moment}\n{scope}\n{hashed}"
        signature = _hmac(self._signing_key(credentials.secret, day), to_sign).hex()
        sent["authorization"] = (
            f"{ALGORITHM} Credential={credentials.key_id}/{scope}, "
            f"SignedHeaders={signed_names}, Signature={signature}"
        )
        return sent

    def _signing_key(self, secret: str, day: str) -> bytes:
        if self._made_of != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self.region, self.service, "aws4_request"):
                key = _hmac(key, part)
            self._made_of, self._key = (secret, day), key
        return self._key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
