"""verify: what it makes of the API's answers, and how patient it is."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checks_aws import NO_ROUTE, UNAUTHORIZED, ScriptedApi, http, problem

from productsapi.api_client import Answer
from productsapi.api_client.token_store import Tokens
from productsapi.config.model import Api as ApiConfig
from productsapi.errors import RequestFailed
from productsapi.operations.finding import State
from productsapi.operations.verify import forged_tokens
from productsapi.operations.verify.access_denied import (
    NO_TOKEN,
    InvalidCredential,
    invalid_credentials,
    kept_out,
    refused,
    without_key,
)
from productsapi.operations.verify.api import SPREADING, THROTTLED, Api, not_yet
from productsapi.operations.verify.cors import cors
from productsapi.operations.verify.round_trip import (
    LOOKS,
    MOST_PAGES,
    RoundTrip,
    new_product,
    required_fields,
)
from productsapi.routes import KEY_HEADER, ROUTES

PRODUCT = {**new_product(), "productId": "P1", "category": "P1"}


class Asked:
    """An Api on scripted answers, with the waits that it would have made."""

    def __init__(self, answer: Callable[[str, str, str | None], Answer]) -> None:
        self.scripted = ScriptedApi(answer)
        self.waits: list[tuple[float, str]] = []
        self.api = Api("https://api", self.scripted, lambda *wait: self.waits.append(wait))

    @property
    def sent(self) -> list[tuple[str, str, str | None]]:
        return self.scripted.sent


def in_order(*answers: Answer | RequestFailed) -> Asked:
    """Each once, the last again and again."""
    left = list(answers)

    def answer(*_: object) -> Answer:
        given = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(given, RequestFailed):
            raise given
        return given

    return Asked(answer)


# -- the API key ---------------------------------------------------------------------------------


def test_the_key_goes_with_all_but_options_unseen() -> None:
    sent: list[tuple[str, str | None]] = []

    def send(method: str, _url: str, *, headers: Any, **_: Any) -> Answer:
        sent.append((method, headers.get(KEY_HEADER)))
        return http(200)

    api = Api("https://api", send, lambda *_: None, "the-key")
    api.once("GET", "/products")
    api.once("OPTIONS", "/products")
    api.once("GET", "/products", with_key=False)
    assert sent == [("GET", "the-key"), ("OPTIONS", None), ("GET", None)]
    assert "the-key" not in repr(api)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (http(403, {"message": "Forbidden"}), State.OK),
        (problem(403, "api_key_required"), State.OK),
        (http(200, {}), State.OPEN),
        (problem(403, "not_owner"), State.OPEN),
        (http(404), State.OPEN),
        (http(502), State.FAILED),
    ],
)
def test_without_the_key_only_the_gateways_403_refuses(answer: Answer, state: State) -> None:
    """What a function says was let through to it. Open counts at once: nothing is waited for."""
    asked = in_order(answer)
    found = list(without_key(asked.api, "token", PRODUCT))
    assert [each.state for each in found] == [state, state]
    assert len(asked.sent) == 2 * len(ROUTES)
    assert not asked.waits


def test_a_wrong_key_is_sent_and_never_the_right_one() -> None:
    sent: list[str | None] = []

    def send(_method: str, _url: str, *, headers: Any, **_: Any) -> Answer:
        sent.append(headers.get(KEY_HEADER))
        return http(403, {"message": "Forbidden"})

    api = Api("https://api", send, lambda *_: None, "the-key")
    list(without_key(api, "token", PRODUCT))
    none, wrong = sent[: len(ROUTES)], sent[len(ROUTES) :]
    assert set(none) == {None}
    assert all(wrong)
    assert "the-key" not in wrong


# -- patience --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "first", [http(500), http(502), http(504), NO_ROUTE, RequestFailed("doesn't answer")]
)
def test_what_is_not_known_everywhere_is_asked_again(first: Any) -> None:
    asked = in_order(first, first, http(200))
    reply = asked.api.patiently("GET", "/products", "token")
    assert (reply.answer.status, reply.repeated) == (200, True)
    assert asked.sent == [("GET", "/products", "token")] * 3
    assert [seconds for seconds, _ in asked.waits] == [0.5, 0.75]
    assert all("new rights" in reason and "GET /products" in reason for _, reason in asked.waits)


@pytest.mark.parametrize(
    "answer", [http(200), UNAUTHORIZED, http(404), problem(403, "write_group_required")]
)
def test_any_other_answer_is_taken_at_once(answer: Answer) -> None:
    asked = in_order(answer)
    assert asked.api.patiently("GET", "/products") == (answer, False, None)
    assert asked.waits == []


def test_the_patience_of_a_whole_run_has_one_end() -> None:
    """A system that is broken isn't waited for half a minute at each check."""
    asked = in_order(http(500))
    assert asked.api.patiently("GET", "/products").answer.status == 500
    waited = sum(seconds for seconds, _ in asked.waits)
    assert SPREADING.total <= waited < SPREADING.total + SPREADING.longest
    asked.waits.clear()
    assert asked.api.patiently("GET", "/products").answer.status == 500
    assert asked.waits == []


