"""`productsapi request`: what is sent, what is shown, and how a refusal is explained."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from urllib3.exceptions import NewConnectionError

from productsapi.api_client import Answer, send
from productsapi.api_client.explain import Caller, Key, explain
from productsapi.api_client.request_target import request_target
from productsapi.aws.caller import Aws
from productsapi.aws.clients import Clients
from productsapi.aws.location import Location
from productsapi.aws.network import Network
from productsapi.cli.opened_stack import Opened
from productsapi.cli.request import LARGEST_BODY, METHODS, _body, _headers, _path
from productsapi.cli.target import Target
from productsapi.cli.user_session import api_key
from productsapi.config import Config
from productsapi.config.model import Api, Auth
from productsapi.errors import RequestFailed
from productsapi.gateway_problems import CODES, GATEWAY_PROBLEMS, TYPE
from productsapi.printable import json_text
from productsapi.routes import ROUTES, Route
from productsapi.stack import Stack

NOW = 1_000_000.0


def token(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"aGVhZA.{payload}.c2lnbmF0dXJl"


def opened(*, key: bool) -> Opened:
    """A stack that asks for an API key, or doesn't, and no way to AWS."""
    config = Config(schema=1, stack="shop", region="eu-west-2", api=Api(key=key))
    location = Location("eu-west-2", "1")
    clients = Clients(None)
    return Opened(
        Stack(config, location),
        Aws(clients, location),
        Target(Path("dev.yaml"), None, None, local=False),
    )


def nested_token() -> str:
    payload = base64.urlsafe_b64encode(b'{"exp":' + b"[" * 100_000).decode().rstrip("=")
    return f"aGVhZA.{payload}.c2lnbmF0dXJl"


GOOD = token(token_use="id", exp=NOW + 60)
CALLER = Caller(GOOD)


def answer(status: int, body: Any = None) -> Answer:
    return Answer(status, {}, b"" if body is None else json.dumps(body).encode())


# -- what is sent ------------------------------------------------------------------------------


def test_the_body_is_sent_byte_for_byte_as_given(tmp_path: Path) -> None:
    """Also a wrong one: to see it refused is a use."""
    file = tmp_path / "body"
    file.write_bytes(b'\xef\xbb\xbf{"a": 1.0}\r\n')
    assert _body(f"@{file}") == b'\xef\xbb\xbf{"a": 1.0}\r\n'
    assert _body('{"ü": 1') == '{"ü": 1'.encode()
    assert _body("") == b""
    assert _body(None) is None


@pytest.mark.parametrize("what", ["nothing", "."])
def test_a_body_that_can_not_be_read_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.UsageError, match="can't be read"):
        _body(f"@{what}")


def test_a_body_without_end_is_a_usage_error(tmp_path: Path) -> None:
    """Such as @/dev/zero; the largest that API Gateway takes is read whole."""
    file = tmp_path / "body"
    file.write_bytes(b"x" * (LARGEST_BODY + 1))
    with pytest.raises(click.UsageError, match="more than the 10 MB"):
        _body(f"@{file}")
    file.write_bytes(b"x" * LARGEST_BODY)
    assert len(_body(f"@{file}") or b"") == LARGEST_BODY


def test_headers_are_told_apart_by_name_without_case() -> None:
    given = ('If-Match: "1"', "X-Empty:", "Content-Type:text/plain", "CONTENT-TYPE: a: b ")
    assert _headers(given) == {"if-match": '"1"', "x-empty": "", "content-type": "a: b"}


@pytest.mark.parametrize(
    "line", ["", "name", ": value", "two words: x", "a: b\r\nc: d", "a: b\n", "a: €", "ü: a"]
)
def test_what_is_no_header_is_a_usage_error(line: str) -> None:
    with pytest.raises(click.UsageError, match="A header looks like"):
        _headers((line,))


