"""The local cloud for real: started, found, stopped, killed, raced, and closed to all others."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from e2e_commands import PATIENCE

from productsapi.errors import LocalCloudError
from productsapi.local import LocalCloud, Running, emulator
from productsapi.local.record import Record
from productsapi.local.saving import SNAPSHOT

REGION = "eu-west-2"
LINUX = sys.platform == "linux"


@pytest.fixture
def reported() -> list[str]:
    return []


@pytest.fixture
def cloud(tmp_path: Path, reported: list[str]) -> Iterator[LocalCloud]:
    cloud = LocalCloud(tmp_path, reported.append)
    yield cloud
    cloud.down()


def dynamodb(running: Running) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=running.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def store(running: Running, key: str) -> None:
    client = dynamodb(running)
    if "Things" not in client.list_tables()["TableNames"]:
        client.create_table(
            TableName="Things",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    client.put_item(TableName="Things", Item={"id": {"S": key}})


def stored(running: Running, key: str) -> bool:
    return "Item" in dynamodb(running).get_item(TableName="Things", Key={"id": {"S": key}})


def killed(running: Running) -> None:
    os.kill(running.pid, signal.SIGKILL)
    while _listening(running.port):
        time.sleep(0.01)


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_what_is_stored_outlives_a_restart(
    cloud: LocalCloud,
) -> None:
    first = cloud.up(REGION)
    assert first.started
    store(first, "kept")
    assert cloud.down()
    assert cloud.find() is None
    assert not (cloud.folder / "tmp").exists()
    second = cloud.up(REGION)
    assert second.started
    assert second.endpoint_url == first.endpoint_url
    assert stored(second, "kept")


def test_the_next_command_finds_it_and_starts_no_other(cloud: LocalCloud) -> None:
    running = cloud.up(REGION)
    other = LocalCloud(cloud.root)
    assert other.find() == other.up("us-east-1") == Running(running.pid, running.port)
    assert other.down()
    assert not other.down()


@contextmanager
def _commands(cloud: LocalCloud, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start as many processes that each ask for the cloud."""
    code = (
        "import sys; from pathlib import Path; from productsapi.local import LocalCloud;"
        f"running = LocalCloud(Path(sys.argv[1])).up({REGION!r});"
        "print(running.pid, running.port, running.started)"
    )
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", code, str(cloud.root)], stdout=subprocess.PIPE, text=True
                )
            )
            for _ in range(count)
        ]


def test_commands_at_once_get_one_cloud(cloud: LocalCloud) -> None:
    with _commands(cloud, 3) as commands:
        said = [command.communicate(timeout=PATIENCE)[0].split() for command in commands]
    assert len({(pid, port) for pid, port, _ in said}) == 1
    assert sorted(started for _, _, started in said) == ["False", "False", "True"]
    found = cloud.find()
    assert found
    assert str(found.pid) == said[0][0]


def test_reset_forgets_everything(cloud: LocalCloud) -> None:
    running = cloud.up(REGION)
    store(running, "gone")
    cloud.down()
    cloud.reset()
    assert dynamodb(cloud.up(REGION)).list_tables()["TableNames"] == []
    cloud.reset()
    assert {path.name for path in cloud.folder.iterdir()} == {".gitignore", "lock"}


@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_nothing_of_the_callers_environment_reaches_it(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real-secret")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("CANARY", "canary-value")
    running = cloud.up(REGION)
    environ = Path(f"/proc/{running.pid}/environ").read_bytes().decode().split("\0")
    assert "AWS_SECRET_ACCESS_KEY=test" in environ
    assert not [each for each in environ if "real-secret" in each or "canary" in each.lower()]
    assert not [each for each in environ if each.startswith("AWS_PROFILE")]
    assert f"HOME={cloud.folder / 'home'}" in environ


@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_it_listens_on_one_port_of_loopback_alone(cloud: LocalCloud) -> None:
    running = cloud.up(REGION)
    store(running, "something")  # services load when first used
    descriptors = [str(each.readlink()) for each in Path(f"/proc/{running.pid}/fd").iterdir()]
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in descriptors:
                listening.append(local)
    assert listening == [f"0100007F:{running.port:04X}"]


def test_nobody_else_can_read_what_it_keeps(cloud: LocalCloud) -> None:
    """Its state holds passwords, and the keys that sign the tokens."""
    before = os.umask(0)
    try:
        running = cloud.up(REGION)
        _make_user_pool(running)
        store(running, "secret")
        assert _open_to_others(cloud) == []
        cloud.down()
    finally:
        os.umask(before)
    assert {"cognito.json", "dynamodb.json"} <= {
        path.name for path in (cloud.folder / "state").iterdir()
    }
    assert _open_to_others(cloud) == []
    assert (cloud.folder / ".gitignore").read_text("utf-8") == "*\n"


def _make_user_pool(running: Running) -> None:
    boto3.client(
        "cognito-idp",
        endpoint_url=running.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).create_user_pool(PoolName="pool")


def _open_to_others(cloud: LocalCloud) -> list[Path]:
    paths = [cloud.folder, *cloud.folder.rglob("*")]
    return [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_killed_it_has_its_last_clean_stops_state(cloud: LocalCloud, reported: list[str]) -> None:
    running = cloud.up(REGION)
    store(running, "before")
    cloud.down()
    running = cloud.up(REGION)
    store(running, "after")
    leftover = cloud.folder / "tmp" / "leftover"
    leftover.touch()
    killed(running)
    assert cloud.find() is None
    assert reported == []
    again = cloud.up(REGION)
    assert again.pid != running.pid
    assert "not stopped cleanly" in reported[0]
    assert not leftover.exists()
    assert (stored(again, "before"), stored(again, "after")) == (True, False)


def test_killed_it_has_its_last_snapshot(cloud: LocalCloud, reported: list[str]) -> None:
    cloud = replace(cloud, snapshot_seconds=0.1)
    running = cloud.up(REGION)
    store(running, "before")
    note = cloud.folder / "tmp" / SNAPSHOT
    note.unlink(missing_ok=True)  # it may be of the table alone
    store(running, "another")
    give_up = time.monotonic() + PATIENCE
    while not note.exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)
    killed(running)
    at = json.loads(note.read_text())["at"]
    assert stored(cloud.up(REGION), "before")
    assert reported == [
        f"The local cloud was not stopped cleanly: what was stored since {at} is lost."
    ]


@pytest.mark.skipif(not LINUX, reason="another process's limits are Linux's to set")
def test_what_cannot_be_saved_is_kept_running(cloud: LocalCloud) -> None:
    """Files of no more than 100 bytes: as on a disk that is full."""
    running = cloud.up(REGION)
    store(running, "here")
    soft, most = resource.prlimit(running.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (100, most))
    with pytest.raises(LocalCloudError, match=r"can't be saved .* tables and their items"):
        cloud.down()
    assert stored(running, "here")
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (soft, most))
    assert cloud.down() is True
    assert stored(cloud.up(REGION), "here")


