"""What whoever runs productsapi must be allowed by IAM, by job.

One table, from which the printed policies are made, and by which `doctor` asks IAM's simulator.

Each module holds the lines of some services: for each operation that we call the action that AWS
demands, on what of the stack's, for which jobs, and where AWS says so. What AWS demands beside the
operation's own action, such as tagging on creation, is a line of its own that names the parameter.

To add a call: put a line into its service's module, or into a new one that `TABLE` then names; what
an option needs is in its own folder, options/NAME/rights.py. `calls(...)` writes plain lines,
`Right(...)` those with more to state. A call that only some configurations make takes `when=`, a
question to the scope, whose `stack.config` says what is switched on. What removes an option that
is switched off may depend on the same: docs/policy.md says to keep the policy until then. A
resource that no function of stack/iam_right.py names is one more such function.

tests/unit/operator_policy/ finds calls without a line, and lines without a call.
"""

from __future__ import annotations

from productsapi.operator_policy import data, functions, gateway, roles, users
from productsapi.operator_policy.document import (
    LIMIT,
    Document,
    Statement,
    documents,
    size,
    statements,
)
from productsapi.options.registry import OPTIONS
from productsapi.stack.iam_right import Job, Right, Scope

TABLE: tuple[Right, ...] = (
    *data.RIGHTS,
    *functions.RIGHTS,
    *gateway.RIGHTS,
    *roles.RIGHTS,
    *users.RIGHTS,
    *(right for option in OPTIONS for right in option.rights),
)

NOTHING_NEEDED = {
    "GetCallerIdentity": "answered to everybody, whatever his policies say",
    "InitiateAuth": "sent unsigned: the user's password or refresh token is what counts",
    "RespondToAuthChallenge": "sent unsigned: the session and what it is answered with count",
    "RevokeToken": "sent unsigned: the refresh token is what counts",
    "SimulatePrincipalPolicy": "reveals others' rights, so doctor does without, and says so",
}
"""Operations that we call and that no policy allows, with the reason."""

__all__ = ["LIMIT", "TABLE", "Job", "Right", "Scope", "Statement", "policies", "size"]


def needed(job: Job, scope: Scope) -> tuple[Right, ...]:
    """The lines that count for a job on a stack."""
    return tuple(right for right in TABLE if job in right.jobs and right.when(scope))


def policies(job: Job, scope: Scope) -> tuple[Document, ...]:
    """The least that IAM must allow for a job on a stack: one policy, or more where one is full."""
    return documents(needed(job, scope), scope)


def asked(job: Job, scope: Scope) -> tuple[Statement, ...]:
    """The same in plain values, by the names alone that AWS is sure to use."""
    return statements(needed(job, scope), scope)
