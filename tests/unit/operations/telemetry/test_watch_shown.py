"""`productsapi logs` and `metrics`: what is shown of what was found."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from watch_world import GROUPS, FakeLogs, access, ours, reported, start

from productsapi.cli.logs import Asked, show
from productsapi.cli.metrics import BARS, print_report, report_as_json, sparkline
from productsapi.errors import NotFound, ProductsApiError
from productsapi.operations.telemetry.report import ByRoute, Counted, Report
from productsapi.operations.telemetry.time_spans import Window
from productsapi.operations.telemetry.traffic import Traffic, Work
from productsapi.routes import ROUTES

GATEWAYS = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
LAMBDAS = "18fab177-944f-44f1-992f-30e47aa869a9"
NOON = 1_795_348_800_123  # 2026-11-22T12:00:00.123Z


@pytest.fixture
def world() -> FakeLogs:
    world = FakeLogs().everywhere()
    world.add("get", NOON, start(LAMBDAS))
    world.add("get", NOON + 1, ours(GATEWAYS, status=404, code="product_not_found"))
    world.add("get", NOON + 2, reported(LAMBDAS))
    world.add("create", NOON + 3, ours("b", status=500, level="ERROR", traceback=["X", "  y:1"]))
    world.add("api", NOON + 4, access(GATEWAYS, LAMBDAS, status="404"))
    world.add("update", NOON + 5, "[WARNING] printed\rbelow")
    return world


def shown(
    world: FakeLogs, capsys: pytest.CaptureFixture[str], *sources: str, **asked: Any
) -> list[dict[str, Any]]:
    """Each line's JSON object."""
    show(world.logs(*sources), Asked(sources=sources, **asked), as_json=True)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def sources(found: list[dict[str, Any]]) -> list[str]:
    return [each["source"] for each in found]