@pytest.mark.parametrize(
    "line", ["Authorization: Bearer eyJ\n", "Authorization Bearer eyJ", "authorization: eyJ\r\nx:"]
)
def test_a_malformed_header_hides_its_token(line: str) -> None:
    with pytest.raises(click.UsageError) as raised:
        _headers((line,))
    assert "uthorization" in raised.value.message
    assert "eyJ" not in raised.value.message


@pytest.mark.parametrize("url", ["ftp://x/", "x", "", "file:///etc/hosts"])
def test_nothing_but_the_web_is_asked(url: str) -> None:
    with pytest.raises(RequestFailed, match="no web address"):
        send("GET", url, headers={}, body=None, network=Network())


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/products/B#2", "/products/B%232"),
        ("/products#", "/products%23"),
        ("/products?category=a#b", "/products?category=a%23b"),
        ("/products?a=?&b=%3F", "/products?a=?&b=%3F"),
        ("products", "/products"),
        ("/products/", "/products/"),
        ("?limit=1", "/?limit=1"),
        ("/products/a b", "/products/a%20b"),
        (" /products", "/%20/products"),
        ("/prodücts?x=ä&y=1", "/prod%C3%BCcts?x=%C3%A4&y=1"),
        ("/products/a%2Fb", "/products/a%2Fb"),
        ("/products/a%2fb%23", "/products/a%2fb%23"),
        ("/products/100%", "/products/100%25"),
        ("/products/%zz?p=5%", "/products/%25zz?p=5%25"),
        ("/products/a\\b", "/products/a%5Cb"),
        ("/products/A;v=1:@!$&'()*+,=~-._", "/products/A;v=1:@!$&'()*+,=~-._"),
        ('/products/[1]{2}|^`<>"', "/products/%5B1%5D%7B2%7D%7C%5E%60%3C%3E%22"),
        ("/products/...", "/products/..."),
        ("/x\r\nHost: evil", "/x%0D%0AHost:%20evil"),
        ("/x\x00\x7f", "/x%00%7F"),
        ("/\udcff", "/%FF"),
        ("/products?next=/../a//b", "/products?next=/../a//b"),
    ],
)
def test_a_path_is_sent_octet_for_octet_as_typed(typed: str, sent: str) -> None:
    """What a URL can't hold is percent-encoded, and nothing is cut off or taken together."""
    assert request_target(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://example.com/products",
        "HTTP://x",
        "//example.com/products",
        "/products//B",
        "/products/../users",
        "/products/..",
        ".",
        "/products/%2e%2E/x",
        "/products/..%2f..%2fprod",
        "/products/..\\x",
        "/%2F/products",
    ],
)
def test_a_path_that_may_lead_elsewhere_is_refused(typed: str) -> None:
    with pytest.raises(click.UsageError, match="is no PATH"):
        _path(typed)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_sends_the_path_as_it_is(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def urlopen(_self: Any, method: str, url: str, **_more: Any) -> Any:
        asked.append((method, url))
        raise NewConnectionError(_self, "Connection refused")

    monkeypatch.setattr("urllib3.HTTPConnectionPool.urlopen", urlopen)
    url = "http://127.0.0.1:1" + _path("/products/B#2?x=%2F#")
    with pytest.raises(RequestFailed, match="doesn't answer"):
        send(method, url, headers={}, body=None, network=Network())
    assert asked == [(method, "/products/B%232?x=%2F%23")]


# -- what is shown -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        *("799.99", "30.40", "0.1", "100", "1e+16", "12345678901234567890", "1e400"),
        *("12345678901234567890.123456789012345678", "0.12345678901234567890123", "9" * 5000),
    ],
    ids=lambda number: number[:30],
)
def test_a_pretty_answer_has_exact_numbers(number: str) -> None:
    shown = Answer(200, {}, f'{{"price": {number}, "name": "ü"}}'.encode()).pretty()
    assert shown == f'{{\n  "price": {number},\n  "name": "ü"\n}}'


