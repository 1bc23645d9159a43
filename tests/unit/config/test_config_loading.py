"""A bad configuration is reported line by line, all at once; a good one is what it says."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from productsapi.config import Config, load, new_environment
from productsapi.config.model import Auth
from productsapi.config_keys.allowed import GROUPS, REGION, STACK
from productsapi.config_keys.rules import Whole
from productsapi.errors import ConfigError
from productsapi.function_variables import SecretName

HEAD = "schema: 1\nstack: products-dev\nregion: eu-west-2\n"  # lines 1 to 3


def write(folder: Path, text: str | bytes, name: str = "c.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(path: Path, *, region: str | None = None) -> list[str]:
    """Give the lines that `load` complains with, the file's own folder left out."""
    with pytest.raises(ConfigError) as caught:
        load(path, region=region)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    return caught.value.message.replace(f"{path.parent}{os.sep}", "").splitlines()


def test_least(tmp_path: Path) -> None:
    """Three keys are enough; everything else is the default, the same as made in code."""
    path = write(tmp_path, HEAD)
    assert load(path) == Config(schema=1, stack="products-dev", region="eu-west-2", path=path)


def test_if_allowed_counts_as_true_with_a_notice(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "access_log: {enabled: if_allowed}\nmonitoring: {alarms: true}\n")
    config = load(path)
    assert (config.access_log.enabled, config.monitoring.alarms) == (True, True)
    reported = (
        "access_log.enabled: if_allowed is deprecated, and taken for true: write true, or false"
    )
    assert config.notices == (f"{path}:4: {reported}",)


def test_values(tmp_path: Path) -> None:
    """What is given is taken, with YAML's other booleans, quotes, empty sections and CRLF."""
    text = HEAD + (
        'expected_account: "012345678901"\ntags: {owner: shop/team, n: "1"}\n'
        "table: {sort_key: category, category_index: on, deletion_protection: yes}\n"
        "functions:\n  memory_mb: 10240\n  names: {get: 'g'}\n"
        "permissions:\n  # boundary: none\n"
        "api: {name: !!str 12, cors_origin: http://localhost:3000}\n"
        "user_pool: {self_sign_up: off}\n"
        "auth:\n  client_ids: []\n  write_groups: [b, Chefs/Käse]\n  owner_only: true\n"
        "  owner_groups:\n  - support # first line\n  - '12'\n"
    )
    config = load(write(tmp_path, text.replace("\n", "\r\n")))
    assert config.expected_account == "012345678901"
    assert config.tags == {"owner": "shop/team", "n": "1"}
    assert (config.table.sort_key, config.table.deletion_protection) == ("category", True)
    assert config.functions.memory_mb == 10240
    assert config.functions.names.of("get") == "g"
    assert config.functions.names.of("create") == "createproductfunction"
    assert config.permissions.boundary is None
    assert (config.api.name, config.api.cors_origin) == ("12", "http://localhost:3000")
    assert config.user_pool.self_sign_up is False
    assert config.table.category_index is True
    assert config.auth == Auth(
        write_groups=("b", "Chefs/Käse"), owner_only=True, owner_groups=("support", "12")
    )


def test_region_option(tmp_path: Path) -> None:
    """--region goes before the file's, and passes the same rule."""
    path = write(tmp_path, HEAD)
    assert load(path, region="us-gov-west-1").region == "us-gov-west-1"
    reported = f"allowed: {REGION.allowed}"
    assert refused(path, region="London") == [f'--region: found "London", {reported}']
    assert refused(path, region="") == [f'--region: found "", {reported}']
    with pytest.raises(ConfigError) as caught:
        load(path, region="London")
    assert "Correct the option" in caught.value.hint, "the file is right"


