"""What a script consists of beside the commands."""

BEGIN = r"""#!/usr/bin/env bash
{about}
#
# API Gateway's templates have variables of their own, which are in single quotes:
# shellcheck disable=SC2016
set -euo pipefail

SOURCES=$(realpath "${{1:-lambda_src}}")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
exec 3>&1 >/dev/null # what AWS answers isn't shown; what is said goes to 3

# One try for each call: where an answer was lost, a second REST API or pool would be made.
export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_PAGER='' AWS_MAX_ATTEMPTS=1

# What AWS says of things that pass by themselves, such as a role that isn't known everywhere yet.
NOT_YET={not_yet}

aws() {{
    for _ in {{1..60}}; do
        if command aws "$@" 2>errors; then return; fi
        grep -Eiq "$NOT_YET" errors || break
        sleep 5
    done
    cat errors >&2
    return 1
}}

say() {{
    echo "$*" >&3
}}

ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
if [ "$ACCOUNT" != {account} ]; then
    say "These are credentials of account $ACCOUNT, and this is for account {account}."
    exit 1
fi

say 'Packing the functions'
python3 - "$SOURCES" {functions} <<'END'
{packing}
END"""

PACKING = """\
import pathlib
import sys
import zipfile

sources = pathlib.Path(sys.argv[1])


def entries(folder, prefix=""):
    for path in (sources / folder).rglob("*"):
        name = path.relative_to(sources / folder)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            content = path.read_bytes()
            if path.suffix in {".py", ".json"}:
                content = content.replace(b"\\r\\n", b"\\n")
            yield prefix + name.as_posix(), content


# The same sources always give the same zip, so that its hash shows whether they have changed.
for function in sys.argv[2:]:
    work, name = function.split("=")
    files = {**dict(entries(work + "_product")), **dict(entries("shared", "shared/"))}
    with zipfile.ZipFile(name + ".zip", "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[path])"""
"""As packaging.py does it, byte for byte."""

HASHED = """\
# All that the deployment freezes, in one hash: by it a later run knows what is served.
{name}=$(
    printf '%s' {text} | python3 -c '
import hashlib, sys
print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:{digest}])'
)"""

USER = """\
# The guide's test user. The password is asked for, and is in no command line.
if [ -t 0 ]; then
    read -rp 'Name of a first user (Enter: none): ' NAME
    if [ -n "$NAME" ]; then
        read -rsp 'Password: ' PASSWORD
        say
        {made}
    fi
fi
"""
SIGNED_UP = """\
command aws cognito-idp sign-up --client-id "$CLIENT_ID" --username "$NAME" \\
            --user-attributes "Name=email,Value=$NAME@example.com" \\
            --password file://<(printf %s "$PASSWORD")
        aws cognito-idp admin-confirm-sign-up --user-pool-id "$USER_POOL_ID" --username "$NAME\""""
MADE_BY_AN_ADMINISTRATOR = """\
aws cognito-idp admin-create-user --user-pool-id "$USER_POOL_ID" --username "$NAME" \\
            --user-attributes "Name=email,Value=$NAME@example.com" --message-action SUPPRESS
        command aws cognito-idp admin-set-user-password --user-pool-id "$USER_POOL_ID" \\
            --username "$NAME" --permanent --password file://<(printf %s "$PASSWORD")"""