def test_json_shows_an_answer_by_its_digits_or_text() -> None:
    exact = Answer(200, {}, b'{"price": 0.12345678901234567890123, "of": [1, "1"]}').exact()
    reported = json_text({"body": exact})
    assert "".join(reported.split()) == '{"body":{"price":0.12345678901234567890123,"of":[1,"1"]}}'
    assert Answer(502, {}, b"<html>\xff").exact() == "<html>\ufffd"


def test_what_is_no_json_is_shown_as_text() -> None:
    assert Answer(502, {}, b"<html>\xff").pretty() == "<html>\ufffd"
    assert Answer(502, {}, b"<html>").json() is None
    assert Answer(502, {}, b"[" * 100_000).json() is None
    assert Answer(502, {}, b"[" * 100_000).pretty() == "[" * 100_000


# -- why it was refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (None, "No token was sent"),
        ("nonsense", "isn't a token"),
        ("a.b.c", "isn't a token"),
        ("é.é.é", "isn't a token"),
        (token(token_use="access", exp=NOW + 60), "access token; the API takes the ID token"),
        (token(exp="soon"), "isn't a token"),
        (token(exp=None), "isn't a token"),
        (token(exp=10**400), "another user pool"),
        (nested_token(), "isn't a token"),
        (token(token_use="id", exp=NOW - 1), "expired: sign in again"),
        (GOOD, "another user pool, or was changed"),
    ],
)
def test_a_401_is_explained_by_the_token_itself(sent: str | None, why: str) -> None:
    assert why in explain(
        answer(401, {"message": "Unauthorized"}), "GET", "/products", Caller(sent), NOW
    )


@pytest.mark.parametrize("status", [200, 201, 204, 304])
def test_a_success_needs_no_explanation(status: int) -> None:
    assert explain(answer(status), "GET", "/products", CALLER, NOW) == ""


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 413, 415, 429, 500, 502, 503, 504])
def test_every_refusal_is_explained(status: int) -> None:
    assert len(explain(answer(status, {}), "GET", "/products", CALLER, NOW)) > 20


def test_an_unknown_status_is_the_apis_fault_from_500() -> None:
    assert "not the caller's fault" in explain(answer(599), "GET", "/products", CALLER, NOW)
    assert explain(answer(418), "GET", "/products", CALLER, NOW) == ""


@pytest.mark.parametrize(
    ("method", "body"), [("GET", {"message": "Missing Authentication Token"}), ("HEAD", None)]
)
def test_an_unknown_routes_403_lists_the_known_ones(method: str, body: Any) -> None:
    """AWS's own words for it send people looking for a token that they have."""
    why = explain(answer(403, body), method, "/nothing", CALLER, NOW)
    assert f"no {method} /nothing" in why
    for route in ROUTES:
        assert str(route) in why


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.parametrize(
    "words",
    [
        "Missing Authentication Token",
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with …)",
    ],
    ids=["k11", "g9"],
)
def test_g9_a_403_of_the_gateway_is_of_the_route(route: Route, words: str) -> None:
    """By either text it doesn't know the route: not at all, or not yet (K11)."""
    known = explain(answer(403, {"message": words}), route.method, "/products/P1", CALLER, NOW)
    there = explain(
        answer(403, {"message": words}),
        route.method,
        route.path.replace("{productId}", "P:1") + "?limit=1",
        CALLER,
        NOW,
    )
    assert "first minute after a deploy" in there
    assert ("knows no POST" in known) is (route.method == "POST")


@pytest.mark.parametrize(
    ("status", "message", "why"),
    [
        (403, "Forbidden", "No API key was sent (--no-key)"),
        (429, "Limit Exceeded", "used up for this month"),
        (429, "Too Many Requests", "More requests than the stage"),
    ],
)
def test_the_gateways_word_on_the_api_key_is_explained(status: int, message: str, why: str) -> None:
    """By its words: a 403 or 429 may also have another reason."""
    said = answer(status, {"message": message})
    caller = Caller(GOOD, "ann", Key.LEFT_AWAY)
    assert why in explain(said, "GET", "/products", caller, NOW)