def test_frozen(tmp_path: Path) -> None:
    """Nobody changes a configuration after it was checked."""
    config = load(write(tmp_path, HEAD))
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.region = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "root"),
    [("config/dev.yaml", "."), ("dev.yaml", "."), ("config/more/dev.yaml", "config/more")],
)
@pytest.mark.parametrize("relative", [True, False])
def test_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, root: str, relative: bool
) -> None:
    """The sources lie beside `config/`, or beside the file where there is no such folder."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path.parent, HEAD, path.name)
    monkeypatch.chdir(path.parent)
    config = load(Path(path.name) if relative else path)
    assert config.root == (tmp_path / root)
    assert config.sources == tmp_path / root / "lambda_src"


WHOLE_FILE = [
    ("missing", None, "c.yaml: no such file"),
    ("empty", "", "c.yaml: nothing in it"),
    ("only comments", "# nothing\n", "c.yaml: nothing in it"),
    ("text", "hello\n", 'c.yaml:1: found "hello", allowed: keys and values'),
    ("list", "\n- a\n", "c.yaml:2: found a list, allowed: keys and values"),
    ("tab", "a:\n\tb: 1\n", "c.yaml:2: found a tab, allowed: spaces for indentation"),
    ("latin-1", b"a: 1\nb: caf\xe9\n", "c.yaml:2: not UTF-8 text"),
    ("utf-16", "a: 1\n".encode("utf-16"), "c.yaml:1: not UTF-8 text"),
    ("control", "a: 1\nb: \x07\n", "c.yaml:2: found an unprintable character"),
    ("long", "#" * 300_000, "c.yaml: over 256 KiB: not a configuration"),
    ("deep", "[" * 1_000, "c.yaml: nested too deeply for a configuration"),
    (
        "two documents",
        HEAD + "---\na: 1\n",
        (
            "c.yaml:4: expected a single document in the stream from line 1, "
            "but found another document"
        ),
    ),
    (
        "colon",
        "a: b: c\n",
        "c.yaml:1: mapping values are not allowed here",
    ),
    (
        "quote",
        HEAD + 'table: {name: "a\n',
        "c.yaml:5: while scanning a quoted scalar from line 4, found unexpected end of stream",
    ),
    (
        "alias",
        HEAD + "table: &t {name: abc}\napi: *t\n",
        "c.yaml:5: *t is an alias, which isn't accepted here: write the value out",
    ),
    (
        "merge",
        HEAD + "table: &t {name: abc}\napi:\n  <<: *t\n",
        "c.yaml:6: *t is an alias, which isn't accepted here: write the value out",
    ),
    (
        "laughs",
        "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9)),
        "c.yaml:2: *a is an alias, which isn't accepted here: write the value out",
    ),
    ("complex key", "? [a]\n: 1\n", "c.yaml:1: found a list where a key is expected"),
]


@pytest.mark.parametrize(
    ("text", "reported"), [c[1:] for c in WHOLE_FILE], ids=[c[0] for c in WHOLE_FILE]
)
def test_no_mapping(tmp_path: Path, text: str | bytes | None, reported: str) -> None:
    """A file that can't be read as keys and values is reported in one line, without a traceback."""
    path = tmp_path / "c.yaml" if text is None else write(tmp_path, text)
    assert refused(path) == [reported]


def test_folder(tmp_path: Path) -> None:
    """A folder is reported as such."""
    (tmp_path / "config").mkdir()
    assert refused(tmp_path / "config") == ["config: a folder, not a configuration file"]


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says about a file that it won't open, is passed on."""

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, HEAD)
    monkeypatch.setattr(Path, "open", denied)
    assert refused(path) == ["c.yaml: can't be read: Permission denied"]
    monkeypatch.undo()
    assert refused(tmp_path / "a\0b")[0].endswith("can't be read: embedded null byte")
    assert refused(path / "x") == ["x: can't be read: Not a directory"]


def test_byte_order_mark(tmp_path: Path) -> None:
    """The mark that Windows editors put first is no part of the first key."""
    assert load(write(tmp_path, b"\xef\xbb\xbf" + HEAD.encode())).schema == 1


MEMORY = Whole(128, 10240).allowed


def cases() -> list[tuple[str, list[str]]]:
    """Read refusals.txt: what is written after HEAD, and the lines that it is refused with."""
    blocks = Path(__file__).with_name("refusals.txt").read_text(encoding="utf-8").split("\n\n")[1:]
    found = []
    for block in blocks:
        lines = block.strip().splitlines()
        reported = [line.replace("> ", "c.yaml:", 1) for line in lines if line.startswith("> ")]
        text = "".join(f"{line}\n" for line in lines if not line.startswith("> "))
        found.append((text, reported))
    return found


