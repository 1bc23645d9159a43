"""The scripts of written pipelines, run as a runner does: by a shell, and without a terminal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import yaml
from e2e_project import KEYS, Project

GH = """#!/bin/sh
# As GitHub's own: keeps what is sent, and tells of a former comment once there is one.
case "$*" in
  *--paginate*) cat former 2>/dev/null; exit 0 ;;
esac
echo "$*" >> sent
echo 17 > former
"""


PYTHON = f"""#!/bin/sh
# Installs nothing.
case "$*" in *"-m pip install"*) exit 0 ;; esac
exec {sys.executable} "$@"
"""
PRODUCTSAPI = f"""#!/bin/sh
exec {sys.executable} -m productsapi "$@"
"""


class Runner:
    """Runs scripts of a pipeline as a runner does, in the project's folder."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.folder, self.scripts = project, project.folder, folder
        tools = folder / "tools"
        tools.mkdir()
        for name, text in (("productsapi", PRODUCTSAPI), ("python", PYTHON), ("gh", GH)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        endpoint = project.json("local", "status")["endpoint_url"]
        before = project.environment()
        self.env = {
            **before, **KEYS, "PATH": f"{tools}:{before['PATH']}", "CI": "true",
            "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-2",
        }  # fmt: skip

    def pipeline(self, provider: str, path: str) -> Any:
        self.project.run("ci", provider, "--repository", "acme/shop", "--account", "000000000000")
        return yaml.safe_load((self.folder / path).read_text("utf-8"))

    def begin(self, script: str, env: dict[str, str]) -> subprocess.Popen[str]:
        path = self.scripts / "script.sh"
        path.write_text(script)
        shell = ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)]
        return subprocess.Popen(
            shell, cwd=self.folder, env={**self.env, **env}, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, script: str, env: dict[str, str]) -> str:
        process = self.begin(script, env)
        out, _ = process.communicate()
        assert process.returncode == 0, out
        return out


def step(workflow: Any, job: str, name: str) -> str:
    found = {each.get("name"): each for each in workflow["jobs"][job]["steps"]}
    return str(found[name]["run"])


@pytest.fixture
def runner(project: Project, tmp_path: Path) -> Runner:
    return Runner(project, tmp_path)


def test_a_pull_request_gets_its_plan_as_one_comment(runner: Runner) -> None:
    workflow = runner.pipeline("github", ".github/workflows/products-dev.yml")
    summary = runner.scripts / "summary.md"
    env = {
        **workflow["env"], "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_REPOSITORY": "acme/shop",
        "NUMBER": "5", "GH_TOKEN": "made-up",
    }  # fmt: skip
    for name in ("Plan", "Comment", "Comment"):
        runner.run(step(workflow, "plan", name), env)
    assert "to create" in summary.read_text()
    comment = (runner.folder / "comment.md").read_text()
    assert comment.startswith("<!-- productsapi plan products-dev -->\n### `products-dev")
    made, changed = (runner.folder / "sent").read_text().splitlines()
    assert "--method POST repos/acme/shop/issues/5/comments --field body=@comment.md" in made
    assert "--method PATCH repos/acme/shop/issues/comments/17" in changed


def test_a_cancelled_deploy_ends_and_is_gone_on_with(runner: Runner, project: Project) -> None:
    workflow = runner.pipeline("github", ".github/workflows/products-dev.yml")
    script, env = step(workflow, "deploy", "Deploy"), workflow["env"]
    deploying = runner.begin(script, env)
    assert deploying.stdout
    said = ""
    while "created in" not in said:
        line = deploying.stdout.readline()
        assert line, said
        said += line
    deploying.send_signal(signal.SIGTERM)
    rest, _ = deploying.communicate()
    assert deploying.returncode == 128 + signal.SIGTERM, said + rest
    assert "Interrupted by SIGTERM." in rest
    assert "Left: " in rest
    assert "Invoke URL:" in runner.run(script, env)
    project.run("plan", "--local", "--exit-code")


class Notes(BaseHTTPRequestHandler):
    """GitLab's notes of one merge request."""

    kept: ClassVar[list[dict[str, Any]]] = []

    def _answer(self, value: Any) -> None:
        assert self.headers["PRIVATE-TOKEN"] == "made-up"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def _given(self) -> dict[str, Any]:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        return dict(json.loads(text))

    def do_GET(self) -> None:
        self._answer(self.kept)

    def do_POST(self) -> None:
        assert self.path == "/projects/7/merge_requests/5/notes"
        self.kept.append({"id": 17, **self._given(), "by": "POST"})
        self._answer({})

    def do_PUT(self) -> None:
        assert self.path == "/projects/7/merge_requests/5/notes/17"
        self.kept[0] |= {**self._given(), "by": "PUT"}
        self._answer({})

    def log_message(self, *_: Any) -> None: ...


def test_a_merge_request_gets_its_plan_as_one_comment(runner: Runner) -> None:
    pipeline = runner.pipeline("gitlab", ".gitlab-ci.yml")
    common, plan = pipeline[".productsapi"], pipeline["plan"]
    script = "\n".join([*common["before_script"], *plan["script"]])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Notes)
    Thread(target=server.serve_forever, daemon=True).start()
    env = {
        **common["variables"], **plan["variables"], "AWS_TOKEN": "made-up", "CI_PROJECT_ID": "7",
        "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}", "CI_MERGE_REQUEST_IID": "5",
    }  # fmt: skip
    try:
        assert "the plan is in the artifact" in runner.run(script, env)
        for by in ("POST", "PUT"):
            runner.run(script, {**env, "PLAN_COMMENT_TOKEN": "made-up"})
            (note,) = Notes.kept
            assert note["by"] == by
            assert note["body"].startswith(
                "<!-- productsapi plan products-dev -->\n### `products-d"
            )
    finally:
        server.shutdown()
        server.server_close()