def problem(code: str, status: int, **more: str) -> Answer:
    return answer(status, {"type": f"urn:productsapi:problem:{code}", "code": code, **more})


@pytest.mark.parametrize("kind", GATEWAY_PROBLEMS)
def test_every_problem_of_the_gateway_is_explained(kind: str) -> None:
    known = GATEWAY_PROBLEMS[kind]
    status = known.status or (403 if kind == "DEFAULT_4XX" else 500)
    said = problem(known.code, status, detail="Forbidden")
    why = explain(said, "GET", "/products", Caller(token(exp=NOW - 1)), NOW)
    assert len(why) > 20
    assert {
        "sign_in_required": "expired",
        "unknown_route": "first minute after a deploy",
        "api_key_required": "No API key",
        "quota_used_up": "used up",
        "throttled": "stage's limit",
        "refused_by_gateway": "(Forbidden)",
        "gateway_failed": "or invoke the function",
        "function_timeout": "29 s",
        "request_too_large": "10 MB",
    }[known.code] in why


@pytest.mark.parametrize(
    ("status", "body", "said", "not_said"),
    [
        (403, {"message": "Forbidden"}, "firewall", "API key"),
        (403, {"Message": "explicit deny"}, "resource policy", "The user is known"),
        (403, "<html>", "proxy", "The user is known"),
        (403, {"code": "not_owner"}, "proxy", "The user is known"),
        (404, {"message": "Not Found"}, "address", "no such product"),
        (404, "<html>", "address", "no such product"),
        (429, {"message": "Limit Exceeded"}, "stage's limit", "used up"),
    ],
)
def test_what_isnt_ours_is_named_as_such(status: int, body: Any, said: str, not_said: str) -> None:
    """The key is blamed only where there is one, the rights only where a function does."""
    why = explain(answer(status, body), "GET", "/products/P1", CALLER, NOW)
    assert said in why
    assert not_said not in why


@pytest.mark.parametrize(
    ("code", "status", "why"),
    [("not_owner", 403, "Only who made"), ("product_not_found", 404, "no such product")],
)
def test_what_a_function_says_is_taken_for_it(code: str, status: int, why: str) -> None:
    assert why in explain(problem(code, status), "GET", "/products/P1", CALLER, NOW)


def test_g9_a_route_unknown_with_a_token_is_reported() -> None:
    said = problem("refused_by_gateway", 403, detail="Invalid key=value pair (missing equal-sign)…")
    assert "knows no GET /nothing" in explain(said, "GET", "/nothing", CALLER, NOW)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (Key.NOT_ASKED, "which this configuration doesn't"),
        (Key.LEFT_AWAY, "No API key was sent (--no-key)"),
        (Key.OWN, "PRODUCTSAPI_API_KEY"),
        (Key.KEPT, "as Secrets Manager keeps it"),
    ],
)
def test_g10_a_403_is_explained_by_the_key_sent(key: Key, why: str) -> None:
    forbidden = problem("api_key_required", 403)
    assert why in explain(forbidden, "GET", "/products", Caller(GOOD, "ann", key), NOW)


def of_groups(*groups: str) -> str:
    return token(token_use="id", exp=NOW + 60, **{"cognito:groups": list(groups)} if groups else {})


EDITORS = Auth(write_groups=("editors", "chiefs"), owner_only=True, owner_groups=("admins",))


NO_WRITER = (
    "Only members of one of the groups editors, chiefs may create, change and remove products "
    "(auth.write_groups), and the token that was sent is of no group. The token lists the user's "
    "groups as of sign-in: if bob was added to one since (`productsapi user groups bob` lists "
    "them), a new sign-in is needed: "
    "`productsapi user login bob`."
)
NO_ADMIN = (
    "Only members of the group admins may change what others have made (auth.owner_groups), "
    "and the token that was sent is only of editors."
)
WRITERS, OWNERS = "write_group_required", "not_owner"


