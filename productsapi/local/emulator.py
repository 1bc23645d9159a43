"""One emulator process: how it is launched, recognised and ended.

Each start gets a random mark. It is in the emulator's health answer, so that another program
on the same port isn't taken for ours, and on its command line, so that another process with the
same id is never signalled. MiniStack itself is not imported here: it runs in its own process.
"""

from __future__ import annotations

import http.client
import importlib.metadata
import importlib.util
import json
import os
import random
import signal
import site
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from productsapi import private
from productsapi.errors import LocalCloudError
from productsapi.local.gate import SAVE

INSTALL = "in the folder that productsapi was cloned to: pip install -e '.[local]'"
"""No index has a package of this name."""
HOST = "127.0.0.1"
ACCOUNT = "000000000000"
# What the deployment and its users need; every other service answers 400 instead of half working.
SERVICES = (
    "dynamodb,lambda,iam,sts,apigateway,cognito-idp,logs,cloudwatch,secretsmanager,sns,ssm,tagging,"
    "acm,route53"
)
# Below the range that systems hand out to outgoing connections, so that the port of a stopped
# cloud is still free when it starts again, and its URLs and stored tokens stay good.
PORTS = (20000, 32000)
GATE = Path(__file__).with_name("gate.py")
"""By its path: not everywhere is the package found by its name in so bare an environment."""
SAVE_TIMEOUT = 60.0
ANSWER_TIMEOUT = 5.0  # seconds; nothing listening is known at once, this is for one that hangs


def installed_version() -> str:
    """Version of the installed emulator, found without importing it; empty where it names none."""
    # Without cryptography the emulator starts, but refuses every token.
    missing = [name for name in ("ministack", "cryptography") if not importlib.util.find_spec(name)]
    if missing:
        raise LocalCloudError(
            f"The local cloud isn't installed: {' and '.join(missing)} missing.",
            hint=INSTALL,
        )
    try:
        return importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:  # found by PYTHONPATH alone
        return ""


def environment(
    folder: Path, port: int, region: str, mark: str, parent: Mapping[str, str]
) -> dict[str, str]:
    """Everything the emulator sees; the functions that it runs inherit all of it.

    Of the parent's environment only what a process needs to run: no AWS_*, no secrets. HOME is an
    empty folder, so that neither the emulator nor a function finds the user's ~/.aws.
    """
    kept = {name: parent[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in parent}
    if site.ENABLE_USER_SITE:  # packages of a `pip install --user` are otherwise looked up in HOME
        kept["PYTHONUSERBASE"] = site.getuserbase()
    if found_in := _by_path_alone(parent.get("PYTHONPATH", "")):
        kept["PYTHONPATH"] = os.pathsep.join(found_in)
    return kept | {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "STATE_DIR": str(folder / "state"),
        "PERSIST_STATE": "1",
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": region,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_EDITION": mark,  # free text, returned by the health answer
        "SERVICES": SERVICES,
        "AUTH": "true",  # IAM policies are enforced
        "IOT_MTLS_ENABLED": "0",  # otherwise listens on 0.0.0.0:8883
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",  # otherwise removes containers labelled ministack
        "LOG_LEVEL": "WARNING",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def _by_path_alone(python_path: str) -> list[str]:
    """The folders of PYTHONPATH that hold what the emulator and its functions are made of."""
    specs = [importlib.util.find_spec(name) for name in ("ministack", "cryptography", "boto3")]
    homes = {Path(spec.origin).parent.parent for spec in specs if spec and spec.origin}
    given = [Path(each).absolute() for each in python_path.split(os.pathsep) if each]
    return [str(each) for each in given if each in homes]


def launch(
    mark: str, env: Mapping[str, str], log: Path, program: Path = GATE
) -> subprocess.Popen[bytes]:
    """Start `program`, which runs MiniStack, as the emulator with that mark."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | private.NO_FOLLOW
    descriptor = os.open(log, flags, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        return subprocess.Popen(  # noqa: S603 - this very Python, on a file of ours
            [sys.executable, "-X", _argument(mark), str(program)],
            cwd=env["HOME"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C meant for the command doesn't reach it
            umask=0o077 if os.name == "posix" else -1,
        )


def answers(port: int, mark: str) -> bool:
    """Whether the emulator with this mark is ready on `port`."""
    # Not urllib: it would ask a proxy from the environment.
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_TIMEOUT)
    try:
        connection.request("GET", "/_ministack/health")
        health = json.loads(connection.getresponse().read())
        # The same two conditions as /_ministack/ready, which doesn't report the mark.
        return bool(
            health["edition"] == mark
            and health["ready_scripts"]["status"] == "completed"
            and health["iot_mtls"] != "starting"
        )
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return False
    finally:
        connection.close()


def save(port: int, mark: str) -> dict[str, str] | None:
    """Have the emulator with this mark save what it holds: what failed, by service, with why.

    None where it isn't known whether it did.
    """
    if not answers(port, mark):
        return None
    connection = http.client.HTTPConnection(HOST, port, timeout=SAVE_TIMEOUT)
    try:
        connection.request("POST", SAVE)
        return dict(json.loads(connection.getresponse().read())["failed"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def is_alive(pid: int, mark: str) -> bool:
    """Whether process `pid` is the emulator with this mark, and not a later one of the same id.

    On Windows, which shows no command lines, never: there only an answering emulator is known.
    """
    if sys.platform == "win32" or not mark:
        return False
    try:
        if sys.platform == "linux":  # ps isn't everywhere, /proc is
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        else:
            shown = subprocess.run(  # noqa: S603 - a program by its path, and a number
                ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
                capture_output=True, check=False, text=True, env={"LC_ALL": "C"},
            )  # fmt: skip
            command = shown.stdout
    except OSError:
        return False
    return _argument(mark) in command


def process_of(mark: str) -> int | None:
    """The emulator with this mark, where the command that started it couldn't note its id any more.

    Only Linux lists processes without a program of its own: elsewhere None, and it has to answer.
    """
    if sys.platform != "linux" or not mark:
        return None
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return next((number for number in numbers if is_alive(number, mark)), None)


def end(
    pid: int,
    mark: str,
    *,
    patience: float = 15.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Ask emulator `pid` to save and stop, and kill it after `patience` seconds: then False."""
    # It leads its own process group. Its functions are asked too: for one that still runs it
    # would wait until that one's own time-out. (Windows can only terminate: state isn't saved.)
    _signal_group(pid, signal.SIGTERM)
    give_up = clock() + patience
    while (alive := is_alive(pid, mark)) and clock() < give_up:
        sleep(0.05)
    if sys.platform != "win32":
        _signal_group(pid, signal.SIGKILL)
    return not alive


def free_port(preferred: int | None) -> int:
    """`preferred` if nothing listens there, else a random free port of the loopback interface."""
    attempts = [random.randrange(*PORTS) for _ in range(50)]  # noqa: S311 - not a secret
    for port in [preferred, *attempts] if preferred else attempts:
        with socket.socket() as probe:
            if os.name == "posix":  # elsewhere this option would take over a port in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise LocalCloudError(f"No free port found on {HOST} between {PORTS[0]} and {PORTS[1]}.")


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            os.kill(pid, number)
        else:
            os.killpg(pid, number)


def _argument(mark: str) -> str:
    return f"productsapi={mark}"  # python takes any -X option and leaves unknown ones alone
