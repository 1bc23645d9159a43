"""A domain of one's own: made, repaired, shared with nobody, renamed, switched off, torn down."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from steps_moto import ACCOUNT, REGION, inside
from steps_world import World, error

from productsapi.engine.plan import Action, Plan
from productsapi.errors import Refused, RequestFailed
from productsapi.operations.finding import State
from productsapi.options.domain.answering import not_answering, unreachable_reason
from productsapi.options.domain.certificate import covers
from productsapi.options.domain.configuration import Domain
from productsapi.options.domain.doctor import hosted_zone
from productsapi.stack import Stack
from productsapi.stack.json_contract import contract

NAME = "api.shop.example.com"
ARN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/12345678"
TARGET = "api-target.execute-api.eu-west-2.amazonaws.com"


@pytest.fixture
def owner(deployed: World) -> World:
    """Somebody who has a certificate."""
    certify(deployed)
    return deployed


def certify(world: World, status: str = "ISSUED", *names: str) -> None:
    reported = {
        "CertificateArn": ARN,
        "DomainName": (names or (NAME,))[0],
        "SubjectAlternativeNames": [*(names or (NAME,))],
        "Status": status,
    }
    world.fake("DescribeCertificate", {"Certificate": reported})


def stack_of(world: World, **changes: Any) -> Stack:
    return world.stack(api={"domain": Domain(name=NAME, certificate_arn=ARN, **changes)})


def mapping(world: World, path: str = "(none)", name: str = NAME) -> dict[str, Any]:
    client = world.client("apigateway")
    found: dict[str, Any] = client.get_base_path_mapping(domainName=name, basePath=path)
    return found


def mappings(world: World) -> list[dict[str, Any]]:
    client = world.client("apigateway")
    found: list[dict[str, Any]] = client.get_base_path_mappings(domainName=NAME)["items"]
    return found


def zone(world: World) -> str:
    made = world.client("route53").create_hosted_zone(Name="shop.example.com", CallerReference="1")
    world.forget_calls()
    return str(made["HostedZone"]["Id"].rpartition("/")[2])


def records(world: World, zone_id: str) -> list[tuple[str, str]]:
    found = world.client("route53").list_resource_record_sets(HostedZoneId=zone_id)
    return [
        (r["Type"], r.get("AliasTarget", {}).get("DNSName", "").rstrip("."))
        for r in found["ResourceRecordSets"]
        if r["Type"] in {"A", "CNAME"}
    ]


def domains(world: World) -> list[str]:
    return [each["domainName"] for each in world.client("apigateway").get_domain_names()["items"]]


def refusals(plan: Plan) -> list[str]:
    return [change.reason for change in plan.refused]


# -- switched on -----------------------------------------------------------------------------------


def test_domain_then_mapping_lead_to_the_stage(owner: World) -> None:
    stack = stack_of(owner, base_path="v1")
    owner.deploy(stack)
    [made] = owner.asked("CreateDomainName")
    assert made["endpointConfiguration"] == {"types": ["REGIONAL"]}
    assert made["securityPolicy"] == "TLS_1_2"
    assert made["tags"] == {"productsapi:stack": "shop"}
    calls = owner.changing
    assert calls.index("CreateDomainName") < calls.index("CreateBasePathMapping")
    assert calls[0] == "TagResource", "it is marked before anything of it is made"
    assert (mapping(owner, "v1")["restApiId"], mapping(owner, "v1")["stage"]) == (
        owner.outputs()["api_id"], "dev",
    )  # fmt: skip
    assert owner.plan(stack).to_do == ()


def test_the_outputs_name_where_dns_is_to_lead(owner: World) -> None:
    stack = stack_of(owner)
    owner.deploy(stack)
    reported = contract(stack, owner.look(stack).outputs)["domain"]
    assert reported["url"] == f"https://{NAME}"
    assert reported["target"].endswith(f".execute-api.{REGION}.amazonaws.com")


def test_a_record_is_made_last_where_a_zone_is_given(owner: World) -> None:
    zone_id = zone(owner)
    stack = stack_of(owner, zone_id=zone_id)
    applied = owner.deploy(stack)
    target = contract(stack, applied.outputs)["domain"]["target"]
    assert records(owner, zone_id) == [("A", target)]
    calls = owner.changing
    assert calls.index("CreateBasePathMapping") < calls.index("ChangeResourceRecordSets")
    assert owner.plan(stack).to_do == ()


@pytest.mark.parametrize(
    ("status", "names", "reported"),
    [
        ("PENDING_VALIDATION", [NAME], "PENDING_VALIDATION"),
        ("EXPIRED", [NAME], "EXPIRED"),
        ("ISSUED", ["shop.example.com", "*.example.com"], "for shop.example.com, *.example.com"),
    ],
)
def test_a_certificate_that_will_not_do_is_refused(
    owner: World, status: str, names: list[str], reported: str
) -> None:
    certify(owner, status, *names)
    with pytest.raises(Refused, match="certificate") as refused:
        owner.deploy(stack_of(owner))
    assert reported in refused.value.message
    assert owner.changing == []


def test_a_certificate_of_another_region_is_refused(owner: World) -> None:
    arn = ARN.replace(REGION, "us-east-1")
    stack = owner.stack(api={"domain": Domain(name=NAME, certificate_arn=arn)})
    [reported] = refusals(owner.plan(stack))
    assert "in us-east-1" in reported
    assert "DescribeCertificate" not in owner.operations


def test_a_certificate_that_is_gone_is_refused(owner: World) -> None:
    owner.fake("DescribeCertificate", error("ResourceNotFoundException"))
    [reported] = refusals(owner.plan(stack_of(owner)))
    assert "there is no such certificate" in reported


@pytest.mark.parametrize(
    ("names", "good"),
    [
        ([NAME], True),
        (["*.shop.example.com"], True),
        (["*.SHOP.example.com"], True),
        (["x.example.com", NAME], True),
        (["*.example.com"], False),
        (["shop.example.com"], False),
        (["*.api.shop.example.com"], False),
        (["*"], False),
        ([], False),
    ],
)
def test_a_star_matches_just_one_label(names: list[str], *, good: bool) -> None:
    assert covers(names, NAME) is good


# -- drift, and others' ----------------------------------------------------------------------------


def test_what_was_changed_by_hand_is_put_back(owner: World) -> None:
    stack = stack_of(owner)
    owner.deploy(stack)
    found = inside("apigateway").domain_names[NAME]
    found.security_policy, found.regional_certificate_arn = "TLS_1_0", "arn:other"
    inside("apigateway").base_path_mappings[NAME]["(none)"].stage = "old"
    fields = {f.field: f.old for c in owner.plan(stack).to_do for f in c.fields}
    assert fields == {"security_policy": "TLS_1_0", "certificate": "arn:other", "stage": "old"}
    owner.deploy(stack)
    assert owner.plan(stack).to_do == ()


def test_a_mapping_taken_away_by_hand_is_made_again(owner: World) -> None:
    stack = stack_of(owner)
    owner.deploy(stack)
    owner.client("apigateway").delete_base_path_mapping(domainName=NAME, basePath="(none)")
    owner.forget_calls()
    owner.deploy(stack)
    assert owner.changing == ["CreateBasePathMapping"]


def test_an_api_can_be_replaced_behind_it(owner: World) -> None:
    """The mapping leads to one that is gone: it was ours."""
    stack = stack_of(owner)
    owner.deploy(stack)
    inside("apigateway").base_path_mappings[NAME]["(none)"].rest_api_id = "goneapi123"
    owner.forget_calls()
    owner.deploy(stack)
    assert owner.changing == ["UpdateBasePathMapping"]
    assert mapping(owner)["restApiId"] == owner.outputs()["api_id"]


def test_anothers_mapping_is_never_changed(owner: World) -> None:
    stack = stack_of(owner)
    owner.deploy(stack)
    other = owner.client("apigateway").create_rest_api(name="theirs")["id"]
    inside("apigateway").base_path_mappings[NAME]["(none)"].rest_api_id = other
    owner.forget_calls()
    for asked in (stack, replace(stack, adopt=True)):
        with pytest.raises(Refused, match=f"the API {other}"):
            owner.deploy(asked)
    assert owner.changing == []


def test_anothers_domain_is_never_changed(owner: World) -> None:
    owner.client("apigateway").create_domain_name(
        domainName=NAME, tags={"productsapi:stack": "other"}
    )
    owner.forget_calls()
    with pytest.raises(Refused, match="the stack other"):
        owner.deploy(stack_of(owner))
    assert owner.changing == []


@pytest.mark.parametrize("kind", ["A", "CNAME"])
def test_anothers_record_is_never_changed(owner: World, kind: str) -> None:
    zone_id = zone(owner)
    value = "192.0.2.1" if kind == "A" else "old.example.com"
    record = {"Name": NAME, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    owner.client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
    owner.forget_calls()
    stack = stack_of(owner, zone_id=zone_id)
    for asked in (stack, replace(stack, adopt=True)):
        with pytest.raises(Refused, match=f"{kind} {value}"):
            owner.deploy(asked)
    assert owner.changing == []


# -- switched off, renamed, torn down --------------------------------------------------------------


def test_switched_off_all_of_it_goes(owner: World) -> None:
    """The configuration doesn't name it any more: its tags do, and the zone too."""
    zone_id = zone(owner)
    owner.deploy(stack_of(owner, zone_id=zone_id))
    owner.forget_calls()
    owner.deploy(owner.stack())
    assert (domains(owner), records(owner, zone_id)) == ([], [])
    calls = owner.changing
    assert calls.index("ChangeResourceRecordSets") < calls.index("DeleteBasePathMapping")
    assert calls.index("DeleteBasePathMapping") < calls.index("DeleteDomainName")
    owner.forget_calls()
    assert owner.plan(owner.stack()).to_do == ()
    assert "GetDomainNames" not in owner.operations, "off, it costs no call"


