"""AWS credentials: how botocore may ask for them, and what it means that they can't be had.

Botocore takes them from a dozen sources, when it makes a client, when it signs and when it renews
them, in whatever thread that is, and what goes wrong on the way it lets through as it comes: a
process's garbage as a JSONDecodeError, a missing token file as an OSError.
"""

from __future__ import annotations

import getpass
import subprocess
import sys
import traceback
from collections.abc import Iterator
from typing import Any

from botocore import exceptions as boto

from productsapi.errors import CredentialsError

SOURCES = {"botocore.credentials", "botocore.tokens", "botocore.configloader"}
"""Where what is raised, by whomever, concerns credentials."""
KINDS = (
    boto.ProfileNotFound,
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.UnknownCredentialError,
    boto.RefreshWithMFAUnsupportedError,
    boto.MetadataRetrievalError,
    boto.SSOError,
    boto.LoginError,
    boto.NoAuthTokenError,
    boto.TokenRetrievalError,
    boto.InvalidConfigError,
    boto.ConfigParseError,
    boto.ConfigNotFound,
    boto.MissingDependencyException,
)
NO_ANSWER = (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError)
"""Of a service that gives credentials: as good as no answer of the one that was asked."""

EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
NEW_CREDENTIALS = (
    "sign in again (`aws sso login`, `aws login`, or new keys), then repeat the command; "
    "exported keys (AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN) take precedence over a profile"
)
LIST_PROFILES = "list the known ones with `aws configure list-profiles`"
NONE_FOUND = (
    "set them up with `aws configure`, choose a profile with --profile, "
    "or try it without an account: add --local"
)
ASK_AGAIN = "repeat the command, which asks for a new MFA code, and goes on from here"
SSO = "sign in again: `aws sso login`, with the profile's --profile, and check its account and role"
LOGIN = "sign in again: `aws login`, with the profile's --profile"
HINTS_BY_KIND: tuple[tuple[type[Exception], str], ...] = (
    (boto.ProfileNotFound, LIST_PROFILES),
    (boto.NoCredentialsError, NONE_FOUND),
    (boto.PartialCredentialsError, "give both the key and its secret, or neither"),
    (boto.RefreshWithMFAUnsupportedError, ASK_AGAIN),
    (boto.SSOError, SSO),
    (boto.TokenRetrievalError, SSO),
    (boto.LoginError, LOGIN),
    (boto.ConfigParseError, "correct that file; `aws configure list` reads it too"),
    (boto.ConfigNotFound, "check AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"),
    (boto.InvalidConfigError, "correct the profile in ~/.aws/config"),
    (boto.MissingDependencyException, "pip install 'botocore[crt]', or sign in another way"),
    (boto.UnknownCredentialError, "correct credential_source in ~/.aws/config"),
)
PROCESS = (
    "run the profile's credential_process by hand: it has to print JSON, with Version 1, "
    "AccessKeyId, SecretAccessKey, and an Expiration in the future"
)
WEB_IDENTITY = (
    "check AWS_WEB_IDENTITY_TOKEN_FILE, and that the trust policy of the role (AWS_ROLE_ARN) "
    "accepts this token; a CI job needs permission to request one (`id-token: write`, on GitHub)"
)
CONTAINER = "check the role of the task or pod, and AWS_CONTAINER_CREDENTIALS_FULL_URI"
INSTANCE = "check that the instance has a role, and lets its metadata be read"
ROLE = "check the profile's role_arn, where it starts from, and the role's trust policy"
HINTS_BY_SOURCE = (
    ("ProcessProvider", PROCESS),
    ("WebIdentity", WEB_IDENTITY),
    ("SSO", SSO),
    ("Login", LOGIN),
    ("Container", CONTAINER),
    ("InstanceMetadata", INSTANCE),
    ("AssumeRole", ROLE),
)
"""By a part of the name of botocore's class for it; the one nearest to the fault counts."""


