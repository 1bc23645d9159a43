"""Credentials that can't be used end in words, however botocore meets it, and never read stdin."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from aws_wire import Wire, identity, xml, xml_error
from botocore import exceptions as boto

from productsapi.aws import credentials
from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.connect import connect
from productsapi.aws.probe import time_at_aws
from productsapi.errors import CredentialsError, Unintelligible

KEYS = '"AccessKeyId": "AKIA", "SecretAccessKey": "hunter2"'
ROLE = "role_arn = arn:aws:iam::123456789012:role/deploy"
MFA = "arn:aws:iam::123456789012:mfa/alice"
BASE = "[profile base]\naws_access_key_id = AKIA\naws_secret_access_key = hunter2\n"
SSO = (
    "sso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session s]\n"
    "sso_region = eu-west-2\nsso_start_url = https://example.awsapps.com/start"
)


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the AWS configuration would be, with nothing else to find credentials by."""
    path = tmp_path / "aws-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(Clients, "preload", lambda _self, _named: None)
    return path


def profile(lines: str, rest: str = "") -> str:
    return f"[profile work]\n{lines}\n{rest}"


def process(prints: str) -> str:
    return profile(f"credential_process = echo '{prints}'")


UNUSABLE = [
    # lines of the AWS configuration; what the message says, and the hint
    (profile('credential_process = sh -c "echo no way >&2; exit 3"'), "no way", "by hand"),
    (profile("credential_process = /nowhere/program"), "/nowhere/program", "by hand"),
    (profile("credential_process = echo 'open"), "quotation", "by hand"),
    (process("hello"), "form", "by hand"),
    (process("[]"), "form", "by hand"),
    (process('{"Version": 1}'), "AccessKeyId", "by hand"),
    (process(f"{{{KEYS}}}"), "Version", "by hand"),
    (process(f'{{"Version": 1, {KEYS}, "SessionToken": "t", "Expiration": "soon"}}'),
     "form", "by hand"),
    (process(f'{{"Version": 1, {KEYS}, "SessionToken": "t", "Expiration": "2020-01-01T00:00Z"}}'),
     "still expired", "sign in again"),
    (profile(f"{ROLE}\nweb_identity_token_file = /nowhere/token"), "/nowhere/token", "CI"),
    (profile(f"{ROLE}\nsource_profile = base\nmfa_serial = {MFA}", BASE), MFA, "terminal"),
    (profile(f"{ROLE}\nsource_profile = nowhere"), "nowhere", "~/.aws/config"),
    (profile(f"{ROLE}\ncredential_source = Moon"), "Moon", "~/.aws/config"),
    (profile(SSO), "Token", "aws sso login"),
    (profile("aws_access_key_id = AKIA"), "aws_secret_access_key", "both"),
    ("[profile work", "parse", "correct"),
    ("[profile other]", "work", "list-profiles"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "says", "hints"), UNUSABLE)
def test_credentials_that_cannot_be_had_are_reported(
    wire: Wire, files: Path, lines: str, says: str, hints: str
) -> None:
    files.write_text(lines)
    with pytest.raises(CredentialsError) as raised:
        connect("eu-west-2", "work")
    assert says in raised.value.message
    assert hints in raised.value.hint
    assert "hunter2" not in raised.value.message
    assert wire.hosts == []


@pytest.mark.parametrize("nested", [False, True], ids=["the profile's own", "a source's"])
def test_no_process_reads_what_is_piped_to_us(
    files: Path, monkeypatch: pytest.MonkeyPatch, *, nested: bool
) -> None:
    """A password for a user of the API, for one; popen is given what stdin is."""
    given: list[Any] = []

    def popen(_command: list[str], **rest: Any) -> Any:
        given.append(rest.get("stdin"))
        raise OSError("not run")

    own = 'credential_process = sh -c "cat; exit 1"'
    starts = f"{ROLE}\nsource_profile = from" if nested else own
    files.write_text(profile(starts, f"[profile from]\n{own}"))
    monkeypatch.setattr("subprocess.Popen", popen)
    for terminal in (False, True):
        stdin = io.StringIO("piped\n")
        monkeypatch.setattr(stdin, "isatty", lambda terminal=terminal: terminal)
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(CredentialsError, match="not run"):
            connect("eu-west-2", "work")
        assert stdin.tell() == 0
    assert given == [-3, None]  # DEVNULL, then inherited: a terminal may be asked


