"""botocore's errors in our words: the kind, the exit code, what is named, and what to do next."""

from __future__ import annotations

import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from productsapi.aws.error_mapping import EXISTING_BY_OPERATION, translate
from productsapi.aws.location import Location
from productsapi.errors import (
    AccessDenied,
    AlreadyExists,
    AwsError,
    ConfigError,
    CredentialsError,
    Interrupted,
    NotFound,
    ProductsApiError,
    Unintelligible,
)

AWS = Location("eu-west-2", "123456789012")
LOCAL = Location("eu-west-2", "000000000000", endpoint_url="http://127.0.0.1:24566", local=True)
EXPIRED = "The security token included in the request is expired"
SKEWED = "Signature expired: 20261122T100000Z is now earlier than 20261122T110000Z"
PASS_ROLE = "User: u is not authorized to perform: iam:PassRole on resource: r because no policy"
URL = {"endpoint_url": "https://dynamodb.eu-west-2.amazonaws.com/"}


def answer(code: str, text: str = "", status: int = 400, operation: str = "") -> boto.ClientError:
    response = {
        "Error": {"Code": code, "Message": text},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return boto.ClientError(response, operation)


ANSWERED = [
    # service and operation, code and text, status → kind, what the message and the hint say
    ("dynamodb CreateTable", "AccessDeniedException", "User: u is not allowed", 400,
     AccessDenied, "dynamodb:CreateTable isn't allowed", "permission dynamodb:CreateTable"),
    ("lambda CreateFunction", "AccessDeniedException", PASS_ROLE, 403,
     AccessDenied, "iam:PassRole isn't allowed", "permission iam:PassRole"),
    ("iam CreateRole", "AccessDenied", "User: u is not authorized", 403,
     AccessDenied, "iam:CreateRole", "--profile"),
    ("apigateway CreateRestApi", "AccessDeniedException", "no", 403,
     AccessDenied, "apigateway:POST", "apigateway:POST"),
    ("cognito-idp CreateUserPool", "AccessDeniedException", "no", 400,
     AccessDenied, "cognito-idp:CreateUserPool", "cognito-idp:CreateUserPool"),
    ("dynamodb DescribeTable", "ExpiredTokenException", EXPIRED, 400,
     CredentialsError, "have expired", "aws sso login"),
    ("iam GetRole", "ExpiredToken", EXPIRED, 403, CredentialsError, "have expired", "sign in"),
    ("iam GetRole", "RequestExpired", "Request has expired.", 400,
     CredentialsError, "have expired", "sign in"),
    ("iam GetRole", "SignatureDoesNotMatch", SKEWED, 403,
     CredentialsError, "Signature expired", "clock"),
    ("dynamodb DescribeTable", "InvalidSignatureException", SKEWED, 400,
     CredentialsError, "Signature expired", "clock"),
    ("sts GetCallerIdentity", "InvalidClientTokenId", "The security token is invalid", 403,
     CredentialsError, "doesn't accept the credentials", "Region"),
    ("dynamodb DescribeTable", "UnrecognizedClientException", "The security token is invalid", 400,
     CredentialsError, "doesn't accept the credentials", "access key"),
    ("dynamodb DescribeTable", "ResourceNotFoundException", "no table", 400,
     NotFound, "DescribeTable: no table", ""),
    ("dynamodb DescribeContinuousBackups", "TableNotFoundException", "no table", 400,
     NotFound, "no table", ""),
    ("iam GetRole", "NoSuchEntity", "cannot be found", 404, NotFound, "cannot be found", ""),
    ("apigateway GetRestApi", "NotFoundException", "Invalid API id", 404, NotFound, "API id", ""),
    ("iam CreateRole", "EntityAlreadyExists", "exists", 409, AlreadyExists, "exists", ""),
    ("logs CreateLogGroup", "ResourceAlreadyExistsException", "e", 400, AlreadyExists, "e", ""),
    ("ssm PutParameter", "ParameterAlreadyExists", "exists", 400, AlreadyExists, "exists", ""),
    ("dynamodb UpdateTable", "ResourceInUseException", "in use", 400, AwsError, "in use", ""),
    ("lambda UpdateAlias", "ResourceConflictException", "c", 409, AwsError, "UpdateAlias: c", ""),
    ("apigateway UpdateMethod", "ConflictException", "c", 409, AwsError, "c", ""),
    ("lambda GetFunction", "ServiceException", "oops", 500, Interrupted, "oops", "repeat"),
    ("cognito-idp CreateUserPool", "InternalErrorException", "", 500,
     Interrupted, "CreateUserPool", "repeat the command"),
    ("iam CreateRole", "MalformedPolicyDocument", "bad", 400,
     AwsError, "CreateRole: bad (MalformedPolicyDocument)", ""),
]  # fmt: skip


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: f"{case[0]} {case[1]}")
def test_an_aws_error_becomes_its_kind_with_what_next(
    case: tuple[str, str, str, int, type[ProductsApiError], str, str],
) -> None:
    call, code, text, status, kind, says, hints = case
    service, operation = call.split()
    reported = translate(answer(code, text, status, operation), service, operation, "POST", AWS)
    assert type(reported) is kind
    assert says in reported.message
    assert hints in reported.hint
    assert (reported.exit_code == 4) == issubclass(kind, (AccessDenied, CredentialsError))