def test_no_answer_at_all_is_raised_in_the_end() -> None:
    with pytest.raises(RequestFailed, match="doesn't answer"):
        in_order(RequestFailed("doesn't answer")).api.patiently("GET", "/products")


def test_the_stages_rate_limit_has_its_own_patience() -> None:
    asked = in_order(http(429), http(401))
    assert asked.api.once("GET", "/products").status == 401
    assert [reason for _, reason in asked.waits] == ["the stage's rate limit is reached"]
    for_ever = in_order(http(429))
    assert for_ever.api.once("GET", "/products").status == 429
    assert sum(seconds for seconds, _ in for_ever.waits) >= THROTTLED.total


def test_only_the_gateways_own_refusals_may_pass() -> None:
    assert not_yet(NO_ROUTE)
    assert not not_yet(problem(403, "not_owner"))
    assert not_yet(problem(503, "busy"))


# -- refusals --------------------------------------------------------------------------------------


def test_a_refusal_of_every_route_is_fine() -> None:
    asked = in_order(UNAUTHORIZED)
    assert refused(asked.api, NO_TOKEN, PRODUCT).state is State.OK
    assert [(method, path) for method, path, _ in asked.sent] == [
        (route.method, route.path.replace("{productId}", "P1")) for route in ROUTES
    ]
    assert {token for _, _, token in asked.sent} == {None}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (http(200, {"items": []}), State.OPEN),
        (http(204), State.OPEN),
        (http(302), State.OPEN),
        (problem(404, "product_not_found"), State.OPEN),
        (problem(400, "invalid_product"), State.OPEN),
        (problem(403, "write_group_required"), State.OPEN),
        (problem(401, "unauthorized"), State.OPEN),
        (problem(403, "unknown_route"), State.FAILED),
        (http(404), State.FAILED),  # another host
        (problem(429, "throttled"), State.FAILED),
        (problem(401, "id_token_required"), State.OPEN),
        (http(500), State.FAILED),
        (NO_ROUTE, State.FAILED),
        (RequestFailed("doesn't answer"), State.FAILED),
    ],
)
def test_what_is_no_refusal_is_open_or_fails(answer: Any, state: State) -> None:
    """Whatever a function answers, even 401: it was let through to it."""
    found = refused(in_order(answer).api, NO_TOKEN, PRODUCT)
    assert found.state is state
    assert all(str(route) in found.text for route in ROUTES)


@pytest.mark.parametrize("answer", [UNAUTHORIZED, problem(401, "sign_in_required")])
def test_a_401_of_the_gateway_refuses(answer: Answer) -> None:
    """With a deployment of before it has no code."""
    assert refused(in_order(answer).api, NO_TOKEN, PRODUCT).state is State.OK


def test_an_open_answer_counts_and_is_not_asked_again() -> None:
    asked = Asked(lambda method, *_: http(201) if method == "POST" else UNAUTHORIZED)
    found = refused(asked.api, NO_TOKEN, PRODUCT)
    assert (found.state, found.text) == (State.OPEN, "POST /products: 201 instead of 401")
    assert asked.waits == []
    assert len(asked.sent) == len(ROUTES)


def test_an_open_answer_behind_a_passing_one_is_found() -> None:
    asked = in_order(http(500), http(200), UNAUTHORIZED)
    assert refused(asked.api, NO_TOKEN, PRODUCT).state is State.OPEN


def test_one_open_route_outweighs_those_that_fail() -> None:
    asked = Asked(lambda method, *_: http(200) if method == "PUT" else NO_ROUTE)
    assert refused(asked.api, NO_TOKEN, PRODUCT).state is State.OPEN


def test_the_function_may_refuse_the_access_token() -> None:
    access = InvalidCredential("the access token", "a.b.c", "id_token_required")
    assert refused(in_order(UNAUTHORIZED).api, access, PRODUCT).state is State.OK
    by_function = in_order(problem(401, "id_token_required"))
    assert refused(by_function.api, access, PRODUCT).state is State.OK
    other = in_order(problem(401, "unauthorized"))
    assert refused(other.api, access, PRODUCT).state is State.OPEN