def settle(session: Any) -> None:
    """Keep a session's credentials from reading what is piped to us, which may be a password.

    Botocore lets a credential_process inherit standard input, and where there is no terminal its
    prompt for an MFA code reads it too.
    """
    chain = session.get_component("credential_provider")
    for provider in chain.providers:
        _settle(provider)


def concerned(error: BaseException) -> bool:
    """Whether an error says that there are no credentials to be used."""
    if isinstance(error, NO_ANSWER):
        return False
    return isinstance(error, KINDS) or any(
        frame.f_globals.get("__name__") in SOURCES for frame in _frames(error)
    )


def unusable(error: BaseException) -> CredentialsError:
    """Our error for one that is `concerned` with credentials."""
    if isinstance(error, boto.NoCredentialsError):
        return CredentialsError("no AWS credentials were found", NONE_FOUND)
    if isinstance(error, boto.ProfileNotFound):
        return CredentialsError(str(error), LIST_PROFILES)
    by_kind = (hint for kind, hint in HINTS_BY_KIND if isinstance(error, kind))
    hint = next(by_kind, "") or _by_source(error) or NEW_CREDENTIALS
    return CredentialsError(f"the AWS credentials can't be used: {_describe(error)}", hint)


def _describe(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    if isinstance(error, boto.ClientError):  # what may follow is the request, with its token
        return lines[0]
    if isinstance(error, (boto.BotoCoreError, OSError, RuntimeError)):  # the last says what it was
        return " ... ".join(dict.fromkeys((lines[0], lines[-1])))
    return f"their source returned data of another form than required ({lines[0]})"


def _by_source(error: BaseException) -> str:
    if isinstance(error, boto.ClientError):
        if error.response.get("Error", {}).get("Code") in EXPIRED:
            return NEW_CREDENTIALS
        if "WebIdentity" in error.operation_name:
            return WEB_IDENTITY
    for frame in reversed(list(_frames(error))):
        source = type(frame.f_locals.get("self")).__name__
        for part, hint in HINTS_BY_SOURCE:
            if part in source and frame.f_globals.get("__name__", "").startswith("botocore."):
                return hint
    return ""


def _frames(error: BaseException) -> Iterator[Any]:
    return (frame for frame, _ in traceback.walk_tb(error.__traceback__))


def _settle(provider: Any) -> None:
    if hasattr(provider, "_popen"):
        provider._popen = _run_apart  # noqa: SLF001 - botocore has no other way, nor has the AWS CLI
    if hasattr(provider, "_prompter"):
        provider._prompter = _ask  # noqa: SLF001
    if getattr(provider, "_profile_provider_builder", None):
        provider._profile_provider_builder = _Settled(  # noqa: SLF001
            provider._profile_provider_builder  # noqa: SLF001
        )


class _Settled:
    """The sources of a source_profile, settled too."""

    def __init__(self, builder: Any) -> None:
        self._builder = builder

    def providers(self, *args: Any, **rest: Any) -> list[Any]:
        made: list[Any] = self._builder.providers(*args, **rest)
        for provider in made:
            _settle(provider)
        return made


def _at_a_terminal() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def _run_apart(command: list[str], **rest: Any) -> subprocess.Popen[bytes]:
    if not _at_a_terminal():
        rest["stdin"] = subprocess.DEVNULL
    return subprocess.Popen(command, **rest)  # noqa: S603 - the user's own, from ~/.aws/config


def _ask(prompt: str) -> str:
    """Raises CredentialsError where nobody is there to type a code."""
    if not _at_a_terminal():
        device = prompt.removeprefix("Enter MFA code for ").rstrip(": ")
        raise CredentialsError(
            f"the profile asks for an MFA code ({device}), and nobody is at a terminal to type it",
            "run it in a terminal, or export the role's credentials before it: "
            "`aws configure export-credentials --format env`, with the profile's --profile",
        )
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise CredentialsError("no MFA code was typed", ASK_AGAIN) from None