def test_api_gateways_right_is_its_verb_and_path() -> None:
    """And what AWS asks for besides, by a name of its own, as it names it."""
    request = "POST /restapis/{restapi_id}/stages"
    denied = answer("AccessDeniedException", "no", 403, "CreateStage")
    reported = translate(denied, "apigateway", "CreateStage", request, AWS)
    assert "apigateway:POST on /restapis/{restapi_id}/stages isn't allowed" in reported.message
    assert "permission apigateway:POST on /restapis/{restapi_id}/stages" in reported.hint
    text = "User: u is not authorized to perform: apigateway:PUT on resource: r"
    tagging = answer("AccessDeniedException", text, 403, "CreateStage")
    reported = translate(tagging, "apigateway", "CreateStage", request, AWS)
    assert "CreateStage: apigateway:PUT isn't allowed" in reported.message
    assert "on resource: r" in reported.message


@pytest.mark.parametrize(("operation", "code"), sorted(EXISTING_BY_OPERATION))
def test_a_code_is_existing_to_a_create_else_conflict(operation: str, code: str) -> None:
    create = translate(answer(code, "exists", 409, operation), "any", operation, "POST", AWS)
    change = translate(answer(code, "busy", 409, "UpdateIt"), "any", "UpdateIt", "POST", AWS)
    assert (type(create), type(change)) == (AlreadyExists, AwsError)


FAILED = [
    # what botocore raised → kind, what the message and the hint say
    (boto.NoCredentialsError(), CredentialsError, "no AWS credentials", "--local"),
    (boto.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
     CredentialsError, "aws_secret_access_key", "both"),
    (boto.ProfileNotFound(profile="nowhere"), CredentialsError, "nowhere", "list-profiles"),
    (boto.CredentialRetrievalError(provider="process", error_msg="exit 1"),
     CredentialsError, "exit 1", "sign in"),
    (boto.UnauthorizedSSOTokenError(), CredentialsError, "SSO", "aws sso login"),
    (boto.SSOTokenLoadError(error_msg="no token"), CredentialsError, "no token", "aws sso login"),
    (boto.TokenRetrievalError(provider="sso", error_msg="expired"),
     CredentialsError, "expired", "aws sso login"),
    (boto.LoginError(), CredentialsError, "credentials", "sign in"),
    (boto.ConfigParseError(path="/config"), CredentialsError, "/config", ""),
    (answer("AccessDenied", "not authorized to perform: sts:AssumeRole", 403, "AssumeRole"),
     CredentialsError, "sts:AssumeRole", "sign in"),
    (boto.EndpointConnectionError(**URL), Interrupted, "Could not connect", "Region"),
    (boto.ConnectTimeoutError(**URL), Interrupted, "timeout", "AWS_ENDPOINT_URL"),
    (boto.ConnectionClosedError(**URL), Interrupted, "the connection broke", "repeat"),
    (boto.ReadTimeoutError(**URL), Interrupted, "the connection broke", "repeat"),
    (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2),
     Interrupted, "the connection broke", "repeat"),
    (boto.SSLError(**URL, error="certificate"), Interrupted, "certificate", ""),
    (ResponseParserError("<html>"), Unintelligible, "AWS's form", "proxy"),
    (boto.ParamValidationError(report="Invalid length"), ConfigError, "Invalid length", ""),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind", "says", "hints"), FAILED)
def test_what_never_became_an_answer_is_reported_too(
    error: Exception, kind: type[ProductsApiError], says: str, hints: str
) -> None:
    reported = translate(error, "dynamodb", "DescribeTable", "POST", AWS)
    assert type(reported) is kind
    assert says in reported.message
    assert hints in reported.hint


def test_a_dead_local_cloud_is_called_by_its_name() -> None:
    reported = translate(
        boto.EndpointConnectionError(endpoint_url=LOCAL.endpoint_url), "sts", "X", "POST", LOCAL
    )
    assert isinstance(reported, Interrupted)
    assert "local cloud" in reported.message
    assert "productsapi local up" in reported.hint


def test_a_mistake_of_ours_is_not_the_users() -> None:
    with pytest.raises(TypeError):
        translate(TypeError("ours"), "dynamodb", "DescribeTable", "POST", AWS)


CANONICAL = (
    "The request signature we calculated does not match the signature you provided.\n\n"
    "The Canonical String for this request should have been\n"
    "'POST\n/\n\nx-amz-security-token:IQoJsecret\n'"
)


def test_a_repeated_session_token_is_not_reported() -> None:
    """In its words for a signature that doesn't match, the headers of the request are quoted."""
    for called, operation in (("GetRole", "GetRole"), ("AssumeRole", "GetRole")):
        refused = answer("SignatureDoesNotMatch", CANONICAL, 403, called)
        reported = translate(refused, "iam", operation, "POST", AWS)
        assert isinstance(reported, CredentialsError)
        assert "does not match" in reported.message
        assert "IQoJsecret" not in reported.message + reported.hint


def test_a_repeated_function_environment_is_not_named() -> None:
    """A function that was taken over may have variables of others in it."""
    text = 'the environment variables exceeded the 4KB limit. String measured: {"DB":"hunter2"}'
    operation = "UpdateFunctionConfiguration"
    refused = answer("InvalidParameterValueException", text, 400, operation)
    reported = translate(refused, "lambda", operation, "PUT", AWS)
    assert "exceeded the 4KB limit." in reported.message
    assert "hunter2" not in reported.message + reported.hint