def test_each_line_is_one_json_object(world: FakeLogs, capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = shown(world, capsys)
    assert first == {
        "time": "2026-11-22T12:00:00.124Z",
        "source": "get",
        "level": "INFO",
        "message": ours(GATEWAYS, status=404, code="product_not_found").rstrip("\n"),
        "request_id": GATEWAYS,
        "trace_id": None,
        "stream": "s1",
    }


def test_lambdas_own_lines_are_shown_when_asked_for(
    world: FakeLogs, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sources(shown(world, capsys)) == ["get", "create", "api", "update"]
    everything = shown(world, capsys, platform=True)
    assert sources(everything) == ["get", "get", "get", "create", "api", "update"]
    assert everything[0]["request_id"] == LAMBDAS


def test_lambdas_own_lines_belong_to_a_requests_trace(
    world: FakeLogs, capsys: pytest.CaptureFixture[str]
) -> None:
    found = shown(world, capsys, request_id=GATEWAYS)
    assert sources(found) == ["get", "get", "get", "api"]


def test_a_level_and_above_is_shown(world: FakeLogs, capsys: pytest.CaptureFixture[str]) -> None:
    assert sources(shown(world, capsys, level="ERROR")) == ["create"]
    assert sources(shown(world, capsys, level="WARNING")) == ["create", "update"]
    assert sources(shown(world, capsys, level="WARNING", platform=True)) == ["create", "update"]


@pytest.mark.parametrize("text", ["product_not_found", '"code": "prod', "404 GET /products req"])
def test_a_filter_is_plain_text(
    world: FakeLogs, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert sources(shown(world, capsys, "get", text=text)) == ["get"]


@pytest.mark.parametrize("text", ["PRODUCT_NOT_FOUND", "product.not.found", "?404", "-404", "%4%"])
def test_a_filter_is_no_pattern(
    world: FakeLogs, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """To CloudWatch, some of these would mean something else; it is never given them."""
    assert shown(world, capsys, text=text) == []
    assert not any("filterPattern" in each for each in world.asked)


def test_a_line_has_time_source_level_and_words(
    world: FakeLogs, capsys: pytest.CaptureFixture[str]
) -> None:
    show(world.logs(), Asked(), as_json=False)
    first, second, *rest = capsys.readouterr().out.splitlines()
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"
    assert re.fullmatch(rf"{when} get    INFO    404 GET /products requestId=.*", first)
    assert re.fullmatch(rf"{when} create ERROR   500 GET /products requestId=b .*", second)
    assert rest[:2] == ["    X", "      y:1"]
    assert rest[-1] == "    below"


def test_lines_are_coloured_by_their_level(
    world: FakeLogs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)
    show(world.logs("create", "update", "get"), Asked(platform=True), as_json=False)
    out = capsys.readouterr().out
    colours = dict(re.findall(r"\x1b\[(\d+)m\S+ \S+ \w+ +(\w+)", out))
    assert colours["31"] == "ERROR"
    assert colours["33"] == "WARNING"
    assert "\x1b[0m" in out


def test_without_an_access_log_it_says_so_and_goes_on(
    world: FakeLogs, capsys: pytest.CaptureFixture[str]
) -> None:
    del world.events[GROUPS["api"]]
    for asked in (Asked(), Asked(request_id=GATEWAYS)):
        show(world.logs(), asked, as_json=True)
        output = capsys.readouterr()
        assert output.err == f"No access log is kept: there is no log group {GROUPS['api']}.\n"
        assert json.loads(output.out.splitlines()[0])["source"] == "get"


def test_a_log_that_is_asked_for_by_name_must_be_there() -> None:
    for name, hint in (("api", ""), ("get", "productsapi deploy")):
        with pytest.raises(NotFound, match=GROUPS[name]) as caught:
            show(FakeLogs().logs(name), Asked(sources=(name,)), as_json=False)
        assert caught.value.hint == hint


def test_a_stack_that_is_not_there_has_no_logs(capsys: pytest.CaptureFixture[str]) -> None:
    for asked in (Asked(), Asked(request_id=GATEWAYS), Asked(follow=True)):
        with pytest.raises(ProductsApiError, match="no logs yet") as caught:
            show(FakeLogs().logs(), asked, as_json=False)
        assert caught.value.hint == "productsapi deploy"
    assert capsys.readouterr().err == ""


def test_a_request_that_is_not_found_is_an_error(world: FakeLogs) -> None:
    with pytest.raises(ProductsApiError, match="nothing was logged about nobody-knows") as caught:
        show(world.logs(), Asked(request_id="nobody-knows"), as_json=False)
    assert "--since" in caught.value.hint


def test_nothing_to_show_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    show(FakeLogs().everywhere().logs(), Asked(), as_json=True)
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("Nothing to show since 1970-01-0")


def test_following_shows_what_comes_and_misses_once(
    world: FakeLogs, capsys: pytest.CaptureFixture[str]
) -> None:
    del world.events[GROUPS["api"]]
    comes = iter(["one", "two"])

    def sleep(_seconds: float) -> None:
        try:
            world.add("get", NOON + 10, next(comes))
        except StopIteration:
            raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt):
        show(world.logs(), Asked(follow=True), as_json=True, sleep=sleep)
    output = capsys.readouterr()
    assert [json.loads(line)["message"] for line in output.out.splitlines()][-2:] == ["one", "two"]
    assert output.err.count("No access log is kept") == 1


# -- metrics -----------------------------------------------------------------------------------

TRAFFIC = Traffic(1234567, 12, 0, 21.44, 88.06, (0, 1, 4, 8))
REPORT = Report(
    window=Window(1_795_348_800, 300, 4),
    api=Traffic(),
    routes=ByRoute.complete({str(ROUTES[0]): TRAFFIC}, Counted.ACCESS_LOG),
    functions={"create": Work(5, 1, 0, 2, 3.25, 9.5, (5, 0, 0, 0)), "get": Work()},
    notes=("To be known.",),
)


def printed(capsys: pytest.CaptureFixture[str], columns: int = 160) -> list[str]:
    print_report(REPORT, columns)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_figures_have_bars_and_unmeasured_ones_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = printed(capsys)
    assert re.fullmatch(r"2026-\S+ \S+ to 2026-\S+ \S+ \S+, a bar for 5 minutes", lines[0])
    assert "POST /products 1,234,567 12 0 21.4 88.1 ▁▂▅█" in lines
    assert "GET /products 0 0 0 no data no data" in lines
    assert "the whole API no data no data no data no data no data" in lines
    assert "create 5 1 0 2 3.2 9.5 █▁▁▁" in lines
    assert "get no data no data no data no data no data no data" in lines
    assert "To be known." in lines


def test_a_narrow_terminal_loses_bars_but_no_figure(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = printed(capsys, columns=80)
    assert "POST /products 1,234,567 12 0 21.4 88.1" in lines
    assert "DELETE /products/{productId} 0 0 0 no data no data" in lines
    assert "create 5 1 0 2 3.2 9.5" in lines
    assert not any(each in "".join(lines) for each in "▂█…")
    assert "a bar" not in lines[0]


@pytest.mark.parametrize("columns", [40, 60])
def test_without_room_for_a_table_no_name_is_cut(
    capsys: pytest.CaptureFixture[str], columns: int
) -> None:
    print_report(REPORT, columns)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= columns
    assert {*map(str, ROUTES), "the whole API", "create", "get"} <= set(out.splitlines())
    text = " ".join(out.split())
    assert "POST /products requests 1,234,567, 4xx 12, 5xx 0, p50 ms 21.4, p95 ms 88.1" in text
    assert "create invocations 5, errors 1, throttles 0, cold starts 2, p50 ms 3.2" in text


def test_times_say_their_zone(
    world: FakeLogs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        show(world.logs(), Asked(), as_json=False)
        assert capsys.readouterr().out.startswith("2026-11-22 21:00:00.124+09:00 get ")
        assert printed(capsys)[0].startswith("2026-11-22 21:00 to 2026-11-22 21:20 JST")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_programs_get_null_for_what_is_not_measured() -> None:
    value = json.loads(json.dumps(report_as_json("shop", REPORT)))
    assert (value["stack"], value["period_s"]) == ("shop", 300)
    assert value["since"] == "2026-11-22T12:00:00Z"
    assert value["until"] == "2026-11-22T12:20:00Z"
    assert value["routes_counted_from"] == "the API's access log"
    assert [each["route"] for each in value["routes"]] == [str(route) for route in ROUTES]
    assert value["routes"][0] == {
        "route": "POST /products", "requests": 1234567, "client_errors": 12, "server_errors": 0,
        "p50_ms": 21.44, "p95_ms": 88.06, "series": [0, 1, 4, 8],
    }  # fmt: skip
    assert value["api"]["requests"] is None
    assert value["functions"][0]["cold_starts"] == 2
    assert value["functions"][1] == {
        "function": "get", "invocations": None, "errors": None, "throttles": None,
        "cold_starts": None, "p50_ms": None, "p95_ms": None, "series": [],
    }  # fmt: skip
    assert value["notes"] == ["To be known."]


def test_only_a_period_without_any_has_the_lowest_bar() -> None:
    assert sparkline((0, 1, 500, 1000)) == BARS[0] + BARS[1] + BARS[4] + BARS[7]
    assert sparkline((0, 0)) == BARS[0] * 2
    assert sparkline(()) == ""