@pytest.mark.parametrize(("text", "reported"), cases(), ids=[text.strip() for text, _ in cases()])
def test_refusal(tmp_path: Path, text: str, reported: list[str]) -> None:
    """A bad key says file, line, key, what was found and what is allowed."""
    assert reported
    assert refused(write(tmp_path, HEAD + text)) == reported


def test_endless_number(tmp_path: Path) -> None:
    """A number too long for Python to read is refused, and shown shortened."""
    text = HEAD + f"functions: {{memory_mb: {'9' * 5000}}}"
    reported = f"c.yaml:4: functions.memory_mb: found {'9' * 60}…, allowed: {MEMORY}"
    assert refused(write(tmp_path, text)) == [reported]


def test_required(tmp_path: Path) -> None:
    """Each required key that is missing is named, with what it should be."""
    assert refused(write(tmp_path, "table:\n")) == [
        "c.yaml:1: schema: missing, but required: 1, 2 (a higher one needs a newer productsapi)",
        f"c.yaml:1: stack: missing, but required: {STACK.allowed}",
        f"c.yaml:1: region: missing, but required: {REGION.allowed}",
    ]


def test_everything_at_once(tmp_path: Path) -> None:
    """Problems of all kinds come together, in the order of the file's lines."""
    text = """\
schema: 3
stack: P
functions:
  memory_mb: 1
  names:
    create: same
    update: same
  nmaes: {}
region: eu-wset-2
table: 5
"""
    other = "a name of its own (functions.names.create has it too)"
    keys = "the keys name, sort_key, category_index, deletion_protection, point_in_time_recovery"
    assert refused(write(tmp_path, text)) == [
        "c.yaml:1: schema: found 3, allowed: 1, 2 (a higher one needs a newer productsapi)",
        f'c.yaml:2: stack: found "P", allowed: {STACK.allowed}',
        f"c.yaml:4: functions.memory_mb: found 1, allowed: {MEMORY}",
        f'c.yaml:7: functions.names.update: found "same", allowed: {other}',
        "c.yaml:8: functions.nmaes: unknown key, did you mean functions.names?",
        f'c.yaml:9: region: found "eu-wset-2", allowed: {REGION.allowed}',
        f"c.yaml:10: table: found 5, allowed: {keys}",
    ]


def test_name_of_a_default(tmp_path: Path) -> None:
    """A function named as another one is by default, is found too, at the nearest line there is."""
    text = HEAD + "functions:\n  names:\n    create: getproductfunction\n"
    assert refused(write(tmp_path, text)) == [
        (
            'c.yaml:5: functions.names.get: found "getproductfunction", allowed: a name of its own '
            "(functions.names.create has it too)"
        )
    ]


@pytest.mark.parametrize(
    ("owner", "good"), [("123456789012", True), ("aws", True), ("1" * 12, False)]
)
def test_boundary_account(tmp_path: Path, owner: str, good: bool) -> None:
    """A boundary of another account than the expected one could never be put on a role."""
    arn = f"arn:aws-cn:iam::{owner}:policy/team/b"
    text = HEAD + f'expected_account: "123456789012"\npermissions:\n  boundary: {arn}\n'
    path = write(tmp_path, text)
    if good:
        assert load(path).permissions.boundary == arn
    else:
        reported = f'found "{arn}", allowed: a policy of expected_account 123456789012'
        assert refused(path) == [f"c.yaml:6: permissions.boundary: {reported}"]


def test_many_tags(tmp_path: Path) -> None:
    """40 tags are taken, 41 aren't: AWS's 50 must hold ours too."""
    lines = [f"  t{number}: v\n" for number in range(41)]
    assert len(load(write(tmp_path, HEAD + "tags:\n" + "".join(lines[:40]))).tags) == 40
    assert refused(write(tmp_path, HEAD + "tags:\n" + "".join(lines)))[0].startswith(
        "c.yaml:4: tags: "
    )


def test_many_groups(tmp_path: Path) -> None:
    """50 are taken, 51 aren't."""
    names = [f"g{number}" for number in range(51)]
    text = HEAD + "auth: {write_groups: [%s]}\n"
    path = write(tmp_path, text % ", ".join(names[:50]))
    assert load(path).auth.write_groups == tuple(names[:50])
    reported = f"c.yaml:4: auth.write_groups: found a list of 51, allowed: {GROUPS.allowed}"
    assert refused(write(tmp_path, text % ", ".join(names))) == [reported]


