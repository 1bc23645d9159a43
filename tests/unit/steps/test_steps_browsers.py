"""What browsers get: preflights that they keep, and one web site or several."""

from __future__ import annotations

import re
from typing import Any

from steps_world import World

from productsapi.steps.rest_api.preflight import WHICH_ORIGIN

ORIGINS = ("https://b.example", "https://a.example")


def preflights(world: World) -> list[dict[str, Any]]:
    api_id = world.outputs()["api_id"]
    tree = world.client("apigateway").get_resources(restApiId=api_id, embed=["methods"])["items"]
    methods = [each.get("resourceMethods", {}).get("OPTIONS") for each in tree]
    return [each["methodIntegration"]["integrationResponses"]["204"] for each in methods if each]


def test_browsers_keep_a_preflights_answer(deployed: World) -> None:
    """Without it Chromium asks again after five seconds."""
    for answer in preflights(deployed):
        assert answer["responseParameters"]["method.response.header.Access-Control-Max-Age"] == (
            "'7200'"
        )
        assert not answer.get("responseTemplates")


def test_of_several_web_sites_the_asking_one_is_named(deployed: World) -> None:
    """By the template; a static header would send one of them to all. The list has no order."""
    stack = deployed.stack(api={"cors_origin": ORIGINS})
    deployed.deploy(stack)
    assert deployed.plan(stack).to_do == ()
    for answer in preflights(deployed):
        headers = answer["responseParameters"]
        assert "method.response.header.Access-Control-Allow-Origin" not in headers
        assert headers["method.response.header.Vary"] == "'Origin'"
        template = answer["responseTemplates"]["application/json"]
        assert '#set($allowed=["https://a.example","https://b.example"])' in template
        assert "$context.responseOverride.header.Access-Control-Allow-Origin=$origin" in template
        assert template.count("#if") == template.count("#end") == 2
        assert "\n" not in template
    begin = "gatewayresponse.header.Access-Control-Allow-Origin"
    api_id = deployed.outputs()["api_id"]
    found = deployed.client("apigateway").get_gateway_responses(restApiId=api_id)["items"]
    assert {each["responseParameters"][begin] for each in found} == {"'*'"}
    get = deployed.client("lambda").get_function_configuration(FunctionName="getproductfunction")
    assert get["Environment"]["Variables"]["CORS_ORIGIN"] == ",".join(ORIGINS)


def test_choosing_an_origin_leaves_no_body() -> None:
    """What is left beside VTL's directives is what a browser would be sent."""
    text = WHICH_ORIGIN % '["https://a.example"]'
    within = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
    assert re.sub(rf"#(set|if){within}|#end", "", text) == ""
    assert text.count("#if(") == text.count("#end") == 2