def test_a_new_name_answers_before_the_old_one_goes(owner: World) -> None:
    owner.deploy(stack_of(owner))
    owner.forget_calls()
    certify(owner, "ISSUED", "*.example.com")
    renamed = owner.stack(api={"domain": Domain(name="new.example.com", certificate_arn=ARN)})
    owner.deploy(renamed)
    calls = owner.changing
    assert calls.index("CreateBasePathMapping") < calls.index("DeleteDomainName")
    assert domains(owner) == ["new.example.com"]
    assert owner.plan(renamed).to_do == ()


def test_another_base_path_answers_before_the_old(owner: World) -> None:
    owner.deploy(stack_of(owner, base_path="v1"))
    owner.forget_calls()
    stack = stack_of(owner, base_path="v2")
    owner.deploy(stack)
    assert owner.changing == ["CreateBasePathMapping", "DeleteBasePathMapping"]
    assert [each["basePath"] for each in mappings(owner)] == ["v2"]
    assert owner.plan(stack).to_do == ()


def test_g7_a_base_path_never_deployed_stops_nothing(owner: World) -> None:
    """Torn down with another one in the configuration than exists."""
    owner.deploy(stack_of(owner, base_path="v1"))
    owner.teardown(stack_of(owner, base_path="v2"))
    assert domains(owner) == []


