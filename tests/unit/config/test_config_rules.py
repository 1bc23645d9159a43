"""Each rule at the edges of what AWS takes."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import botocore
import pytest

from productsapi.config_keys import allowed
from productsapi.config_keys.rules import Origin, Rule

EDGES: list[tuple[Rule, list[str], list[str]]] = [
    (
        allowed.STACK,
        ["abc", "products-dev", "a" * 32],
        ["", "ab", "a" * 33, "1ab", "Abc", "abc-", "a_c", "abc\n", "äbc"],
    ),
    (
        allowed.REGION,
        ["eusc-de-east-1", "mx-central-1"],
        [
            "",
            "eu-west",
            "EU-WEST-2",
            "eu-west-2a",
            "eu-west-10",
            "London",
            "aws-global",
            "eu-wset-2",
        ],
    ),
    (allowed.ACCOUNT, ["0" * 12], ["1" * 11, "1" * 13, "١" * 12]),  # noqa: RUF001 - Arabic digits
    (
        allowed.POLICY_ARN,
        [
            "arn:aws:iam::aws:policy/PowerUserAccess",
            "arn:aws-us-gov:iam::123456789012:policy/a/b/c@x",
        ],
        ["arn:aws:iam::123456789012:role/x", "arn:aws:iam::1:policy/x", "arn:aws:iam::aws:policy/"],
    ),
    (allowed.TAGS.key, ["a", "A1+-=._:/", "k" * 128], ["", "k" * 129, "AWS:x", "a@b", "ä", "a b"]),
    (allowed.TAGS.value, ["", "v" * 256], ["v" * 257, "aws:x", "a,b", "a\nb"]),
    (allowed.TABLE_NAME, ["abc", "A.b_c-9", "t" * 255], ["ab", "t" * 256, "a b c", "täble"]),
    (allowed.FUNCTION_NAME, ["f", "F-_9", "f" * 64], ["", "f" * 65, "a:b", "a.b", "arn:aws:x"]),
    (
        allowed.API_NAME,
        ["A", "My shop's API (dev)!", "a" * 1024],
        ["", " a", "a ", "a" * 1025, "é"],
    ),
    (allowed.STAGE_NAME, ["d", "dev-3_B", "d" * 128], ["", "d" * 129, "$default", "a/b"]),
    (allowed.POOL_NAME, ["p", "a b+=,.@-_9", "p" * 128], ["", "p" * 129, "a\tb", " a", "a/b"]),
    (allowed.CLIENT_IDS.each, ["1", "7example+_A", "c" * 128], ["", "c" * 129, "a-b", "a,b", "ä"]),
    (
        allowed.GROUPS.each,
        ["a", "Chefs/Käse+$(x){y}", "e\u0301", "रसोई", "💶", "g" * 128],
        [
            "",
            "g" * 129,
            "a b",
            "a,b",
            "[a]",
            "a\n",
            "a\u00a0b",
            "a\u200db",
            "\ue000",
            "\ud800",
        ],
    ),
    (
        Origin(),
        [
            "*",
            "https://shop.example.com",
            "http://localhost:3000",
            "http://127.0.0.1:8080",
            "https://a-b.example:65535",
            "https://shop.example:80",
        ],
        [
            "",
            "shop.example.com",
            "https://",
            "https://shop.example.com/",
            "https://shop.example.com/x",
            "https://Shop.example.com",
            "https://*.example.com",
            "https://shop.example.com:443",
            "http://shop.example.com:80",
            "https://shop.example.com:65536",
            "https://shop.example.com:0",
            "https://a.example, https://b.example",
            "https://user@shop.example.com",
            "https://a'b.example",
            "https://-a.example",
            "null",
            "ftp://shop.example.com",
            "https://" + "a." * 130 + "example",
        ],
    ),
]


@pytest.mark.parametrize(("rule", "good", "bad"), EDGES)
def test_edges(rule: Rule, good: list[str], bad: list[str]) -> None:
    """A rule takes what AWS takes, and refuses what AWS would (or what would do harm silently)."""
    assert [value for value in good if not rule.accepts(value)] == []
    assert [value for value in bad if rule.accepts(value)] == []
    assert not rule.accepts(None)
    assert not rule.accepts(5)
    assert rule.allowed


def test_groups_by_category() -> None:
    """A group's characters are those that Cognito's model names, less what separates."""
    wanted = {c for c in map(chr, range(0x110000)) if unicodedata.category(c)[0] in "LMSNP"}
    taken = {c for c in map(chr, range(0x110000)) if allowed.GROUPS.each.accepts(c)}
    assert wanted - taken == set(",[]")
    assert taken <= wanted


def test_list() -> None:
    """A list holds up to 50 good values, none twice; its order is kept."""
    ids = tuple(map(str, range(51)))
    assert allowed.CLIENT_IDS.accepts(())
    assert allowed.CLIENT_IDS.accepts(ids[:50])
    for bad in (ids, ("a", "a"), ("a b",), (5,), (None,), ["a"], "a", None):
        assert not allowed.CLIENT_IDS.accepts(bad)


def test_tags_at_their_most() -> None:
    """Neither too many of them nor a bad one among few is taken."""
    most = {f"k{number}": "v" for number in range(allowed.TAGS.most)}
    assert allowed.TAGS.accepts(most)
    for bad in ({**most, "more": "v"}, {"a@b": "v"}, {"a": "v,w"}, {"a": "1", "A": "2"}, [], None):
        assert not allowed.TAGS.accepts(bad)


def test_every_region_of_today() -> None:
    """The shape fits each region that the SDK knows, in every partition."""
    data = Path(botocore.__file__).with_name("data") / "partitions.json"
    partitions = json.loads(data.read_text(encoding="utf-8"))["partitions"]
    regions = {region for partition in partitions for region in partition["regions"]}
    regions = {region for region in regions if not region.endswith("-global")}
    assert len(regions) > 30
    assert {region for region in regions if not allowed.REGION.accepts(region)} == set()