# -- forged tokens ---------------------------------------------------------------------------------


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


HEADER = {"alg": "RS256", "kid": "k"}
CLAIMS = {"sub": "me", "token_use": "id", "exp": 4102444800, "cognito:groups": ["readers"]}
SIGNATURE = encoded({"any": "bytes that are long enough"})
GOOD = f"{encoded(HEADER)}.{encoded(CLAIMS)}.{SIGNATURE}"


@pytest.mark.parametrize("middle", ["A", "B", "x"])
def test_another_signature_differs_in_its_bytes(middle: str) -> None:
    """The last letter of base64 may carry bits that mean nothing."""
    at = len(SIGNATURE) // 2
    signature = SIGNATURE[:at] + middle + SIGNATURE[at + 1 :]
    good = f"{encoded(HEADER)}.{encoded(CLAIMS)}.{signature}"
    header, payload, other = forged_tokens.other_signature(good).split(".")
    assert f"{header}.{payload}" == good.rpartition(".")[0]
    pad = "=" * (-len(other) % 4)
    assert base64.urlsafe_b64decode(other + pad) != base64.urlsafe_b64decode(signature + pad)


def test_other_claims_keep_the_old_signature() -> None:
    header, payload, signature = forged_tokens.other_claims(GOOD, ["editors"]).split(".")
    assert (header, signature) == (encoded(HEADER), SIGNATURE)
    claims = decoded(payload)
    assert (claims["sub"], claims["cognito:groups"]) == ("somebody-else", ["editors"])
    assert {**claims, "sub": "me", "cognito:groups": ["readers"]} == CLAIMS


def test_an_unsigned_one_says_so_with_good_claims() -> None:
    header, payload, signature = forged_tokens.unsigned(GOOD).split(".")
    assert decoded(header)["alg"] == "none"
    assert (decoded(payload), signature) == (CLAIMS, "")


def test_no_intruder_carries_the_good_token() -> None:
    found = invalid_credentials(Tokens(GOOD, "access", "refresh"), ("editors",))
    tokens = [credential.token for credential in found]
    assert len(tokens) == len(set(tokens)) == 4
    assert GOOD not in tokens
    assert "refresh" not in tokens
    assert [i.token for i in found if i.by_function] == ["access"]


# -- who is known, but may not ---------------------------------------------------------------------


def out(answer: Any) -> list[State]:
    asked = in_order(answer)
    tries = {"POST": ("/products", PRODUCT), "DELETE": ("/products/P1", None)}
    found = list(kept_out(asked.api, "who is outside", "t", tries, "write_group_required"))
    assert list(dict.fromkeys(method for method, _, _ in asked.sent)) == ["POST", "DELETE"]
    return [finding.state for finding in found]


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        (problem(403, "write_group_required"), [State.OK]),
        (http(201), [State.OPEN] * 2),
        (problem(404, "product_not_found"), [State.OPEN] * 2),  # it was let look
        (problem(403, "not_owner"), [State.FAILED] * 2),
        (UNAUTHORIZED, [State.FAILED] * 2),
        (http(500), [State.FAILED] * 2),
    ],
)
def test_who_may_not_write_is_refused_with_that_reason(answer: Any, states: list[State]) -> None:
    assert out(answer) == states


# -- CORS ------------------------------------------------------------------------------------------

ANY = {"Access-Control-Allow-Origin": "*"}
ALLOWED = {
    "Access-Control-Allow-Headers": "authorization, content-type,If-Match,If-None-Match, "
    "traceparent,X-Request-Id,X-Amzn-Trace-Id,baggage",
    "Access-Control-Allow-Origin": "*",
}


def browser(**changed: Any) -> Callable[[str, str, str | None], Answer]:
    def answer(method: str, path: str, _token: str | None) -> Answer:
        if method != "OPTIONS":
            return Answer(401, changed.get("refusal", ANY), b"")
        own = "POST, GET, OPTIONS" if path == "/products" else "GET,PUT,PATCH,DELETE,OPTIONS"
        headers = {**ALLOWED, "Access-Control-Allow-Methods": own, **changed.get("preflight", {})}
        return Answer(changed.get("status", 204), headers, b"")

    return answer


def reported(*origins: str, **changed: Any) -> dict[str, State]:
    configured = ApiConfig(cors_origin=origins if len(origins) > 1 else (*origins, "*")[0])
    asked = Asked(browser(**changed))
    return {f.check: f.state for f in cors(asked.api, configured, "P1")}


