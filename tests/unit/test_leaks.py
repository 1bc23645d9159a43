"""The scan for secrets finds what is planted, wherever it is, and lets pass what is no secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from leaks import Scan

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"Signed in: {TOKEN}", "a token"),
        ("authorization: Bearer eyJhbGciOiJSUz…", "a header with a token"),
        (f'{{"SecretAccessKey": "{KEY}"}}', "a secret key"),
        (f"AWS_SECRET_ACCESS_KEY={KEY}", "a secret key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
    ],
)
def test_tokens_and_keys_are_known_by_their_looks(text: str, kind: str) -> None:
    scan = Scan()
    scan.saw("plan", text)
    assert scan.leaks() == [f"plan: {kind}"]


@pytest.mark.parametrize(
    "text",
    [
        "AWS_SECRET_ACCESS_KEY=test", "A refusal names no Bearer token", "eyJ", "secret_access_key",
        "code_sha256: K+McdR4+bA2HM97OH4lWmhqEjkgtdAhLKO+SCAsXnc0=",
    ],
)  # fmt: skip
def test_what_is_no_secret_passes(text: str) -> None:
    scan = Scan()
    scan.saw("plan", text)
    assert scan.leaks() == []


def test_a_secret_counts_also_for_what_was_seen_before() -> None:
    scan = Scan()
    scan.saw("a command", "hunter2hunter2", "fine")
    scan.secret("hunter2hunter2", TOKEN)
    scan.saw("another", "only the c2lnbmF0dXJl of a token")
    assert scan.leaks() == ["a command: a secret of a test", "another: a secret of a test"]


def test_a_secret_found_everywhere_is_refused() -> None:
    with pytest.raises(ValueError, match="so short"):
        Scan().secret("test")


@pytest.mark.skipif(os.name != "posix", reason="reads /proc")
def test_files_are_read_and_open_secret_files_named(tmp_path: Path) -> None:
    state = tmp_path / "shop" / ".productsapi" / "state"
    state.mkdir(parents=True)
    for name in ("cognito.json", "cloudwatch_logs.json"):
        (state / name).write_text(TOKEN, "utf-8")
        (state / name).chmod(0o600)
    scan = Scan()
    assert scan.leaks([tmp_path]) == [f"{state / 'cloudwatch_logs.json'}: a token"]
    (state / "cloudwatch_logs.json").unlink()
    (state / "cognito.json").chmod(0o644)
    assert scan.leaks([tmp_path]) == [
        f"{state / 'cognito.json'}: may hold secrets, and is open to others"
    ]
    (state / "cognito.json").unlink()  # else the scan of this very run finds it
