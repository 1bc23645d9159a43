"""Connecting: to AWS, to what AWS_ENDPOINT_URL names, and to the local cloud and nothing else."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import botocore.session
import pytest
from aws_wire import Wire, error, identity, ok, xml, xml_error
from botocore.exceptions import UnknownServiceError

from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.connect import PRELOADED_SERVICES, check_account, connect, connect_local
from productsapi.aws.lease_expiry import LIFE
from productsapi.aws.location import Location
from productsapi.aws.models import find_by_name
from productsapi.errors import ConfigError, CredentialsError, Interrupted, ProductsApiError

preload = Clients.preload
REGION = "eu-west-2"
ELSEWHERE = "http://aws.example.com:4566"
LOCAL = "http://127.0.0.1:24566"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture(autouse=True)
def preloaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services of the clients that connecting makes ahead, which takes longer than a test."""
    services: list[str] = []
    monkeypatch.setattr(Clients, "preload", lambda _self, named: services.extend(named))
    return services


@pytest.fixture
def aws_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's AWS configuration file."""
    path = tmp_path / "aws-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    return path


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-2", "aws", "amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
    ],
)
@pytest.mark.usefixtures("keys")
def test_the_region_decides_partition_and_names(
    wire: Wire, region: str, partition: str, suffix: str
) -> None:
    wire.will(identity("111122223333"))
    _, location = connect(region)
    assert location == Location(region, "111122223333", partition, suffix, caller="user/alice")
    assert wire.hosts == [f"https://sts.{region}.{suffix}"]


@pytest.mark.usefixtures("keys")
def test_aws_endpoint_url_is_where_every_call_goes(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ELSEWHERE)
    wire.will(identity(), ok(item=[]))
    clients, location = connect(REGION)
    Aws(clients, location).call("apigateway", "GetRestApis")
    assert location.endpoint_url == ELSEWHERE
    assert not location.local
    assert wire.hosts == [ELSEWHERE, ELSEWHERE]


def test_an_endpoint_in_the_profile_counts_too(wire: Wire, aws_config: Path) -> None:
    keys = "aws_access_key_id = key\naws_secret_access_key = secret"
    aws_config.write_text(f"[profile work]\n{keys}\nendpoint_url = {ELSEWHERE}\n")
    wire.will(identity())
    _, location = connect(REGION, "work")
    assert (location.endpoint_url, wire.hosts) == (ELSEWHERE, [ELSEWHERE])


@pytest.mark.parametrize("where", ["environment", "profile"])
@pytest.mark.usefixtures("keys")
def test_endpoints_are_ignored_where_the_user_says_so(
    wire: Wire, aws_config: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ELSEWHERE)
    if where == "environment":
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    else:
        aws_config.write_text("[default]\nignore_configured_endpoint_urls = true\n")
    wire.will(identity())
    _, location = connect(REGION)
    assert location.endpoint_url is None
    assert wire.hosts == [f"https://sts.{REGION}.amazonaws.com"]


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (xml("<html><body>Welcome</body></html>"), ConfigError, "not as AWS does"),
        (xml("<!doctype html><p>Welcome"), ConfigError, "not as AWS does"),
        (xml("<!doctype html><p>Not found", 404), ConfigError, "not as AWS does"),
        (xml_error("ExpiredToken"), CredentialsError, "expired"),
        (xml_error("SignatureDoesNotMatch", "Signature expired"), CredentialsError, "expired"),
        (xml_error("InvalidClientTokenId", "is invalid"), CredentialsError, "is invalid"),
    ],
)
@pytest.mark.usefixtures("keys")
def test_odd_answers_and_refusals_are_named_in_words(
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    answer: object,
    kind: type[ProductsApiError],
    says: str,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ELSEWHERE)
    wire.will(answer)
    with pytest.raises(kind, match=says):
        connect(REGION)


