"""`productsapi plan`."""

from __future__ import annotations

from typing import Any

import click

from productsapi.cli.opened_stack import open_stack
from productsapi.cli.options import allowing_options, detail_option, json_option, target_options
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.tracing import trace_options

CHANGES_FOUND = 2


@click.command("plan")
@target_options
@trace_options
@allowing_options
@json_option
@detail_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="markdown: for the comment of a pull request, at most 65,000 characters.",
)
@click.option(
    "--guide",
    "as_guide",
    is_flag=True,
    help="The aws commands that would do it, under the manual guide's headings, explained.",
)
@click.option(
    "--script",
    is_flag=True,
    help="With --guide: a shell script, for an account that has none of it.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 2 when there is something to do.")
@click.option(
    "--allow-blocked-runtime",
    is_flag=True,
    help="Plan even where AWS is said to refuse the runtime.",
)
def command(
    target: Target,
    allowed: dict[str, Any],
    as_json: bool,
    detail: bool,
    form: str,
    as_guide: bool,
    script: bool,
    exit_code: bool,
    allow_blocked_runtime: bool,
) -> int:
    """Show what deploy would do: a line a step, or field by field. Changes nothing.

    \b
    Examples:
      productsapi plan --local
      productsapi plan --detail
      productsapi plan -c config/prod.yaml --exit-code
      productsapi plan --json
      productsapi plan --format markdown > comment.md
      productsapi plan --guide | less
      productsapi plan --guide --script > deploy.sh
    """
    if script and not as_guide:
        raise click.UsageError("--script says how to write the --guide.")
    if as_guide and (as_json or detail or form != "text"):
        raise click.UsageError("--guide is a form of its own: not with --json, --format, --detail.")
    opened = open_stack(target, **allowed)
    from productsapi.cli.deploy_plan import planned
    from productsapi.cli.output import print_json
    from productsapi.cli.plan_detail import plan_as_json, print_plan
    from productsapi.cli.plan_screen import heading, print_heading, print_screen
    from productsapi.releases.code_files import with_files

    plan, reading = planned(opened, allow_blocked_runtime=allow_blocked_runtime, only_shown=True)
    if as_guide:
        from productsapi.cli.guide import print_guide

        print_guide(opened, plan, reading, as_script=script)
        return CHANGES_FOUND if exit_code and plan.to_do else 0
    plan = with_files(plan, opened.stack, opened.printing_waits(), opened.aws.clients.network)
    if as_json or form == "json":
        print_json(plan_as_json(plan))
    elif form == "markdown":
        from productsapi.cli.plan_markdown import markdown

        click.echo(markdown(heading(opened.stack), plan), nl=False)
    else:
        print_heading(opened.stack, err=False)
        if detail:
            print_plan(plan, err=False)
        else:
            print_screen(plan, err=False, way="deploy --adopt" if allowed["adopt"] else "deploy")
        if plan.to_do:
            print_unless_quiet(f"Next: {target.command('deploy')}")
    return CHANGES_FOUND if exit_code and plan.to_do else 0
