"""Endpoints: every setting that botocore honours is seen, and one stack is in one cloud."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import sources
from aws_wire import Wire, identity
from botocore.configprovider import ConfiguredEndpointProvider

from productsapi.aws.clients import Clients
from productsapi.aws.connect import connect
from productsapi.aws.endpoints import GENERAL, IGNORE, SERVICE_IDS, Setting, configured
from productsapi.errors import ConfigError

LOCALSTACK = "http://localhost:4566"
OTHER = "http://localhost:8000"
VPC = "https://vpce-0a1b2c-d4e5.dynamodb.eu-west-2.vpce.amazonaws.com"
OF_DYNAMODB = f"{GENERAL}_DYNAMODB"
ALL = {f"{GENERAL}_{name.upper()}": LOCALSTACK for name in SERVICE_IDS.values()}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's keys, and where the AWS configuration would be."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    path = tmp_path / "aws-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setattr(Clients, "preload", lambda _self, _named: None)
    return path


def set_all(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def section(service: str = "dynamodb", url: str = OTHER, general: str = "") -> str:
    lines = f"[default]\nservices = mine\n{general}\n[services mine]\n"
    return f"{lines}{service} =\n  endpoint_url = {url}\n"


def test_every_service_that_is_called_is_looked_at() -> None:
    called = set()
    for path in sources.PACKAGE.rglob("*.py"):
        for node in sources.nodes(path):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if node.func.attr in {"call", "pages", "prefetch"} and len(words) > 1:
                called.add(words[0])
    assert called <= set(SERVICE_IDS)
    assert len(called) > 8


@pytest.mark.parametrize("service", SERVICE_IDS)
def test_each_service_is_named_as_botocore_names_it(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    variable = f"{GENERAL}_{SERVICE_IDS[service].upper()}"
    monkeypatch.setenv(variable, OTHER)
    assert ConfiguredEndpointProvider({}, {}, service).provide() == OTHER
    files: Any = {"services": {"mine": {SERVICE_IDS[service]: {"endpoint_url": LOCALSTACK}}}}
    monkeypatch.delenv(variable)
    chosen = ConfiguredEndpointProvider(files, {"services": "mine"}, service).provide()
    assert chosen == LOCALSTACK


@pytest.mark.parametrize(
    ("variables", "profile", "says"),
    [
        ({OF_DYNAMODB: OTHER}, "", "dynamodb at http://localhost:8000"),
        ({OF_DYNAMODB: OTHER, GENERAL: LOCALSTACK}, "", f"{LOCALSTACK} (AWS_ENDPOINT_URL)"),
        ({f"{GENERAL}_STS": OTHER}, "", "sts at"),
        ({f"{GENERAL}_COGNITO_IDENTITY_PROVIDER": OTHER}, "", "cognito-idp at"),
        ({}, section(), "dynamodb at"),
        ({}, section("api_gateway"), "apigateway at"),
        ({}, section(general=f"endpoint_url = {LOCALSTACK}"), "endpoint_url in the profile"),
        ({OF_DYNAMODB: VPC, GENERAL: LOCALSTACK}, "", "dynamodb at AWS"),
        ({**ALL, OF_DYNAMODB: OTHER}, "", OF_DYNAMODB),
        ({OF_DYNAMODB: "http://dynamodb.eu-west-2.amazonaws.com"}, "", "dynamodb at"),
        ({OF_DYNAMODB: "https://dynamodb.eu-west-2.amazonaws.com.evil.example"}, "", "at AWS"),
        ({OF_DYNAMODB: "https://ec2-1-2-3-4.compute.amazonaws.com"}, "", "at AWS"),
    ],
)
def test_a_stack_in_two_clouds_is_refused_unasked(
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    keys: Path,
    variables: dict[str, str],
    profile: str,
    says: str,
) -> None:
    set_all(monkeypatch, variables)
    keys.write_text(profile)
    with pytest.raises(ConfigError) as raised:
        connect("eu-west-2")
    assert says in raised.value.message
    assert "one cloud" in raised.value.message
    assert GENERAL in raised.value.hint
    assert wire.hosts == []


@pytest.mark.parametrize(
    ("variables", "profile"),
    [
        (ALL, ""),
        ({GENERAL: LOCALSTACK, OF_DYNAMODB: f"{LOCALSTACK}/"}, ""),
        ({GENERAL: LOCALSTACK, OF_DYNAMODB: ""}, ""),
        ({GENERAL: LOCALSTACK}, section()),  # the environment's general one goes first
        ({}, section(url=LOCALSTACK, general=f"endpoint_url = {LOCALSTACK}")),
    ],
)
def test_settings_that_agree_are_one_endpoint(
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    keys: Path,
    variables: dict[str, str],
    profile: str,
) -> None:
    set_all(monkeypatch, variables)
    keys.write_text(profile)
    wire.will(identity())
    _, location = connect("eu-west-2")
    assert (location.endpoint_url or "").rstrip("/") == LOCALSTACK
    assert wire.hosts == [LOCALSTACK]


@pytest.mark.parametrize("how", ["environment", "profile"])
def test_what_is_ignored_can_disagree(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, keys: Path, how: str
) -> None:
    set_all(monkeypatch, {OF_DYNAMODB: OTHER, GENERAL: LOCALSTACK})
    if how == "environment":
        monkeypatch.setenv(IGNORE, "true")
    else:
        keys.write_text("[default]\nignore_configured_endpoint_urls = true\nservices = none\n")
    wire.will(identity())
    _, location = connect("eu-west-2")
    assert (location.endpoint_url, location.by_way_of) == (None, ())
    assert wire.hosts == ["https://sts.eu-west-2.amazonaws.com"]
    found = configured(botocore.session.Session())
    assert found.ignored
    assert OTHER in found.summary


def test_a_vpc_endpoint_is_aws_and_reported(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OF_DYNAMODB, VPC)
    wire.will(identity())
    _, location = connect("eu-west-2")
    assert location.endpoint_url is None
    assert location.invoke_url("abc", "dev").startswith("https://abc.execute-api.")
    assert str(location).endswith(f", by way of {VPC.removeprefix('https://')}")


@pytest.mark.parametrize("host", ["iam.amazonaws.com", "iam.us-gov.amazonaws.com", "iam.api.aws"])
def test_hosts_of_awss_own_are_known_as_such(host: str) -> None:
    assert Setting("iam", f"https://{host}", "").cloud == ()
    assert Setting("sns", f"https://{host}", "").cloud != ()


@pytest.mark.parametrize(
    ("variables", "profile", "says"),
    [
        ({OF_DYNAMODB: "localhost:8000"}, "", OF_DYNAMODB),
        ({OF_DYNAMODB: "http://localhost:port"}, "", OF_DYNAMODB),
        ({OF_DYNAMODB: "http://[::1"}, "", OF_DYNAMODB),
        ({}, "[default]\nservices = nowhere\n", "nowhere"),
        ({}, "[default]\nservices = m\n[services m]\ndynamodb = x\n", "dynamodb"),
    ],
)
def test_a_service_setting_that_is_none_is_reported(
    monkeypatch: pytest.MonkeyPatch, keys: Path, variables: dict[str, str], profile: str, says: str
) -> None:
    set_all(monkeypatch, variables)
    keys.write_text(profile)
    with pytest.raises(ConfigError, match=says):
        connect("eu-west-2")


def test_a_services_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OF_DYNAMODB, "http://user:hunter2@localhost:99999")
    with pytest.raises(ConfigError, match="name or password") as raised:
        connect("eu-west-2")
    assert "hunter2" not in raised.value.message + raised.value.hint
