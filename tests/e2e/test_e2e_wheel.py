"""From a wheel, without the checkout: `init` writes a project, and it deploys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from e2e_commands import PATIENCE
from e2e_http import call
from e2e_project import Project, own_cloud

from productsapi.starter import files

ROOT = Path(__file__).parents[2]
PARTS = (
    "productsapi",
    "config",
    "lambda_src",
    "setup.cfg",
    "setup.py",
    "pyproject.toml",
    "README.md",
)
NO_INDEX = "no wheel can be built: setuptools can't be had (no package index)"

_FOR_PIP = dict(os.environ)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that no build folder comes to stand in the checkout, nor goes in."""
    base = tmp_path_factory.mktemp("wheel")
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(source, base / "source" / part, ignore=ignored)
        else:
            shutil.copy(source, base / "source" / part)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", str(base), "."],
        cwd=base / "source", env=_FOR_PIP, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    if done.returncode and "setuptools" in done.stderr and "No matching" in done.stderr:
        pytest.skip(NO_INDEX)
    assert done.returncode == 0, done.stderr
    (built,) = base.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_every_module_source_and_example(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "productsapi").rglob("*")
        if path.suffix in {".py", ".json", ".html", ".css", ".js", ".svg"}
        and "starter" not in path.parts
    }
    starters = {f"productsapi/starter/{name}" for name in files()}
    assert held == modules | starters | {"productsapi/starter/__init__.py"}
    functions = ("create", "get", "update", "delete")
    assert starters >= {
        "productsapi/starter/config/dev.yaml",
        "productsapi/starter/config/prod.yaml",
        "productsapi/starter/lambda_src/shared/product.schema.json",
        *(f"productsapi/starter/lambda_src/{f}_product/lambda_function.py" for f in functions),
    }
    assert "productsapi/config/runtimes.json" in held


def test_from_it_a_project_is_written_and_deployed(unpacked: Path, tmp_path: Path) -> None:
    """By processes that find it there: those that are forked have loaded the checkout."""
    with own_cloud(tmp_path, {"PYTHONPATH": str(unpacked)}) as project:
        shutil.rmtree(project.folder)
        _ran(project, *project.command("init", str(project.folder)))
        where = _ran(project, sys.executable, "-c", "import productsapi as p; print(p.__file__)")
        assert Path(where.strip()).resolve().is_relative_to(unpacked)
        written = {
            path.relative_to(project.folder).as_posix()
            for path in project.folder.rglob("*")
            if path.is_file()
        }
        assert written == set(files())
        reported = json.loads(_ran(project, *project.command("deploy", "--local", "--json")))
        assert call("GET", f"{reported['invoke_url']}/products").status == 401
        assert project.json("plan", "--local") == []


def _ran(project: Project, *words: str) -> str:
    folder = project.folder if project.folder.exists() else project.home
    done = subprocess.run(
        words, cwd=folder, env=project.environment(), capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
