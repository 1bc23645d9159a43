"""One way out for AWS's clients and the deployed API: certificates and proxies as botocore's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from aws_wire import Wire, identity
from botocore import exceptions as boto
from botocore.awsrequest import AWSPreparedRequest
from botocore.httpsession import URLLib3Session

from productsapi.api_client import send
from productsapi.aws.clients import Clients
from productsapi.aws.connect import connect
from productsapi.aws.network import Network, is_here, network, without_password
from productsapi.errors import ConfigError, Interrupted, RequestFailed

AWS, HERE = "https://a1.execute-api.eu-west-2.amazonaws.com/dev", "http://127.0.0.1:24566/x"
SETTINGS = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
PROXY = "http://ann:s3cret-word@proxy:3128"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(Clients, "preload", lambda *_: None)


class Sent:
    """What the one request was sent with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failure: Exception | None = None) -> None:
        self.verify: Any = None
        self.proxy: str | None = None
        self.request: Any = None
        self._failure = failure
        sent = self

        def send(http: URLLib3Session, request: AWSPreparedRequest) -> Any:
            sent.verify, sent.request = http._verify, request
            sent.proxy = http._proxy_config.proxy_url_for(request.url)
            if sent._failure:
                raise sent._failure
            return redirected(request)

        monkeypatch.setattr(URLLib3Session, "send", send)


def redirected(request: AWSPreparedRequest) -> Any:
    wire = Wire()
    wire.will((302, {"Location": "https://elsewhere.example"}, b"{}"))
    return wire.send(URLLib3Session(), request)


def ask(url: str = AWS, way: Network | None = None) -> Any:
    way = way or network(botocore.session.Session())
    return send("GET", url, headers={"a": "b"}, body=None, network=way)


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_the_environment_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "own.pem"))
    sent = Sent(monkeypatch)
    assert ask().status == 302  # and not gone after: it would carry the token along
    assert sent.verify == str(tmp_path / "own.pem")
    assert network(botocore.session.Session()).named_by == name


def test_a_bundle_of_the_profile_is_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And goes before REQUESTS_CA_BUNDLE, as botocore has it."""
    config = tmp_path / "aws.ini"
    config.write_text("[profile work]\nca_bundle = /opt/own.pem\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/opt/other.pem")
    found = network(botocore.session.Session(profile="work"))
    assert found == Network("/opt/own.pem", "ca_bundle")
    sent = Sent(monkeypatch)
    ask(way=found)
    assert sent.verify == "/opt/own.pem"


def test_without_any_certificates_are_still_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Sent(monkeypatch)
    ask()
    assert sent.verify is True


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("value", ["", " "])
def test_a_bundle_without_a_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """It would be taken for not looking at certificates."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"{name} is set, and names no file"):
        connect("eu-west-2")


@pytest.mark.parametrize(
    ("url", "no_proxy", "proxy"),
    [
        (AWS, "", PROXY),
        (AWS, "example.com,.amazonaws.com", None),
        (HERE, "", None),
        ("http://[::1]:1/", "", None),
        ("http://127.9.9.9/", "", None),
        ("http://localhost:1/", "", None),
        ("https://api.localhost/", "", None),
        ("http://localhost.example/", "", PROXY),
    ],
)
def test_a_proxy_is_taken_but_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, url: str, no_proxy: str, proxy: str | None
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    sent = Sent(monkeypatch)
    ask(url)
    assert sent.proxy == proxy
    assert bool(proxy) == ("the proxy" in Network().describe(url))


def test_an_aws_of_this_machine_is_asked_without_proxy(
    monkeypatch: pytest.MonkeyPatch, wire: Wire
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, PROXY)
    wire.will(identity())
    connect("eu-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    connect("eu-west-2")
    assert wire.proxies == [PROXY, None]


FAILURES = {
    "certificate": (
        boto.SSLError(endpoint_url=AWS, error="CERTIFICATE_VERIFY_FAILED"),
        "names the file of certificates",
    ),
    "proxy": (boto.ProxyConnectionError(proxy_url="http://***:***@proxy:3128"), "NO_PROXY"),
    "proxy's URL": (boto.HTTPClientError(error=f"Failed to parse: {PROXY}"), ""),
    "its password": (boto.HTTPClientError(error="no host in ann:s3cret-word@"), ""),
    "network": (boto.EndpointConnectionError(endpoint_url=AWS), ""),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("asked", ["the API", "AWS"])
def test_a_failure_names_bundle_and_proxy_without_who(
    monkeypatch: pytest.MonkeyPatch, wire: Wire, failure: str, asked: str
) -> None:
    error, hint = FAILURES[failure]
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("AWS_CA_BUNDLE", "/opt/own.pem")
    monkeypatch.setattr("productsapi.aws.connect.sleep", lambda _: None)
    monkeypatch.setattr("productsapi.aws.connect.FIRST_CONTACT", None)
    wire.will(error)
    if asked == "AWS":
        with pytest.raises(Interrupted) as raised:
            connect("eu-west-2")
        reported: RequestFailed | Interrupted = raised.value
    else:
        with pytest.raises(RequestFailed) as failed:
            ask()
        reported = failed.value
    assert "through the proxy http://***@proxy:3128" in reported.message
    assert (
        "trusting the certificates in '/opt/own.pem' (AWS_CA_BUNDLE, which is no file)"
        in reported.message
    )
    assert hint in reported.hint
    assert not re.search("ann|s3cret", reported.message + reported.hint)


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        (PROXY, "http://***@proxy:3128"),
        ("ann:pass@proxy", "***@proxy"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("https://a:b/c@d@proxy", "https://***@proxy"),
    ],
)
def test_a_proxy_is_shown_without_who_uses_it(proxy: str, shown: str) -> None:
    assert without_password(proxy) == shown


@pytest.mark.parametrize("url", ["http://[::1", "", "http://", "http://10.0.0.1/", "x"])
def test_what_is_no_name_of_this_machine_is_elsewhere(url: str) -> None:
    assert not is_here(url)
