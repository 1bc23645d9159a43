#!/usr/bin/env bash
# policyuniverse 1.5.1.20231109, expander_minimizer
#
# Guess: a minimized statement grants what the long one did: shorter with wildcards, and expanded again the same
#   actions. A wildcard that would grant more isn't taken.
# Behaviour: right for most lists, but an action whose name begins with another one of the list can be lost, with
#   no error: ListUsersInGroup beside ListUsers, ListFunctionsByCodeSigningConfig beside ListFunctions. Alone each
#   is kept, and so is GetRolePolicy beside GetRole. A role with the minimized policy lacks the permission.
# Seen:
#   cognito-idp:listusers, cognito-idp:listusersingroup  ->  cognito-idp:listusers
#   cognito-idp:listusersingroup                         ->  cognito-idp:listusersi*
#   iam:getrole, iam:getrolepolicy                       ->  iam:getr*
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile policyuniverse==1.5.1.20231109 2>"$room/log" ||
    { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
import contextlib
import io

from policyuniverse.expander_minimizer import get_actions_from_statement, minimize_statement_actions


def lost(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it thinks of each prefix
        short = minimize_statement_actions(statement)
        granted = get_actions_from_statement({**statement, "Action": short})
    print(f"{', '.join(actions):52} ->  {', '.join(short)}")
    assert granted <= set(actions), "it grants more"
    return set(actions) - set(granted)


users, in_group = "cognito-idp:listusers", "cognito-idp:listusersingroup"
functions, by_signing = "lambda:listfunctions", "lambda:listfunctionsbycodesigningconfig"
assert lost(users, in_group) == {in_group}, "it changed"
assert lost(functions, by_signing) == {by_signing}, "it changed"
assert lost(in_group) == lost(by_signing) == lost("iam:getrole", "iam:getrolepolicy") == set(), "it loses others, too"
PY