def test_without_the_zone_the_record_goes(owner: World) -> None:
    zone_id = zone(owner)
    owner.deploy(stack_of(owner, zone_id=zone_id))
    owner.deploy(stack_of(owner))
    assert records(owner, zone_id) == []
    assert owner.plan(stack_of(owner)).to_do == ()


def test_g7_a_teardown_takes_the_mapping_first(owner: World) -> None:
    zone_id = zone(owner)
    stack = stack_of(owner, zone_id=zone_id)
    owner.deploy(stack)
    owner.forget_calls()
    planned, _ = owner.teardown(stack)
    assert planned[f"certificate {ARN}"].action is Action.KEEP
    calls = owner.changing
    order = ["ChangeResourceRecordSets", "DeleteBasePathMapping", "DeleteStage", "DeleteRestApi"]
    assert [each for each in calls if each in order] == order
    assert calls.index("DeleteBasePathMapping") < calls.index("DeleteDomainName")
    assert (domains(owner), records(owner, zone_id)) == ([], [])


def test_a_domain_that_serves_others_too_is_kept(owner: World) -> None:
    stack = stack_of(owner)
    owner.deploy(stack)
    client = owner.client("apigateway")
    other = client.create_rest_api(name="theirs")["id"]
    client.create_base_path_mapping(domainName=NAME, basePath="theirs", restApiId=other)
    planned, _ = owner.teardown(stack)
    assert planned[f"custom domain {NAME}"].action is Action.KEEP
    assert f"{NAME}/theirs" in planned[f"custom domain {NAME}"].reason
    assert mapping(owner, "theirs")["restApiId"] == other


