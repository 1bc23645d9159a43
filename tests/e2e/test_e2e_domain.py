"""A domain of one's own on the local cloud, which knows it by the Host header."""

from __future__ import annotations

from urllib.parse import urlsplit

from e2e_http import call
from e2e_project import Deployed

NAME = "api.shop.example.com"


def test_a_domain_leads_to_the_api_and_goes_again(deployed_anew: Deployed) -> None:
    project, endpoint = deployed_anew.project, deployed_anew.reported["endpoint_url"]
    acm, dns = deployed_anew.client("acm"), deployed_anew.client("route53")
    gateway = deployed_anew.client("apigateway")
    arn = acm.request_certificate(DomainName="*.shop.example.com")["CertificateArn"]
    made = dns.create_hosted_zone(Name="shop.example.com", CallerReference="1")
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    original = (project.folder / "config" / "dev.yaml").read_text("utf-8")
    project.config("    #name: api.shop.example.com", f"    name: {NAME}")
    said = project.run("plan", "--local", code=3).err
    assert "api.domain.certificate_arn: found none" in said
    example = next(line for line in original.splitlines() if "#certificate_arn" in line)
    project.config(example, f"    certificate_arn: {arn}")
    project.config("    #base_path: v1", "    base_path: v1")
    project.config("    #zone_id: Z0123456789ABCDEFGHIJ", f"    zone_id: {zone}")
    reported = project.json("deploy", "--local")
    assert reported["domain"]["url"] == f"https://{NAME}/v1"
    assert project.json("plan", "--local") == []
    answer = call("GET", f"{endpoint}/v1/products", {"Host": NAME})
    assert (answer.status, answer.body.get("code")) == (401, "sign_in_required"), answer
    assert call("GET", f"{endpoint}/v2/products", {"Host": NAME}).status in {403, 404}
    records = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    [record] = [each for each in records if each["Type"] == "A"]
    assert record["AliasTarget"]["DNSName"].rstrip(".") == reported["domain"]["target"]
    verified = project.run("verify", "--local").out
    assert f"custom domain {NAME}" in verified
    assert f"https://{NAME}/v1 answers" in verified
    project.config("disable_invoke_url: false", "disable_invoke_url: true")
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    (project.folder / "config" / "dev.yaml").write_text(original, "utf-8")
    project.run("deploy", "--local")
    assert gateway.get_domain_names()["items"] == []
    records = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert not [each for each in records if each["Type"] == "A"]
    assert project.json("plan", "--local") == []
    assert urlsplit(endpoint).hostname == "127.0.0.1"