def test_cors_as_configured_is_fine_in_any_order() -> None:
    assert reported() == dict.fromkeys(
        ("CORS of /products", "CORS of /products/{productId}", "CORS of refusals"), State.OK
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"Access-Control-Allow-Origin": "https://shop.example.com"},
        {"Access-Control-Allow-Origin": ""},
        {"Access-Control-Allow-Methods": "GET"},
        {"Access-Control-Allow-Methods": "GET,PUT,POST,DELETE,OPTIONS,PATCH"},
        {"Access-Control-Allow-Headers": "Authorization"},
        {"Access-Control-Allow-Headers": "*"},
    ],
    ids=str,
)
def test_a_preflight_that_says_otherwise_fails(changed: dict[str, str]) -> None:
    found = reported(preflight=changed)
    assert found["CORS of /products"] is State.FAILED
    assert found["CORS of refusals"] is State.OK


def test_a_preflight_that_is_refused_fails() -> None:
    assert reported(status=401)["CORS of /products"] is State.FAILED


def test_refusals_carry_the_cors_header_too() -> None:
    assert reported(refusal={})["CORS of refusals"] is State.FAILED
    lower = {"access-control-allow-origin": "*"}
    assert reported(refusal=lower)["CORS of refusals"] is State.OK


def test_any_page_where_one_is_configured_fails() -> None:
    assert set(reported("https://shop.example.com").values()) == {State.FAILED}


SHOPS = ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("allowed", "state"), [(SHOPS, State.OK), (SHOPS[:1], State.FAILED), (None, State.FAILED)]
)
def test_of_several_pages_each_is_named_and_no_other(allowed: Any, state: State) -> None:
    """`None`: whoever asks is named as welcome."""

    def send(method: str, url: str, *, headers: Any, **_: Any) -> Answer:
        answer = browser()(method, url.removeprefix("https://api"), None)
        if method != "OPTIONS":
            return answer
        reported = {n: v for n, v in answer.headers.items() if n != "Access-Control-Allow-Origin"}
        if allowed is None or headers["Origin"] in allowed:
            reported["Access-Control-Allow-Origin"] = headers["Origin"]
        return Answer(answer.status, reported, b"")

    api = Api("https://api", send, lambda *_: None)
    found = {f.check: f.state for f in cors(api, ApiConfig(cors_origin=SHOPS), "P1")}
    assert found["CORS of /products"] is state
    assert found["CORS of refusals"] is State.OK


# -- the round trip --------------------------------------------------------------------------------


class Shop:
    """An API that works, but for what a test changes of one of its answers."""

    def __init__(self, **changed: Any) -> None:
        self.items: dict[str, Any] = {}
        self.changed = changed
        self.asked = Asked(self.answer)
        self.trip = RoundTrip(self.asked.api, "token", dict(PRODUCT), "*")

    def answer(self, method: str, path: str, token: str | None) -> Answer:
        assert token == "token"
        given = self.changed.get(method if "?" not in path else "LIST")
        if callable(given):
            given = given(self)
        if isinstance(given, RequestFailed):
            raise given
        return given if given is not None else self.right(method, path)

    def right(self, method: str, path: str) -> Answer:
        if "?" in path:
            return http(200, {"items": list(self.items.values())})
        if method == "POST":
            self.items["P1"] = dict(PRODUCT)
            return http(201, self.items["P1"])
        if method == "PUT":
            self.items["P1"]["productPrice"] = 13.75
        if method == "DELETE":
            return http(204) if self.items.pop("P1", None) else problem(404, "product_not_found")
        found = self.items.get("P1")
        return Answer(200, ANY, json.dumps(found).encode()) if found else problem(404, "gone")

    def whole(self) -> list[State]:
        self.right("POST", "/products")
        trip = self.trip
        parts = (trip.create, trip.read, trip.list, trip.update, trip.delete)
        return [part().state for part in parts]


def test_a_system_that_works_passes_and_keeps_nothing() -> None:
    shop = Shop()
    assert shop.whole() == [State.OK] * 5
    assert shop.items == {}
    assert shop.asked.waits == []


def test_each_read_has_a_key_of_its_own_in_the_cache() -> None:
    """Or the trip would meet what was cached before its last change, and an error again."""
    errors = iter([http(503), http(503)])
    shop = Shop(GET=lambda _: next(errors, None))
    assert shop.whole() == [State.OK] * 5
    read = [given for method, given in shop.asked.scripted.headers if method == "GET"]
    assert len({each["If-None-Match"] for each in read}) == len(read) == 5
    others = [given for method, given in shop.asked.scripted.headers if method != "GET"]
    assert not any("If-None-Match" in each for each in others)


