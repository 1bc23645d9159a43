"""How requests leave this machine: one way for AWS's clients and for the deployed API.

As botocore does it: certificates by AWS_CA_BUNDLE, by `ca_bundle` in the profile, or by
REQUESTS_CA_BUNDLE; proxies by HTTP_PROXY, HTTPS_PROXY and NO_PROXY. What is on this very machine is
never asked for through a proxy, where 127.0.0.1 would be another one.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from botocore import exceptions as boto
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from productsapi.errors import ConfigError, RequestFailed

TIMEOUTS_S = 10, 35
"""To connect, and for an answer: the gateway's own 29 seconds are to end first."""
MASK = "***"
CHECK_BUNDLE = (
    "AWS_CA_BUNDLE, ca_bundle in the profile or REQUESTS_CA_BUNDLE names the file of certificates "
    "to trust: that of a proxy or endpoint of your own must be in it"
)
CHECK_PROXY = "check the proxy (HTTPS_PROXY, HTTP_PROXY), or name the host in NO_PROXY"


@dataclass(frozen=True)
class Network:
    """`bundle` is a file of certificates, and `named_by` what names it; none: botocore's own."""

    bundle: str | None = None
    named_by: str = ""

    def describe(self, url: str) -> str:
        """The proxy and the bundle that a request to `url` takes, for a message; empty for none."""
        parts = []
        if proxy := proxies(url).get(urlsplit(url).scheme):
            parts.append(f"through the proxy {without_password(proxy)}")
        if self.bundle is not None and url.startswith("https:"):
            absent = "" if Path(self.bundle).is_file() else ", which is no file"
            parts.append(f"trusting the certificates in {self.bundle!r} ({self.named_by}{absent})")
        return ", ".join(parts)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer; no redirect is followed.

        Raises RequestFailed where there is none.
        """
        session = URLLib3Session(
            verify=True if self.bundle is None else self.bundle,
            proxies=proxies(url),
            timeout=TIMEOUTS_S,
        )
        request = AWSPreparedRequest(method, url, dict(headers), body, stream_output=False)
        try:
            answer = session.send(request)
            return answer.status_code, dict(answer.headers.items()), bytes(answer.content)
        except (boto.BotoCoreError, OSError, ValueError) as error:
            reason = without_passwords(str(error)) or type(error).__name__
            taken = f" ({reported})" if (reported := self.describe(url)) else ""
            hint = hint_for(error) or "see what is there: `productsapi status`"
            raise RequestFailed(f"{url} doesn't answer: {reason}{taken}", hint) from error
        finally:
            session.close()


def network(session: Any) -> Network:
    """As botocore's session is set up. Raises ConfigError for a bundle without a name."""
    bundle = session.get_config_variable("ca_bundle") if session else None
    by = "AWS_CA_BUNDLE" if os.environ.get("AWS_CA_BUNDLE") == bundle else "ca_bundle"
    if bundle is None:
        bundle, by = os.environ.get("REQUESTS_CA_BUNDLE"), "REQUESTS_CA_BUNDLE"
    if bundle is None:
        return Network()
    if not str(bundle).strip():  # which would be taken for not looking at certificates
        raise ConfigError(f"{by} is set, and names no file", f"name one, or unset {by}")
    return Network(str(bundle), by)


def client(session: Any, service: str, config: Config, **settings: Any) -> Any:
    """One of botocore's, which by itself would ask a proxy for what is on this machine."""
    made = session.create_client(service, config=config, **settings)
    url = made.meta.endpoint_url
    if config.proxies is None and is_here(url) and get_environ_proxies(url):
        past = config.merge(Config(proxies={}))
        made = session.create_client(service, config=past, **settings)
    return made


def proxies(url: str) -> dict[str, str]:
    """By scheme, for a request to `url`; none past NO_PROXY and on this machine."""
    return {} if is_here(url) else dict(get_environ_proxies(url))


def is_here(url: str) -> bool:
    """Whether its host is this machine by any of the names that never lead elsewhere."""
    with suppress(ValueError):
        host = (urlsplit(url).hostname or "").rstrip(".")
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    return False


def hint_for(error: Exception) -> str:
    """What to look at, where it is the certificates or the proxy; empty otherwise."""
    if isinstance(error, boto.ProxyConnectionError):
        return CHECK_PROXY
    bundle = isinstance(error, boto.SSLError) or "certificate" in str(error).lower()
    return CHECK_BUNDLE if bundle else ""


def without_password(proxy: str) -> str:
    """The proxy's URL without who is said to use it."""
    scheme, slashes, rest = proxy.rpartition("://")
    who, at, host = rest.rpartition("@")
    return f"{scheme}{slashes}{MASK if who else ''}{at}{host}"


def without_passwords(text: str) -> str:
    """A text of botocore's or urllib3's, which may quote a proxy that it can't read."""
    for proxy in getproxies().values():
        text = text.replace(proxy, without_password(proxy))
        who = proxy.rpartition("://")[2].rpartition("@")[0]
        text = text.replace(who, MASK) if who else text
    return text