@pytest.mark.parametrize(("letter", "width"), [("a", 1), ("ä", 2), ('"', 2), ("💶", 4)])
def test_long_lists(tmp_path: Path, letter: str, width: int) -> None:
    """The three lists leave room in Lambda's 4 KB, counted in the bytes that they take there."""
    names = [f"{number:04}{letter * (116 // width)}" for number in range(24)]
    lists = json.dumps(names, ensure_ascii=False)  # 24 of 120 bytes, and 23 commas
    text = f"{HEAD}auth:\n  owner_only: true\n  owner_groups: {lists}\n  client_ids: [%s]\n"
    assert load(write(tmp_path, text % ("c" * 97))).auth.owner_groups == tuple(names)
    reported = "found 3001 bytes in client_ids, write_groups and owner_groups together"
    assert refused(write(tmp_path, text % ("c" * 98))) == [
        f"c.yaml:4: auth: {reported}, allowed: 3000 (Lambda takes 4 KB of settings in all)"
    ]


def test_long_lists_count_origins(tmp_path: Path) -> None:
    """They share the room with the three, and are named where there are several."""
    origins = [f"https://{number}.{'.'.join(['a' * 60] * 3)}.example" for number in range(10)]
    text = f"{HEAD}api: {{cors_origin: {json.dumps(origins)}}}\nauth: {{client_ids: [%s]}}\n"
    room = 3000 - len(",".join(origins))
    ids = [f"id{number}" * 33 for number in range(room // 100)]  # 100 each, with a comma
    fill = "c" * (room - len(",".join(ids)) - 1)
    good = write(tmp_path, text % ", ".join([*ids, fill]))
    assert load(good).api.cors_origin == tuple(origins)
    reported = (
        "found 3001 bytes in client_ids, write_groups, owner_groups and api.cors_origin together"
    )
    assert refused(write(tmp_path, text % ", ".join([*ids, fill + "c"]))) == [
        f"c.yaml:5: auth: {reported}, allowed: 3000 (Lambda takes 4 KB of settings in all)"
    ]


def test_import_is_light() -> None:
    """Importing the package pays for neither an SDK nor YAML."""
    code = (
        "import sys, productsapi.config;"
        "print([m for m in ('boto3', 'botocore', 'yaml', 'click', 'rich') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout == "[]\n"


def test_own_variables_are_text_or_a_secrets_name(tmp_path: Path) -> None:
    text = "functions: {environment: {limit: '10', LIMIT: '', TOKEN: {secret: shop/token}}}\n"
    config = load(write(tmp_path, HEAD + text))
    assert config.functions.environment == {
        "limit": "10",
        "LIMIT": "",
        "TOKEN": SecretName("shop/token"),
    }


@pytest.mark.parametrize(("letters", "good"), [(3400, True), (3600, False)])
def test_own_variables_and_ours_fit_into_4_kb(tmp_path: Path, letters: int, *, good: bool) -> None:
    path = write(tmp_path, HEAD + f"functions: {{environment: {{LONG: {'x' * letters}}}}}\n")
    if good:
        load(path)
    else:
        [reported] = refused(path)
        assert reported.endswith(
            "allowed: 4096 (Lambda takes 4 KB of settings in all); a large value can be in a secret"
        )


def test_own_variables_are_copied_as_they_are(tmp_path: Path) -> None:
    """What YAML would take for a number or a date is in quotes in the other file too."""
    text = "functions: {environment: {A1: '1.5', B2: {secret: x}, C3: '2026-11-27', D4: '1e3'}}\n"
    config = load(write(tmp_path, HEAD + text))
    copied = write(tmp_path, new_environment.text(config, "staging"), "staging.yaml")
    assert load(copied).functions.environment == config.functions.environment


def test_a_domain_is_one_environments_own(tmp_path: Path) -> None:
    """Copied, it would be the other stack's, and refused there."""
    arn = "arn:aws:acm:eu-west-2:123456789012:certificate/1"
    text = f"api: {{domain: {{name: api.example.com, certificate_arn: '{arn}'}}}}\n"
    config = load(write(tmp_path, HEAD + text))
    assert "domain" not in new_environment.text(config, "staging")