@pytest.mark.parametrize("stdin", [io.StringIO("123456\n"), None])
def test_an_mfa_code_is_never_read_from_a_pipe(
    wire: Wire, files: Path, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    files.write_text(profile(f"{ROLE}\nsource_profile = base\nmfa_serial = {MFA}", BASE))
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(CredentialsError, match="nobody is at a terminal"):
        connect("eu-west-2", "work")
    assert stdin is None or stdin.tell() == 0
    assert wire.hosts == []


def test_an_mfa_code_is_asked_for_at_a_terminal(
    wire: Wire, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write_text(profile(f"{ROLE}\nsource_profile = base\nmfa_serial = {MFA}", BASE))
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr(credentials.getpass, "getpass", lambda _prompt: "123456")
    ends = (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat()
    made = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in (
            ("AccessKeyId", "ASIA"), ("SecretAccessKey", "s"),
            ("SessionToken", "t"), ("Expiration", ends),
        )
    )  # fmt: skip
    assumed = f"<Credentials>{made}</Credentials>"
    result = f"<AssumeRoleResult>{assumed}</AssumeRoleResult>"
    wire.will(xml(f"<AssumeRoleResponse>{result}</AssumeRoleResponse>"), identity())
    _, location = connect("eu-west-2", "work")
    assert location.account == "123456789012"


@pytest.mark.parametrize(
    ("code", "hints"), [("InvalidIdentityToken", "trust policy"), ("AccessDenied", "trust policy"),
                        ("ExpiredTokenException", "sign in again")]
)  # fmt: skip
def test_a_refused_web_identity_is_reported_as_such(
    wire: Wire, files: Path, tmp_path: Path, code: str, hints: str
) -> None:
    token = tmp_path / "token"
    token.write_text("eyJhbGciOi")
    files.write_text(profile(f"{ROLE}\nweb_identity_token_file = {token}"))
    wire.will(xml_error(code, "No OpenIDConnect provider found"))
    with pytest.raises(CredentialsError, match="OpenIDConnect") as raised:
        connect("eu-west-2", "work")
    assert hints in raised.value.hint
    assert ("aws sso login" in raised.value.hint) == (code == "ExpiredTokenException")


def test_a_role_that_is_refused_names_the_profile(wire: Wire, files: Path) -> None:
    files.write_text(profile(f"{ROLE}\nsource_profile = base", BASE))
    wire.will(xml_error("AccessDenied", "not authorized to perform: sts:AssumeRole"))
    with pytest.raises(CredentialsError, match="sts:AssumeRole") as raised:
        connect("eu-west-2", "work")
    assert "trust policy" in raised.value.hint


def test_an_unreadable_answer_to_a_role_is_not_named(wire: Wire, files: Path) -> None:
    files.write_text(profile(f"{ROLE}\nsource_profile = base", BASE))
    wire.will(*[xml("<SecretAccessKey>hunter2")] * 5)
    with pytest.raises(Unintelligible) as raised:
        connect("eu-west-2", "work")
    assert "hunter2" not in raised.value.message


def test_a_renewal_that_fails_in_mid_run_is_reported(
    wire: Wire, files: Path, tmp_path: Path
) -> None:
    """Credentials that end in minutes are renewed for each call."""
    ends = (datetime.now(timezone.utc) + timedelta(minutes=5)).isoformat()
    good = tmp_path / "good"
    good.write_text(
        f'{{"Version": 1, {KEYS}, "SessionToken": "t", "Expiration": "{ends}"}}', "utf-8"
    )
    files.write_text(profile(f"credential_process = cat {good}"))
    wire.will(identity())
    clients, location = connect("eu-west-2", "work")
    for ending in (good.unlink, lambda: good.write_text("hello", "utf-8")):
        ending()
        with pytest.raises(CredentialsError, match="can't be used") as raised:
            Aws(clients, location).call("dynamodb", "DescribeTable", TableName="ProductsTable")
        assert "by hand" in raised.value.hint


def test_the_clock_is_asked_without_credentials(wire: Wire, files: Path) -> None:
    files.write_text(process("hello"))
    wire.will(xml_error("MissingAuthenticationToken"))
    with pytest.raises(Exception, match="no time"):
        time_at_aws("eu-west-2", "work")


def test_botocore_still_has_what_we_settle() -> None:
    session = botocore.session.Session()
    credentials.settle(session)
    chain = session.get_component("credential_provider")
    settled = {
        provider.METHOD: [n for n in ("_popen", "_prompter") if hasattr(provider, n)]
        for provider in chain.providers
    }
    assert settled["assume-role"] == ["_prompter"]
    assert settled["custom-process"] == ["_popen"]


@pytest.mark.parametrize(
    ("error", "hints"),
    [
        (boto.LoginError(), "aws login"),
        (boto.RefreshWithMFAUnsupportedError(), "new MFA code"),
        (boto.MissingDependencyException(msg="crt"), "pip install"),
        (boto.MetadataRetrievalError(error_msg="timed out"), "sign in again"),
    ],
)
def test_each_kind_has_its_own_advice(error: Exception, hints: str) -> None:
    assert credentials.concerned(error)
    assert hints in credentials.unusable(error).hint
