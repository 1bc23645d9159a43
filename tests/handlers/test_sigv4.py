"""Every signature is the one that the SDK makes, byte for byte."""

from __future__ import annotations

import calendar
import datetime as dt
import time
from unittest import mock

import harness  # noqa: F401 - puts the functions' sources on the path
import pytest
from examples import patiently
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.settings import MisconfiguredError
from shared.sigv4 import Credentials, Signer, credentials_of

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).filter(
    lambda name: name.lower()
    not in {"authorization", "connection", "expect", "keep-alive", "proxy-authenticate", "te",
            "proxy-authorization", "trailer", "transfer-encoding", "upgrade", "user-agent",
            "x-amz-date", "x-amz-security-token", "x-amzn-trace-id", "date", "host"}
)  # fmt: skip
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
MOMENTS = st.integers(min_value=0, max_value=4_000_000_000)


def by_the_sdk(
    headers: dict[str, str], body: bytes, credentials: Credentials, at: int, signer: Signer
) -> str:
    from botocore import auth, awsrequest
    from botocore import credentials as sdk

    url = f"https://{headers['Host']}/"
    request = awsrequest.AWSRequest("POST", url, headers=headers, data=body)
    keys = sdk.Credentials(credentials.key_id, credentials.secret, credentials.token or None)
    moment = dt.datetime.fromtimestamp(at, tz=dt.timezone.utc)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment.replace(tzinfo=None)):
        auth.SigV4Auth(keys, signer.service, signer.region).add_auth(request)
    return str(request.headers["Authorization"])


@settings(patiently, max_examples=200)
@given(
    st.dictionaries(NAMES, VALUES, max_size=5),
    st.binary(max_size=200),
    st.builds(Credentials, KEYS, KEYS, st.one_of(st.just(""), KEYS)),
    MOMENTS,
    st.sampled_from(["eu-west-2", "us-gov-west-1", "cn-north-1"]),
)
def test_a_signature_is_the_sdks(
    more: dict[str, str], body: bytes, credentials: Credentials, at: int, region: str
) -> None:
    lowered = {name.lower(): value for name, value in more.items()}
    headers = {"Host": f"dynamodb.{region}.amazonaws.com", **lowered}
    signer = Signer("dynamodb", region)
    ours = signer.signed(headers, body, credentials, at)
    assert ours["authorization"] == by_the_sdk(headers, body, credentials, at, signer)


@pytest.mark.parametrize("second", ["another secret", "another day"])
def test_the_key_follows_the_secret_and_the_day(second: str) -> None:
    """It is kept, and so may be one of yesterday, or of a role's former session."""
    signer = Signer("dynamodb", "eu-west-2")
    first = Credentials("A", "secret", "")
    midnight = calendar.timegm(time.strptime("2026-11-28", "%Y-%m-%d"))
    signer.signed({"Host": "h"}, b"", first, midnight - 1)
    credentials = first._replace(secret="other") if second == "another secret" else first
    at = midnight - 1 if second == "another secret" else midnight
    ours = signer.signed({"Host": "h"}, b"", credentials, at)["authorization"]
    assert ours == by_the_sdk({"Host": "h"}, b"", credentials, at, signer)


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_without_credentials_nothing_is_sent(missing: str) -> None:
    environment = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    assert credentials_of(environment) == Credentials("a", "b", "")
    with pytest.raises(MisconfiguredError, match=missing):
        credentials_of({**environment, missing: ""})
