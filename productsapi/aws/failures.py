"""AWS's errors in a person's words: what botocore raises becomes one of our tree, in one place."""

from __future__ import annotations

import re

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from productsapi.aws.place import Place
from productsapi.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    ConfigError,
    CredentialsError,
    Interrupted,
    NotFound,
    Outdated,
    ProductsApiError,
)

DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "AuthorizationErrorException",
}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
BAD_CREDENTIALS = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "MissingAuthenticationToken",
}
MISSING = {
    "ResourceNotFoundException",
    "NotFoundException",
    "NoSuchEntity",
    "TableNotFoundException",
    "ParameterNotFound",
    "NotFound",  # of SNS
    "ResourceNotFound",  # of CloudWatch's dashboards
    "DashboardNotFoundError",
}
OUTDATED = {"PreconditionFailedException"}
"""Of Lambda, HTTP 412: the revision that a change names isn't the latest."""
EXISTING = {
    "EntityAlreadyExists",
    "ResourceAlreadyExistsException",
    "ParameterAlreadyExists",
    "UsernameExistsException",
    "GroupExistsException",
    "ResourceExistsException",
}
EXISTING_BY_OPERATION = {
    ("CreateTable", "ResourceInUseException"),
    ("CreateFunction", "ResourceConflictException"),
    ("CreateAlias", "ResourceConflictException"),
    ("AddPermission", "ResourceConflictException"),
    ("CreateResource", "ConflictException"),
    ("CreateStage", "ConflictException"),
    ("CreateAuthorizer", "ConflictException"),
    ("PutMethod", "ConflictException"),
}
"""Codes that mean «there is one already» for these operations and something else for others."""

WITHOUT_CREDENTIALS = (
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
)
NO_ANSWER = (
    boto.HTTPClientError,
    boto.ConnectionError,
    boto.IncompleteReadError,
    ResponseParserError,
)
SERVER_ERROR = 500

MEASURED = " String measured:"
"""Behind it Lambda repeats a function's whole environment, others' variables too, where it is over
4 KB (github-aws-runners/terraform-aws-github-runner, issue 3594)."""

NEW_CREDENTIALS = "sign in again (`aws sso login`, or new keys), then repeat the command"
CHECK_KEY = (
    "check the access key, that this machine's clock is right, "
    "and that the account has this Region enabled"
)


def iam_action(service: str, operation: str, http_method: str) -> str:
    """The permission that a call needs; API Gateway names its permissions by HTTP verb."""
    return f"apigateway:{http_method}" if service == "apigateway" else f"{service}:{operation}"


def translate(
    error: Exception, service: str, operation: str, request: str, place: Place | None
) -> ProductsApiError:
    """The error of our tree for one that botocore raised in `operation`.

    `request` is the operation's HTTP verb, and its path if that is known: `POST /restapis`.
    """
    if isinstance(error, boto.ClientError) and error.operation_name == operation:
        return _answered(error, service, operation, request)
    if isinstance(error, (*WITHOUT_CREDENTIALS, boto.ClientError)):  # AssumeRole's, for one
        return _without_credentials(error)
    if isinstance(error, NO_ANSWER):
        return _no_answer(error, operation, place)
    if isinstance(error, boto.BotoCoreError):
        return ConfigError(f"{operation}: {error}")
    raise error


def _answered(
    error: boto.ClientError, service: str, operation: str, request: str
) -> ProductsApiError:
    answer = error.response.get("Error", {})
    code, text = answer.get("Code", "Unknown"), answer.get("Message", "") or str(error)
    text = text.partition(MEASURED)[0]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in EXPIRED:
        return CredentialsError(f"the AWS credentials have expired ({code})", NEW_CREDENTIALS)
    if code in BAD_CREDENTIALS:
        told = _first_line(text)
        return CredentialsError(f"AWS doesn't accept the credentials: {told} ({code})", CHECK_KEY)
    if code in DENIED:
        named = re.search(r"not authorized to perform: ([\w-]+:\w+)", text)
        verb, _, path = request.partition(" ")
        action = named[1] if named else iam_action(service, operation, verb)
        if path and action == f"apigateway:{verb}":  # by itself a verb says little
            action = f"{action} on {path}"
        hint = f"ask for the permission {action}, or use another profile (--profile)"
        return AccessDenied(operation, code, f"{action} isn't allowed: {text}", hint)
    if code in MISSING:
        return NotFound(operation, code, text)
    if code in EXISTING or (operation, code) in EXISTING_BY_OPERATION:
        return AlreadyExists(operation, code, text)
    if code in OUTDATED:
        return Outdated(operation, code, text, "repeat the command: it looks again")
    if status >= SERVER_ERROR:
        return Interrupted(operation, code, text, "AWS had a fault of its own: repeat the command")
    return AwsError(operation, code, text)


def _without_credentials(error: Exception) -> CredentialsError:
    if isinstance(error, boto.ProfileNotFound):
        hint = "list the known ones with `aws configure list-profiles`"
        return CredentialsError(str(error), hint)
    if isinstance(error, boto.NoCredentialsError):
        return CredentialsError(
            "no AWS credentials were found",
            "set them up with `aws configure`, choose a profile with --profile, "
            "or try it without an account: add --local",
        )
    told = _first_line(str(error))
    return CredentialsError(f"the AWS credentials can't be used: {told}", NEW_CREDENTIALS)


def _first_line(text: str) -> str:
    """Without what may follow: the request as AWS read it, whose headers hold the session token."""
    return text.partition("\n")[0]


def _no_answer(error: Exception, operation: str, place: Place | None) -> Interrupted:
    if isinstance(error, ResponseParserError):
        hint = "check AWS_ENDPOINT_URL, and whether a proxy stands in between"
        return Interrupted(operation, "Unintelligible", "the answer isn't in AWS's form", hint)
    if not isinstance(error, (boto.EndpointConnectionError, boto.ConnectTimeoutError)):
        text = f"the connection broke: {error}"
        return Interrupted(operation, "ConnectionLost", text, "repeat the command")
    if place and place.local:
        hint = "see `productsapi local status`; `productsapi local up` starts it again"
        return Interrupted(operation, "LocalCloudGone", "the local cloud doesn't answer", hint)
    hint = "check the network, the Region's name and AWS_ENDPOINT_URL"
    return Interrupted(operation, "Unreachable", str(error), hint)