def test_a_renamed_stage_is_led_to_before_it_goes(owner: World) -> None:
    owner.deploy(stack_of(owner))
    owner.forget_calls()
    renamed = owner.stack(api={"stage": "live", "domain": Domain(name=NAME, certificate_arn=ARN)})
    owner.deploy(renamed)
    assert mapping(owner)["stage"] == "live"
    assert owner.changing.index("UpdateBasePathMapping") < owner.changing.index("DeleteStage")


# -- its own URL -----------------------------------------------------------------------------------


def test_its_own_url_goes_and_comes_back(owner: World) -> None:
    stack = stack_of(owner, disable_invoke_url=True)
    owner.deploy(stack)
    calls = owner.changing
    assert calls.index("CreateBasePathMapping") < calls.index("UpdateRestApi")
    api_id = owner.outputs()["api_id"]
    client = owner.client("apigateway")
    assert client.get_rest_api(restApiId=api_id)["disableExecuteApiEndpoint"] is True
    assert owner.plan(stack).to_do == ()
    owner.deploy(stack_of(owner))
    assert client.get_rest_api(restApiId=api_id)["disableExecuteApiEndpoint"] is False
    assert owner.plan(stack_of(owner)).to_do == ()


class Answering:
    """A network on which the domain answers so."""

    def __init__(self, status: int = 401, body: Any = None, *, gone: bool = False) -> None:
        self.status, self.body, self.gone = status, body, gone
        self.asked: list[tuple[str, dict[str, str]]] = []

    def send(self, _: str, url: str, headers: dict[str, str], __: None) -> Any:
        self.asked.append((url, headers))
        if self.gone:
            raise RequestFailed(f"{url} doesn't answer: no such host")
        return self.status, {}, json.dumps(self.body).encode()


OURS = {"type": "urn:productsapi:problem:sign_in_required"}


@pytest.mark.parametrize(
    ("network", "reported"),
    [
        (Answering(401, OURS), ""),
        (Answering(403, {"message": "Forbidden"}), "answers 403"),
        (Answering(200, ["a shop"]), "answers 200"),
        (Answering(gone=True), "no such host"),
    ],
)
def test_it_answers_when_it_is_our_api(world: World, network: Any, reported: str) -> None:
    """An unmapped domain of API Gateway's answers 403 too."""
    stack = stack_of(world, base_path="v1", disable_invoke_url=True)
    why = unreachable_reason(stack, network)
    assert reported in why
    assert bool(why) is bool(reported)
    assert network.asked == [(f"https://{NAME}/v1/products", {})]
    refused = not_answering(stack, network)
    assert (refused is None) is not bool(reported)


def test_the_local_cloud_is_asked_by_its_host_header(world: World) -> None:
    stack, network = stack_of(world, base_path="v1"), Answering(401, OURS)
    local = replace(stack.location, endpoint_url="http://127.0.0.1:1", local=True)
    assert unreachable_reason(replace(stack, location=local), network) == ""  # type: ignore[arg-type]
    assert network.asked == [("http://127.0.0.1:1/v1/products", {"Host": NAME})]


@pytest.mark.parametrize(
    ("name", "private", "state"),
    [
        ("shop.example.com.", False, State.OK),
        ("example.com.", False, State.OK),
        ("example.com.", True, State.FAILED),
        ("op.example.com.", False, State.FAILED),
    ],
)
def test_doctor_reports_a_zone_that_will_not_do(
    world: World, name: str, *, private: bool, state: State
) -> None:
    reported = {
        "Id": "Z1",
        "Name": name,
        "CallerReference": "1",
        "Config": {"PrivateZone": private},
    }
    world.fake("GetHostedZone", {"HostedZone": reported})
    [found] = hosted_zone(world.aws, stack_of(world, zone_id="Z1").config)
    assert found.state is state
