"""Requests and answers without what nobody else may read: account ids, secrets, addresses."""

from __future__ import annotations

import re
from typing import Any

SECRET_NAMES = re.compile(
    r"(?i)(.*password|secret(string|binary|hash|key|accesskey)?|clientsecret|accesskeyid|"
    r"sessiontoken|session|(id|access|refresh)?token|authorization|x-api-key|"
    r"authparameters|challengeresponses|value|email|zipfile|location)"
)
"""Members whose values are left away. `value` is an API key's, a parameter's or an attribute's."""

SPELT_OUT = (
    (re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), "{token}"),
    (re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"), "{access key}"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "{account}"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "{email}"),
    (
        re.compile(r"(arn:aws:(?:iam|sts)::[^:]*:(?:user|assumed-role|federated-user))/[^\s\"',]+"),
        r"\1/{caller}",
    ),
    (re.compile(r"https://[^\s\"]*[?&]X-Amz-[^\s\"]*"), "{signed URL}"),
)
PLAIN_VALUES = (
    {"Key", "Value"},  # a tag
    {"Name", "Value"},  # a metric's dimension, a user's attribute
    {"op", "path", "value"},  # a patch, but for that of an API key's value
)
PAGING = {"nexttoken", "paginationtoken", "position", "marker", "nextmarker"}


def scrubbed(value: Any, name: str = "") -> Any:
    """The same value, its secrets replaced; numbers and shapes stay."""
    if isinstance(value, dict):
        open_ = set(value) in PLAIN_VALUES and value.get("path") != "/value"
        return {
            scrubbed(k): scrubbed(v, "" if open_ and str(k).lower() == "value" else str(k))
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [scrubbed(each, name) for each in value]
    if not isinstance(value, str):
        return value
    if SECRET_NAMES.fullmatch(name) and value and name.lower() not in PAGING:
        return "{secret}"
    for pattern, reported in SPELT_OUT:
        value = pattern.sub(reported, value)
    return value
