"""The other tool: terraform with its AWS provider, on the same system (terraform/*.tf)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from aws_proxy import Proxy
from contenders import EDITED, Timed, environment, timed

from productsapi.packaging import packages

DEFINITION = Path(__file__).parent / "terraform"
STATE = "terraform.tfstate"


def why_not(plugins: str) -> str:
    """Why terraform can't be run here; empty where it can."""
    if not shutil.which("terraform"):
        return "no terraform on PATH"
    if not plugins:
        return "no folder of its plugins is given (--terraform-plugins)"
    if not list(Path(plugins).glob("*/hashicorp/aws/*/*")):
        return f"no provider hashicorp/aws in {plugins}"
    return ""


class Terraform:
    """Its defaults: ten changes side by side, its provider's own retries and waits."""

    name = "terraform"

    def __init__(self, folder: Path, plugins: Path, sources: Path, proxy: Proxy) -> None:
        self._folder, self._code = folder / "work", folder / "code"
        self._sources = folder / "lambda_src"
        self._code.mkdir(parents=True)
        shutil.copytree(DEFINITION, self._folder, ignore=shutil.ignore_patterns(".terraform*"))
        shutil.copytree(sources, self._sources)
        self._env = environment(folder) | {
            "TF_VAR_endpoint": proxy.url,
            "TF_VAR_code": str(self._code),
            "TF_CLI_CONFIG_FILE": os.devnull,  # nothing of the user's
            "CHECKPOINT_DISABLE": "1",  # nothing beyond the proxy is asked
            "TF_IN_AUTOMATION": "1",
        }
        init = ["terraform", "init", "-no-color", "-input=false", f"-plugin-dir={plugins}"]
        subprocess.run(init, cwd=self._folder, env=self._env, check=True, stdout=subprocess.DEVNULL)

    def prepare(self, scenario: str, mark: str) -> None:
        self._env |= {"TF_VAR_mark": mark}
        if scenario == "fresh":
            for state in self._folder.glob(f"{STATE}*"):
                state.unlink()
        if scenario == "code":
            with (self._sources / f"{EDITED}_product" / "lambda_function.py").open("a") as source:
                source.write(f"# edited at {time.time()}\n")
        for function, content in packages(self._sources).items():
            (self._code / f"{function}.zip").write_bytes(content)

    def run(self, scenario: str) -> Timed:
        verb = "destroy" if scenario == "teardown" else "apply"
        command = ["terraform", verb, "-auto-approve", "-input=false", "-no-color"]
        return timed(command, self._folder, self._env)
