"""Whoever edits the functions' code and rules: what can't work isn't deployed, what is, is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from e2e_http import call
from e2e_project import Deployed, Project
from e2e_shop import new_user, signed_in
from wheels import wheel

PRODUCT = {"productId": "P1", "category": "Books", "productName": "A book", "productPrice": 9.5}


def source(project: Project, name: str) -> Path:
    return project.folder / "lambda_src" / name


def rules(project: Project, **fields: dict[str, Any]) -> None:
    """Fields of one's own in the product's schema, and no example in it."""
    path = source(project, "shared/product.schema.json")
    schema = json.loads(path.read_text("utf-8"))
    for each in schema["properties"].values():
        each.pop("examples", None)
    schema["properties"] |= fields
    path.write_text(json.dumps(schema), "utf-8")


def test_own_fields_are_enforced_and_kept(deployed_anew: Deployed) -> None:
    project = deployed_anew.project
    rules(project, colour={"oneOf": []})
    for command in ("plan", "deploy", "openapi"):
        said = project.run(command, "--local", code=3).err
        assert "product.schema.json: the functions can't enforce this:" in said
        assert "/properties/colour/oneOf: oneOf is no keyword" in said
    rules(
        project,
        colour={"enum": ["red", "blue"]},
        fragile={"type": "boolean"},
        rating={"type": "integer", "maximum": 5},
    )
    project.run("deploy", "--local")
    assert "enum:" in project.run("openapi", "--local").out
    new_user(deployed_anew, "ann")
    url, header = (
        f"{deployed_anew.reported['invoke_url']}/products",
        signed_in(deployed_anew, "ann"),
    )
    wrong = {**PRODUCT, "colour": "pink", "fragile": 1, "rating": 99}
    answer = call("POST", url, header, json.dumps(wrong))
    assert answer.status == 400
    reported = {(each["field"], each["code"]) for each in answer.body["errors"]}
    assert reported == {("colour", "enum"), ("fragile", "type"), ("rating", "maximum")}
    right = {**PRODUCT, "colour": "red", "fragile": True}
    assert call("POST", url, header, json.dumps(right)).status == 201
    kept = call("GET", f"{url}/P1", header).body
    assert (kept["colour"], kept["fragile"]) == ("red", True)


def test_code_that_can_not_run_is_reported(deployed_anew: Deployed) -> None:
    """Before it is deployed where that can be seen, and by `verify` where it can't."""
    project = deployed_anew.project
    path = source(project, "get_product/lambda_function.py")
    good = path.read_text("utf-8")
    path.write_text(f"{good}\ndef broken(:\n", "utf-8")
    for command in ("plan", "deploy"):
        said = project.run(command, "--local", code=3).err
        assert f"lambda_function.py:{good.count(chr(10)) + 2}: python" in said
        assert "\n    def broken(:\n               ^\n" in said
    project.run("status", "--local")  # what is live is reported all the same
    path.write_text(f"{good}\nimport nowhere_to_be_found\n", "utf-8")
    project.run("deploy", "--local")
    verified = project.run("verify", "--local", "--json", code=1)
    assert "Waiting: GET" not in verified.err
    failed = [each for each in json.loads(verified.out)["checks"] if each["state"] == "failed"]
    assert failed
    for each in failed:
        assert "getproductfunction doesn't start: " in each["text"]
        assert "nowhere_to_be_found" in each["text"]
        assert each["fix"].startswith("productsapi logs")


ATTEMPTS = 20
"""What a function printed late is logged by the emulator at a later invocation."""
OWN = """
_served = lambda_handler


def lambda_handler(event, context):
    import os
    import boto3
    import greeter

    told = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["TOKEN"])
    print("own:", greeter.greet(os.environ["GREETING"]), len(told["SecretString"]))
    return _served(event, context)
"""


def test_own_package_variable_secret_and_trace(deployed_anew: Deployed) -> None:
    """One function of one's own code with all that it may need."""
    project = deployed_anew.project
    line = wheel(
        project.folder / "links", "greeter", {"greeter.py": b"def greet(t): return t.upper()\n"}
    )
    requirements = source(project, "requirements.txt")
    requirements.write_text("greeter\n", "utf-8")
    assert "pip-compile --generate-hashes" in project.run("plan", "--local", code=3).err
    requirements.write_text(f"--no-index\n--find-links ../links\n{line}\n", "utf-8")
    handler = source(project, "get_product/lambda_function.py")
    handler.write_text(handler.read_text("utf-8") + OWN, "utf-8")
    variables = "environment: {GREETING: hello there, TOKEN: {secret: shop/token}}"
    project.config("  environment: {}", f"  {variables}\n  tracing: true")
    project.config("  tracing: false\n", "")
    assert "shop/token" in project.run("deploy", "--local", code=5).err
    deployed_anew.client("secretsmanager").create_secret(Name="shop/token", SecretString="12345")
    planned = project.run("plan", "--local").out
    assert "environment.GREETING" in planned
    assert "hello there" not in planned
    project.run("deploy", "--local")
    assert project.json("plan", "--local") == []
    new_user(deployed_anew, "ann")
    url, header = (
        f"{deployed_anew.reported['invoke_url']}/products",
        signed_in(deployed_anew, "ann"),
    )
    for _ in range(ATTEMPTS):
        assert call("GET", url, header).status == 200
        said = project.run("logs", "--local", "--json").out.splitlines()
        lines = [json.loads(text) for text in said]
        if traces := [each["trace_id"] for each in lines if each["trace_id"]]:
            break
    assert "own: HELLO THERE 5" in [each["message"].strip() for each in lines]
    trace = traces[0]
    assert "tracing" in project.run("verify", "--local").out
    reported = project.run("logs", "--local", "--request-id", trace)
    assert f"traceId={trace}" in reported.out
    assert f"batch-get-traces --trace-ids {trace}" in reported.err