@pytest.mark.parametrize(
    ("method", "answer", "part"),
    [
        ("POST", problem(409, "product_exists"), 0),
        ("POST", http(201, {}), 0),
        ("GET", problem(404, "product_not_found"), 1),
        ("GET", http(200, PRODUCT), 1),  # without the header that pages need
        ("LIST", problem(400, "invalid_parameter"), 2),
        ("LIST", http(200, {"items": []}), 2),
        ("PUT", http(200, PRODUCT), 3),  # the old price
        ("PUT", problem(412, "version_mismatch"), 3),
        ("DELETE", problem(403, "not_owner"), 4),
        ("DELETE", http(204), 4),  # but it is still there
    ],
)
def test_a_part_that_does_not_work_fails(method: str, answer: Answer, part: int) -> None:
    assert Shop(**{method: answer}).whole()[part] is State.FAILED


@pytest.mark.parametrize(
    ("method", "second"),
    [("POST", problem(409, "product_exists")), ("DELETE", problem(404, "product_not_found"))],
)
def test_what_a_lost_answer_had_done_already_is_fine(method: str, second: Answer) -> None:
    """A 500 may come after the change was made: the second try then meets it."""
    answers = iter([http(500), second])
    shop = Shop(**{method: lambda _: next(answers)})
    part = shop.trip.create if method == "POST" else shop.trip.delete
    assert part().state is State.OK
    first_time = Shop(**{method: second})
    part = first_time.trip.create if method == "POST" else first_time.trip.delete
    assert part().state is State.FAILED


def test_a_list_that_is_late_is_looked_at_again() -> None:
    late = iter([http(200, {"items": []}), http(200, {"items": [PRODUCT]})])
    shop = Shop(LIST=lambda _: next(late))
    assert shop.trip.list().state is State.OK
    assert len(shop.asked.waits) == 1
    never = Shop(LIST=http(200, {"items": []}))
    assert never.trip.list().state is State.FAILED
    assert len(never.asked.sent) == LOOKS


def test_a_list_is_followed_page_by_page_within_bounds() -> None:
    pages = iter([http(200, {"items": [], "nextToken": "a=b&c"}), http(200, {"items": [PRODUCT]})])
    shop = Shop(LIST=lambda _: next(pages))
    assert shop.trip.list().state is State.OK
    assert "nextToken=a%3Db%26c" in shop.asked.sent[-1][1]
    endless = Shop(LIST=http(200, {"items": [], "nextToken": "more"}))
    found = endless.trip.list()
    assert (found.state, "not looked for beyond" in found.text) == (State.OK, True)
    assert len(endless.asked.sent) == MOST_PAGES


def test_each_run_has_a_product_of_its_own() -> None:
    one, other = new_product(), new_product()
    assert one["productId"] != other["productId"]
    assert one["category"] == one["productId"]


def test_a_projects_own_rules_are_kept(tmp_path: Path) -> None:
    """A field that its schema requires has the example that is given, or can be made up."""
    sources = Path(__file__).parents[3] / "lambda_src"
    shared = tmp_path / "shared"
    shared.mkdir()
    schema = json.loads((sources / "shared" / "product.schema.json").read_text("utf-8"))
    schema["required"] += ["colour", "sku", "ean"]
    schema["properties"]["colour"] = {"enum": ["red"]}
    schema["properties"]["sku"] = {"pattern": "^S", "examples": ["S1"]}
    schema["properties"]["ean"] = {"pattern": "^[0-9]{13}$"}
    (shared / "product.schema.json").write_text(json.dumps(schema), "utf-8")
    (shared / "problems.json").write_text("{}", "utf-8")
    product = new_product(required_fields(tmp_path))
    assert (product["colour"], product["sku"]) == ("red", "S1")
    assert product["productId"] != schema["properties"]["productId"]["examples"][0]
    assert "ean" not in product
    assert required_fields(tmp_path / "nowhere") == {}


def test_a_rule_that_it_can_not_keep_is_named() -> None:
    errors = [{"field": "ean", "code": "required", "message": "is required"}]
    refusal = http(400, {"status": 400, "code": "invalid_product", "errors": errors})
    found = RoundTrip(in_order(refusal).api, "token", PRODUCT, "*").create()
    assert found.text == "answers 400 invalid_product instead of 201: ean is required"
    assert "product.schema.json" in found.fix