def test_a_state_that_is_not_readable_is_not_lost(cloud: LocalCloud) -> None:
    running = cloud.up(REGION)
    store(running, "here")
    cloud.down()
    file = cloud.folder / "state" / "dynamodb.json"
    whole = file.read_text()
    payload = {**json.loads(whole), "payload": {"tables": {"Things": 1}}}
    for holds in (whole[:-20], json.dumps(payload)):
        file.write_text(holds)
        with pytest.raises(LocalCloudError, match=r"can't be read.*tables and their items"):
            cloud.up(REGION)
        assert cloud.find() is None
        aside = max(cloud.folder.glob("state.unreadable-*"))
        assert (aside / file.name).read_text() == holds
        shutil.rmtree(aside)
    running = cloud.up(REGION)
    assert dynamodb(running).list_tables()["TableNames"] == []


def test_after_being_killed_there_is_nothing_to_stop(cloud: LocalCloud) -> None:
    killed(cloud.up(REGION))
    assert cloud.down() is False


def test_one_that_hangs_is_reported_not_replaced(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killing it unasked would lose what it holds."""
    running = cloud.up(REGION)
    os.kill(running.pid, signal.SIGSTOP)
    try:
        with monkeypatch.context() as brief:
            brief.setattr(emulator, "ANSWER_TIMEOUT", 0.2)
            brief.setattr("productsapi.local.cloud.COMING_UP", 0.5)
            with pytest.raises(LocalCloudError, match="but doesn't answer") as caught:
                cloud.up(REGION)
        assert caught.value.hint == "productsapi local down"
    finally:
        os.kill(running.pid, signal.SIGCONT)


def test_a_start_whose_command_was_killed_is_taken_up(cloud: LocalCloud) -> None:
    running = cloud.up(REGION)
    replace(Record.read(cloud.folder), pid=None).write(cloud.folder)
    found = cloud.find()
    assert found
    assert found.pid == running.pid
    assert cloud.up(REGION).pid == running.pid
    assert cloud.down()
    assert not _listening(running.port)


@pytest.mark.parametrize("moment", [0.1, 0.2, 0.3, 0.4])
def test_killed_while_starting_the_next_one_finishes(cloud: LocalCloud, moment: float) -> None:
    with _commands(cloud, 1) as (command,):
        time.sleep(moment)
        command.kill()
    running = cloud.up(REGION)
    store(running, "something")
    assert cloud.down()
    assert not _listening(running.port)
    assert cloud.find() is None


def test_anothers_cloud_on_our_old_port_is_not_ours(
    cloud: LocalCloud, tmp_path: Path, reported: list[str]
) -> None:
    theirs = cloud.up(REGION)
    ours = LocalCloud(tmp_path / "ours", reported.append)
    ours.folder.mkdir(parents=True)
    Record(port=theirs.port, pid=theirs.pid, mark="ours", version="1.0.0").write(ours.folder)
    assert ours.find() is None
    assert ours.down() is False
    moved = ours.up(REGION)
    try:
        assert moved.port != theirs.port
        assert reported[-1] == (
            f"Port {theirs.port} is taken: the local cloud moves to port {moved.port}."
        )
        assert cloud.find() == Running(theirs.pid, theirs.port)
    finally:
        ours.down()


def test_dying_at_its_start_its_last_words_are_named(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = emulator.environment

    def wrong(*args: Any) -> dict[str, str]:
        return right(*args) | {"GATEWAY_PORT": "nonsense"}

    monkeypatch.setattr(emulator, "environment", wrong)
    with pytest.raises(LocalCloudError, match=r"(?s)stopped while starting.*nonsense") as caught:
        cloud.up(REGION)
    assert str(cloud.folder / "local.log") in caught.value.hint
    monkeypatch.undo()
    assert cloud.up(REGION).started


def test_the_users_modules_are_not_the_emulators(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ministack", "json", "hypercorn"):
        (cloud.root / f"{name}.py").write_text("raise SystemExit('the wrong one')\n", "utf-8")
    monkeypatch.chdir(cloud.root)
    assert cloud.up(REGION).started


@pytest.mark.skipif(not LINUX, reason="sessions of other processes are read on Linux")
def test_a_ctrl_c_for_the_command_does_not_reach_it(cloud: LocalCloud) -> None:
    assert os.getsid(cloud.up(REGION).pid) != os.getsid(0)
