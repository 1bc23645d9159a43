"""AWS's errors in a person's words: what botocore raises becomes one of our tree, in one place."""

from __future__ import annotations

from botocore import exceptions as boto

from productsapi.aws.place import Place
from productsapi.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    ConfigError,
    CredentialsError,
    Interrupted,
    NotFound,
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
}
EXISTING = {
    "EntityAlreadyExists",
    "ResourceAlreadyExistsException",
    "ParameterAlreadyExists",
    "UsernameExistsException",
    "GroupExistsException",
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

SERVER_ERROR = 500

NEW_CREDENTIALS = "sign in again (`aws sso login`, or new keys), then repeat the command"
CHECK_CLOCK = "check the access key, and that this machine's clock is right"


def iam_action(service: str, operation: str, http_method: str) -> str:
    """The permission that a call needs; API Gateway names its permissions by HTTP verb."""
    return f"apigateway:{http_method}" if service == "apigateway" else f"{service}:{operation}"


def translate(
    error: Exception, service: str, operation: str, http_method: str, place: Place | None
) -> ProductsApiError:
    """The error of our tree for one that botocore raised in `operation`."""
    if isinstance(error, boto.ClientError):
        return _answered(error, service, operation, http_method)
    if isinstance(error, boto.ProfileNotFound):
        return CredentialsError(
            str(error), "list the known ones with `aws configure list-profiles`"
        )
    if isinstance(error, (boto.NoCredentialsError, boto.PartialCredentialsError)):
        return CredentialsError(
            "no AWS credentials were found",
            "set them up with `aws configure`, choose a profile with --profile, "
            "or try it without an account: add --local",
        )
    if isinstance(error, _credential_errors()):
        return CredentialsError(f"the AWS credentials can't be used: {error}", NEW_CREDENTIALS)
    if isinstance(error, (boto.EndpointConnectionError, boto.ConnectTimeoutError)):
        return _unreachable(error, operation, place)
    if isinstance(error, (boto.HTTPClientError, boto.ConnectionError)):
        return Interrupted(
            operation, "ConnectionLost", f"the connection broke: {error}", "repeat the command"
        )
    if isinstance(error, boto.BotoCoreError):
        return ConfigError(f"{operation}: {error}")
    raise error


def _answered(
    error: boto.ClientError, service: str, operation: str, http_method: str
) -> ProductsApiError:
    answer = error.response.get("Error", {})
    code, text = answer.get("Code", "Unknown"), answer.get("Message", "") or str(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in EXPIRED:
        return CredentialsError(f"the AWS credentials have expired ({code})", NEW_CREDENTIALS)
    if code in BAD_CREDENTIALS:
        return CredentialsError(f"AWS doesn't accept the credentials: {text} ({code})", CHECK_CLOCK)
    if code in DENIED:
        action = iam_action(service, operation, http_method)
        hint = f"ask for the permission {action}, or use another profile (--profile)"
        return AccessDenied(operation, code, f"{action} isn't allowed: {text}", hint)
    if code in MISSING:
        return NotFound(operation, code, text)
    if code in EXISTING or (operation, code) in EXISTING_BY_OPERATION:
        return AlreadyExists(operation, code, text)
    if status >= SERVER_ERROR:
        return Interrupted(operation, code, text, "AWS had a fault of its own: repeat the command")
    return AwsError(operation, code, text)


def _unreachable(error: Exception, operation: str, place: Place | None) -> ProductsApiError:
    if place and place.local:
        hint = "see `productsapi local status`; `productsapi local up` starts it again"
        return Interrupted(operation, "LocalCloudGone", "the local cloud doesn't answer", hint)
    hint = "check the network, the Region's name and AWS_ENDPOINT_URL"
    return Interrupted(operation, "Unreachable", str(error), hint)


def _credential_errors() -> tuple[type[Exception], ...]:
    return (
        boto.CredentialRetrievalError,
        boto.SSOError,
        boto.TokenRetrievalError,
        boto.InvalidConfigError,
        boto.ConfigParseError,
        boto.ConfigNotFound,
    )
