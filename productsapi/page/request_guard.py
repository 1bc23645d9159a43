"""Who may ask: the browser that was given the key, from the page itself, and nobody else.

Web sites that are open in the same browser can send requests to loopback, with cookies for
127.0.0.1 whatever their port, and a name of theirs may resolve to 127.0.0.1 (DNS rebinding). So the
Host must be ours to the letter, a request that changes something must come from our own origin, and
the cookie must be there. Pure: headers go in, a refusal comes out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

HOST = "127.0.0.1"
KEY_BYTES = 32
BEFORE_THE_KEY = frozenset({"/open", "/open.js", "/page.css", "/icon.svg"})
"""What the browser needs to give the key in exchange for the cookie; none of it is confidential."""
EXCHANGE = "/open"
READING = frozenset({"GET", "HEAD"})


class Headers(Protocol):
    """A request's, which know names in any case."""

    def get(self, name: str, default: str, /) -> str: ...


@dataclass
class Guard:
    """For one server, as long as it runs. The URL's key is good for one exchange."""

    port: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(KEY_BYTES), repr=False)
    _cookie: str = field(default_factory=lambda: secrets.token_urlsafe(KEY_BYTES), repr=False)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """With the key in its fragment, which no browser sends on."""
        return f"{self.origin}{EXCHANGE}#{self.key}"

    def renew(self) -> None:
        """Have a key again, for another browser or another day."""
        self.key = secrets.token_urlsafe(KEY_BYTES)

    @property
    def cookie_name(self) -> str:
        """Cookies don't know ports: two pages at once must not take each other's."""
        return f"productsapi-{self.port}"

    @property
    def set_cookie(self) -> str:
        return f"{self.cookie_name}={self._cookie}; Path=/; HttpOnly; SameSite=Strict"

    def exchange(self, key: object) -> bool:
        """Whether the key is the right one, which it is once."""
        given = key if isinstance(key, str) else ""
        if not self.key or not compare_digest(given.encode("utf-8", "replace"), self.key.encode()):
            return False
        self.key = ""
        return True

    def refusal(self, method: str, path: str, headers: Headers) -> str:
        """Why a request isn't answered; empty where it is."""
        if headers.get("Host", "") != f"{HOST}:{self.port}":
            return "This server answers to its own address only."
        site = headers.get("Sec-Fetch-Site", "none")
        if site not in {"same-origin", "none"} and (method, path) != ("GET", EXCHANGE):
            return "Another site may not ask here."
        origin = headers.get("Origin", "")
        if origin not in {"", self.origin}:
            return "Another site may not ask here."
        if method not in READING and not origin:
            return "A request that changes data must send an Origin header."
        if path in BEFORE_THE_KEY or self._has_cookie(headers.get("Cookie", "")):
            return ""
        return "Open the page by the address that `productsapi open` gave: it holds the key."

    def _has_cookie(self, header: str) -> bool:
        try:
            found = SimpleCookie(header).get(self.cookie_name)
        except CookieError:
            return False
        return found is not None and compare_digest(found.value.encode(), self._cookie.encode())
