"""`productsapi ci`."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from productsapi.cli.git_commit import git
from productsapi.cli.options import config_option
from productsapi.cli.policy import account_id
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.errors import Refused

if TYPE_CHECKING:
    from productsapi.operations.pipelines import CiProvider, Settings
    from productsapi.stack import Stack

REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")
BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
REMOTE = re.compile(r"(?:\w+://(?:[^@/]+@)?|[^@/]+@)[^:/]+(?::\d+)?[:/](.+?)(?:\.git)?/?")
"""A remote's URL as git takes it: https, ssh, or the short form of ssh."""


@click.group("ci")
def command() -> None:
    """Write a pipeline: plan what is proposed, deploy what is merged.

    \b
    Examples:
      productsapi ci github
      productsapi ci gitlab -c config/prod.yaml
    """


def matching(pattern: re.Pattern[str], what: str) -> Callable[[Any, Any, str | None], str | None]:
    """A check of an option's value, whose text goes into files that others trust."""

    def check(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        if value is not None and not pattern.fullmatch(value):
            raise click.BadParameter(what)
        return value

    return check


def pipeline_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where it is to run, what it takes, and how it is written."""
    for option in (
        click.option("-y", "--yes", is_flag=True, help="Write over files that are there."),
        click.option("--install", help="What pip is to install: a name, a URL, or a path."),
        click.option("--profile", help="AWS profile to learn the account from."),
        click.option("--region", help="AWS Region, instead of the configuration's."),
        click.option(
            "--account", metavar="ID", callback=account_id, help="The account, without asking AWS."
        ),
        click.option(
            "--branch",
            default="main",
            show_default=True,
            callback=matching(BRANCH, "a branch has letters, digits and _ . / -"),
            help="The branch that is deployed when it is pushed to.",
        ),
        click.option(
            "--repository",
            metavar="OWNER/NAME",
            callback=matching(REPOSITORY, "it is OWNER/NAME."),
            help="By default the one that git's remote `origin` names.",
        ),
        config_option,
    ):
        function = option(function)
    return function


@command.command("github")
@pipeline_options
@click.option("--environment", help="An environment of GitHub's, which can ask before a deploy.")
def github_command(environment: str | None, **given: Any) -> None:
    """Write a workflow for GitHub Actions, and the two roles' trust and policies.

    A pull request gets the plan as a comment, a push to the branch is deployed. No key is stored.

    \b
    Examples:
      productsapi ci github
      productsapi ci github -c config/prod.yaml --environment production
      productsapi ci github --repository acme/shop --account 123456789012
    """
    from productsapi.operations.pipelines.github import github

    _write(lambda settings, stack: github(settings, stack.config.stack), environment, **given)


@command.command("gitlab")
@pipeline_options
@click.option(
    "--host",
    default="gitlab.com",
    show_default=True,
    callback=matching(HOST, "it is a host's name."),
    help="GitLab's host.",
)
def gitlab_command(host: str, **given: Any) -> None:
    """Write a pipeline for GitLab CI, and the two roles' trust and policies.

    A merge request gets the plan, a push to the branch is deployed. No key of AWS's is stored.

    \b
    Examples:
      productsapi ci gitlab
      productsapi ci gitlab --host gitlab.example.com --repository shop/api
    """
    from productsapi.operations.pipelines.gitlab import gitlab

    _write(lambda settings, _stack: gitlab(settings, host), None, **given)


def _write(
    provider_of: Callable[[Settings, Stack], CiProvider],
    environment: str | None,
    config: Path,
    region: str | None,
    profile: str | None,
    account: str | None,
    **given: Any,
) -> None:
    from productsapi.cli.policy import as_configured
    from productsapi.operations.pipelines import Settings, files, next_steps

    target = Target(config, region, profile, local=False)
    loaded = target.load()
    settings = Settings(
        given["repository"] or _origin(),
        given["branch"],
        _inside(config),
        given["install"] or _installed(),
        environment or "",
    )
    stack = as_configured(target, loaded, account).stack
    provider = provider_of(settings, stack)
    written = files(provider, settings, stack)
    _put(written, yes=given["yes"])
    print_unless_quiet("Next, once, with an administrator's rights (docs/ci.md):")
    for step in next_steps(provider, stack, written):
        print_unless_quiet(f"  {step}")
    print_unless_quiet("Then commit the files, and propose a change.")


def _put(written: Mapping[str, str], *, yes: bool) -> None:
    """Nothing is written over unasked, and nothing at all where that is declined."""
    from productsapi.cli.output import write_file
    from productsapi.cli.prompts import agreed, someone_is_there

    there = {path: _content(Path(path)) for path in written}
    changed = [path for path, content in there.items() if content not in {None, written[path]}]
    if changed and not yes:
        names = "\n  ".join(changed)
        if not someone_is_there():
            raise Refused(
                f"nothing was written, since these exist already:\n  {names}", "add --yes"
            )
        click.echo(f"Exists already, and differs:\n  {names}", err=True)
        agreed("Write over these?")
    for path, content in written.items():
        if there[path] == content:
            click.echo(f"{path} is as it should be")
            continue
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"{path} can't be written: {error.strerror}") from error
        write_file(Path(path), content)
        click.echo(f"Wrote {path}")


def _content(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}") from error


def _origin() -> str:
    """The repository that git's remote `origin` names. Raises Refused."""
    asked = git(Path(), ["remote", "get-url", "origin"])
    found = REMOTE.fullmatch(asked.strip()) if asked else None
    if found is None or not REPOSITORY.fullmatch(found[1]):
        text = "git's remote `origin` doesn't show which repository this is"
        raise Refused(text, "name it: --repository OWNER/NAME")
    return found[1]


def _inside(config: Path) -> str:
    """The configuration's path as the pipeline has it. Raises Refused for one elsewhere."""
    try:
        return config.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError as error:
        text = f"{config} isn't in this folder, and a pipeline starts in the repository's root"
        raise Refused(text, "go to the repository's root folder") from error


def _installed() -> str:
    """Productsapi itself, where this is its checkout; else this very version."""
    from productsapi import __version__

    parser = configparser.ConfigParser()
    try:
        parser.read("setup.cfg", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        parser.clear()
    own = parser.get("metadata", "name", fallback="") == "productsapi"
    return "." if own else f"productsapi=={__version__}"