@pytest.mark.parametrize("value", ["localhost:4566", "aws.example.com", "http://"])
@pytest.mark.usefixtures("keys")
def test_an_endpoint_that_is_no_url_is_named_as_such(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", value)
    with pytest.raises(ConfigError) as raised:
        connect(REGION)
    assert value in raised.value.message
    assert "AWS_ENDPOINT_URL" in raised.value.hint


@pytest.mark.usefixtures("keys")
def test_an_endpoint_with_a_password_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://user:hunter2@127.0.0.1:1")
    with pytest.raises(ConfigError, match="name or password") as raised:
        connect(REGION)
    assert "hunter2" not in raised.value.message + raised.value.hint


def test_without_all_only_credentials_are_asked_for() -> None:
    with pytest.raises(CredentialsError, match="no AWS credentials"):
        connect(REGION)


@pytest.mark.parametrize("how", ["option", "environment"])
@pytest.mark.usefixtures("keys")
def test_a_profile_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "environment":
        monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with pytest.raises(CredentialsError, match="nowhere"):
        connect(REGION, "nowhere" if how == "option" else None)


@pytest.mark.usefixtures("keys")
def test_a_role_that_may_not_be_taken_on_is_reported(wire: Wire, aws_config: Path) -> None:
    """Not as a missing permission for the call that only needed the credentials."""
    role = "role_arn = arn:aws:iam::123456789012:role/deployer"
    aws_config.write_text(f"[profile work]\n{role}\ncredential_source = Environment\n")
    wire.will(xml_error("AccessDenied", "u is not authorized to perform: sts:AssumeRole"))
    with pytest.raises(CredentialsError, match=r"AssumeRole operation.*sts:AssumeRole"):
        connect(REGION, "work")


def test_an_expired_sso_sign_in_says_how_to_renew_it(aws_config: Path) -> None:
    aws_config.write_text(
        "[profile work]\nsso_start_url = https://work.awsapps.com/start\n"
        "sso_region = eu-west-2\nsso_account_id = 123456789012\nsso_role_name = deployer\n"
    )
    with pytest.raises(CredentialsError) as raised:
        connect(REGION, "work")
    assert "aws sso login" in raised.value.hint


def test_another_account_is_refused_but_locally() -> None:
    location = Location(REGION, "123456789012")
    check_account(location, None)
    check_account(location, "123456789012")
    check_account(Location(REGION, "000000000000", local=True), "123456789012")
    with pytest.raises(CredentialsError, match=r"123456789012.*999999999999"):
        check_account(location, "999999999999")


def test_the_local_cloud_is_reached_in_any_environment(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_text("not [an ini file")
    hostile = {
        "AWS_PROFILE": "nowhere",
        "AWS_DEFAULT_PROFILE": "nowhere",
        "AWS_CONFIG_FILE": str(garbage),
        "AWS_SHARED_CREDENTIALS_FILE": str(garbage),
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": ELSEWHERE,
        "AWS_ENDPOINT_URL_API_GATEWAY": ELSEWHERE,
        "AWS_ENDPOINT_URL_DYNAMODB": ELSEWHERE,
        "AWS_CA_BUNDLE": str(tmp_path / "missing.pem"),
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required",
        "AWS_DEFAULTS_MODE": "auto",
        "AWS_RETRY_MODE": "nonsense",
        "AWS_MAX_ATTEMPTS": "nonsense",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "nonsense",
        "AWS_DATA_PATH": str(tmp_path),
        "HTTP_PROXY": "http://proxy:3128",
        "http_proxy": "http://proxy:3128",
        "ALL_PROXY": "http://proxy:3128",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    clients, location = connect_local(REGION, LOCAL, "000000000000")
    aws = Aws(clients, location, pause=lambda _: None)
    wire.will(ok(item=[]), ok(Table={}), ok(UserPools=[]), identity())
    aws.call("apigateway", "GetRestApis")
    aws.call("dynamodb", "DescribeTable", TableName="ProductsTable")
    aws.call("cognito-idp", "ListUserPools", MaxResults=60)
    aws.call("sts", "GetCallerIdentity")
    assert location == Location(REGION, "000000000000", "aws", "", LOCAL, local=True)
    assert wire.hosts == [LOCAL] * 4
    assert wire.proxies == [None] * 4
    for request in wire.requests:
        signed = request.headers["Authorization"].decode()
        assert re.search(rf"Credential=test/\d+/{REGION}/", signed)
        assert "X-Amz-Security-Token" not in request.headers


def test_a_client_is_made_once_for_all_threads(aws: Aws) -> None:
    start = Barrier(8)

    def ask(_number: int) -> object:
        start.wait()
        return aws.clients.get("dynamodb")

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(ask, range(8)))
    assert len({id(client) for client in made}) == 1


def test_a_client_is_had_while_another_is_being_made(aws: Aws) -> None:
    """Loading a service's model takes longer than many an answer."""
    made = aws.clients.get("dynamodb")
    with aws.clients._lock:
        assert aws.clients.get("dynamodb") is made


@pytest.mark.usefixtures("keys")
def test_connecting_makes_a_looks_clients_ahead(wire: Wire, preloaded: list[str]) -> None:
    wire.will(identity())
    connect(REGION)
    assert preloaded == list(PRELOADED_SERVICES)


def test_clients_made_ahead_are_the_ones_that_are_used(aws: Aws) -> None:
    preload(aws.clients, ["no such service"]).join()  # whoever needs it meets the error
    preload(aws.clients, ["logs"]).join()
    made = aws.clients._made["logs"]
    assert aws.clients.get("logs") is made


def test_a_leases_calls_wait_less_than_it_lives(aws: Aws) -> None:
    assert aws.clients.get("ssm").meta.config.read_timeout < LIFE / 2
    assert aws.clients.get("lambda").meta.config.read_timeout == 70


@pytest.mark.usefixtures("keys")
def test_who_acts_is_named_by_the_tail_of_the_arn(wire: Wire) -> None:
    arn = "arn:aws:sts::111122223333:assumed-role/Admin/alice"
    reported = f"<Account>111122223333</Account><Arn>{arn}</Arn>"
    found = f"<GetCallerIdentityResult>{reported}</GetCallerIdentityResult>"
    wire.will(xml(f"<GetCallerIdentityResponse>{found}</GetCallerIdentityResponse>"))
    _, location = connect(REGION)
    assert location.caller == "assumed-role/Admin/alice"


def test_a_local_cloud_that_stopped_is_named_as_such(wire: Wire) -> None:
    from botocore.exceptions import EndpointConnectionError

    clients, location = connect_local(REGION, LOCAL, "000000000000")
    wire.will(EndpointConnectionError(endpoint_url=LOCAL))
    with pytest.raises(Interrupted, match="local cloud doesn't answer"):
        Aws(clients, location).call("apigateway", "GetRestApis")


def test_api_gateways_missing_right_names_the_verb(aws: Aws, wire: Wire) -> None:
    wire.will(error("AccessDeniedException", "no", 403))
    with pytest.raises(ProductsApiError, match=r"apigateway:DELETE on /restapis/.+ isn't allowed"):
        aws.call("apigateway", "DeleteRestApi", restApiId="a1")


def test_a_model_is_found_without_a_look_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore's own loader looks into 400 folders for it, twice."""
    looked_into: list[str] = []
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: looked_into.append(str(path)) or listdir(path))
    clients, _ = connect_local(REGION, LOCAL, "000000000000")
    assert clients.get("logs").meta.service_model.service_name == "logs"
    assert len(looked_into) < 10


def test_models_of_ones_own_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with botocore's loader: AWS_DATA_PATH is asked before what botocore brings."""
    reported = (
        botocore.session.Session()
        .get_component("data_loader")
        .load_service_model("logs", "service-2")
    )
    folder = tmp_path / "logs" / reported["metadata"]["apiVersion"]
    folder.mkdir(parents=True)
    reported["metadata"]["serviceFullName"] = "Ours"
    (folder / "service-2.json").write_text(json.dumps(reported), "utf-8")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = botocore.session.Session()
    find_by_name(session)
    assert session.get_service_model("logs").metadata["serviceFullName"] == "Ours"
    assert session.get_service_model("sts").service_name == "sts"
    with pytest.raises(UnknownServiceError):
        session.get_service_model("no such service")