@pytest.mark.parametrize(
    ("code", "groups", "user", "auth", "why"),
    [
        (WRITERS, [], "bob", EDITORS, NO_WRITER),
        (WRITERS, ["readers"], "b c", EDITORS, "only of readers."),
        (WRITERS, ["readers"], "b c", EDITORS, "`productsapi user login 'b c'`"),
        (WRITERS, [], None, EDITORS, "added to a group later must sign in again"),
        (WRITERS, ["chiefs"], "bob", EDITORS, "of the group chiefs, as auth.write_groups asks:"),
        (WRITERS, [], "bob", Auth(), "auth.write_groups here for none: `productsapi plan` shows"),
        (OWNERS, ["editors"], "bob", EDITORS, NO_ADMIN),
        (OWNERS, [], "bob", Auth(owner_only=True), "Only who made a product may change it"),
    ],
    ids=range(8),
)
def test_a_403_names_the_group_and_the_sign_in(
    code: str, groups: list[str], user: str | None, auth: Auth, why: str
) -> None:
    caller = Caller(of_groups(*groups), user, auth=auth)
    assert why in explain(problem(code, 403), "POST", "/products", caller, NOW)


@pytest.mark.parametrize("groups", [None, "editors", {"editors": 1}, [1, None, ["editors"]]])
def test_a_claim_of_groups_of_any_shape_is_read(groups: Any) -> None:
    caller = Caller(token(**{"cognito:groups": groups}), "bob", auth=EDITORS)
    refused = problem("write_group_required", 403)
    assert "of no group" in explain(refused, "POST", "/products", caller, NOW)


def test_no_advice_harms_others_than_the_caller() -> None:
    """Whoever follows it with an administrator's rights must not cut others off."""
    codes = ("write_group_required", "not_owner", *CODES)
    ours = [{"type": TYPE + code, "code": code} for code in codes]
    bodies = [{"message": "Forbidden"}, *ours, {}]
    for status in range(400, 600):
        for body in bodies:
            for key in Key:
                caller = Caller(of_groups(), "bob", key, EDITORS)
                why = explain(answer(status, body), "POST", "/products", caller, NOW)
                advised = re.findall("`productsapi ([^`]*)`", why)
                assert {*advised} <= {"status", "plan", "user groups bob", "user login bob"}


@pytest.mark.parametrize("body", [{"message": "Not Found"}, {"message": None}, None, []])
def test_a_404_that_no_function_said_is_of_the_api(body: Any) -> None:
    """As in the first minute after a deploy."""
    why = explain(answer(404, body), "GET", "/products/P1", CALLER, NOW)
    assert "first minute after a deploy" in why
    reported = problem("product_not_found", 404)
    assert explain(reported, "GET", "/products/P1", CALLER, NOW) == "There is no such product."


@pytest.mark.parametrize("own", ["", "two words", "a\nb", "ü"])
def test_an_impossible_api_key_is_refused_unseen(monkeypatch: pytest.MonkeyPatch, own: str) -> None:
    monkeypatch.setenv("PRODUCTSAPI_API_KEY", own)
    with pytest.raises(click.UsageError) as refused:
        api_key(opened(key=True))
    assert "PRODUCTSAPI_API_KEY" in refused.value.message
    assert not own or own not in refused.value.message


def test_an_own_api_key_is_taken_where_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """And AWS isn't asked."""
    monkeypatch.setenv("PRODUCTSAPI_API_KEY", "mine")
    assert api_key(opened(key=True)) == "mine"
    assert api_key(opened(key=False)) is None


@pytest.mark.parametrize("body", [[], "text", 1, None, {"message": None}])
def test_an_answer_of_any_shape_is_explained(body: Any) -> None:
    for status in (401, 403, 500):
        assert explain(answer(status, body), "GET", "/products", CALLER, NOW)
