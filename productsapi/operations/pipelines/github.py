"""A workflow for GitHub Actions.

Tokens: docs.github.com, "OpenID Connect reference". A cancelled job's step gets SIGINT,
7.5 seconds later SIGTERM, 2.5 seconds later it is killed, and only the step's own process gets the
signals: hence `exec`.
"""

from __future__ import annotations

from productsapi.operations.pipelines import CiProvider, Settings

ISSUER = "token.actions.githubusercontent.com"
CHECKOUT = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
SETUP_PYTHON = "actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0"
CREDENTIALS = (
    "aws-actions/configure-aws-credentials@ececac1a45f3b08a01d2dd070d28d111c5fe6722 # v4.1.0"
)
"""By commit: a tag can be moved by whoever gets hold of the repository."""

BEGIN = f"""\
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {SETUP_PYTHON}
        with:
          python-version: "3.13"
      - name: Install productsapi
        run: @{{install}}
      - uses: {CREDENTIALS}
        with:
          role-to-assume: @{{ROLE}}
          aws-region: @{{region}}
"""
"""The first steps of both jobs."""

TEMPLATE = r"""# @{about}
# Plans each pull request, and deploys what is merged. No key is stored: docs/ci.md of productsapi.
name: @{stack}

on:
  pull_request:
    branches: [@{branch}]
  push:
    branches: [@{branch}]

permissions: {}

env:
  PRODUCTSAPI_CONFIG: @{config}
  NO_COLOR: "1"

jobs:
  plan:
    # A fork's pull request gets no token, so it is left out.
    if: >-
      github.event_name == 'pull_request'
      && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
      id-token: write
      pull-requests: write
    concurrency:
      group: @{stack}-plan-${{ github.event.pull_request.number }}
      cancel-in-progress: true
    steps:
BEGIN_AS_plan_role
      - name: Plan
        run: |
          productsapi plan --format markdown > plan.md
          cat plan.md >> "$GITHUB_STEP_SUMMARY"
      - name: Comment
        env:
          GH_TOKEN: ${{ github.token }}
          NUMBER: ${{ github.event.pull_request.number }}
        run: |
          { echo '<!-- productsapi plan @{stack} -->'; cat plan.md; } > comment.md
          issues="repos/$GITHUB_REPOSITORY/issues"
          former=$(gh api --paginate "$issues/$NUMBER/comments" --jq '
            .[] | select(.user.login == "github-actions[bot]")
            | select(.body | startswith("<!-- productsapi plan @{stack} -->")) | .id' | tail -n 1)
          if [ -n "$former" ]; then
            gh api --silent --method PATCH "$issues/comments/$former" --field body=@comment.md
          else
            gh api --silent --method POST "$issues/$NUMBER/comments" --field body=@comment.md
          fi

  deploy:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    timeout-minutes: 60@{environment}
    permissions:
      contents: read
      id-token: write
    # One after another, and none is cancelled for the next. Another run's lease is waited for too.
    concurrency:
      group: @{stack}-deploy
      cancel-in-progress: false
    steps:
BEGIN_AS_deploy_role
      - name: Deploy
        # exec, so that the signal of a cancelled run gets to the deploy, which ends in order.
        run: exec productsapi deploy --yes
"""


def github(settings: Settings, stack: str) -> CiProvider:
    deploys = (
        f"environment:{settings.environment}"
        if settings.environment
        else f"ref:refs/heads/{settings.branch}"
    )
    template = TEMPLATE
    for role in ("plan_role", "deploy_role"):
        template = template.replace(f"BEGIN_AS_{role}\n", BEGIN.replace("ROLE", role))
    return CiProvider(
        "github",
        ISSUER,
        audience="sts.amazonaws.com",
        path=f".github/workflows/{stack}.yml",
        template=template,
        plan=f"repo:{settings.repository}:pull_request",
        deploy=f"repo:{settings.repository}:{deploys}",
    )
