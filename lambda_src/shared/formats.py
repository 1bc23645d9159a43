"""JSON Schema's formats, as far as they can be checked offline."""

from __future__ import annotations

import re
from datetime import date
from typing import Callable

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([zZ]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_BYTE = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(\.{_BYTE}){{3}}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")

_LONGEST_NAME = 253  # of a host
_LONGEST_LOCAL = 64  # what stands before the @


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match:
        return False
    try:
        date(*map(int, match.groups()))
    except ValueError:
        return False
    return True


def _is_date_time(text: str) -> bool:
    day, between, time = text[:10], text[10:11], text[11:]
    return _is_date(day) and between in ("T", "t") and _TIME.fullmatch(time) is not None


def _is_host(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and _HOST.fullmatch(text) is not None


def _is_email(text: str) -> bool:
    local, _, host = text.rpartition("@")
    return len(local) <= _LONGEST_LOCAL and _LOCAL.fullmatch(local) is not None and _is_host(host)


FORMATS: dict[str, tuple[Callable[[str], object], str]] = {
    "date": (_is_date, "a date such as 2026-11-22"),
    "date-time": (_is_date_time, "a date and time such as 2026-11-22T18:00:00Z"),
    "email": (_is_email, "an e-mail address"),
    "hostname": (_is_host, "a host name"),
    "ipv4": (_IPV4.fullmatch, "an IPv4 address"),
    "time": (_TIME.fullmatch, "a time with its zone such as 18:00:00Z"),
    "uri": (_URI.fullmatch, "a URI with its scheme"),
    "uuid": (_UUID.fullmatch, "a UUID"),
}
"""By name: the test, and what a value must be."""
