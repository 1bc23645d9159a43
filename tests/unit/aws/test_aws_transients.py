"""What passes by itself: AWS's texts for «not yet», distinguished from its texts for «no».

Texts as users reported them from AWS, in the issue trackers of terraform-provider-aws, aws-cli,
serverless and others, or as its service models document them.
"""

from __future__ import annotations

import itertools

import pytest

from productsapi.aws.retries import BUSY, CACHE, INDEX, PROPAGATION, STATE, Cadence
from productsapi.aws.retryable_errors import TRANSIENTS, transient

BUSY_NOW = "The operation cannot be performed at this time. "
IN_USE = "Attempt to change a resource which is still in use: "
TOO_FAST = "Subscriber limit exceeded: Only 10 tables can be created, updated, or deleted "
CONCURRENT = "Unable to complete operation due to concurrent modification. Please try again later."

RETRYABLE = [
    ("lambda", "CreateFunction", "InvalidParameterValueException",
     "The role defined for the function cannot be assumed by Lambda.", "can't be assumed"),
    ("lambda", "UpdateFunctionConfiguration", "InvalidParameterValueException",
     "The provided execution role does not have permissions to call X on Y", "can't be assumed"),
    ("lambda", "CreateFunction", "InvalidParameterValueException",
     "Lambda was unable to configure access, KMS key is invalid for CreateGrant.", "key grants"),
    ("lambda", "UpdateFunctionCode", "ResourceConflictException",
     BUSY_NOW + "An update is in progress for resource: arn:aws:lambda:eu-west-2:1:function:f",
     "last change"),
    ("lambda", "PublishVersion", "ResourceConflictException",
     BUSY_NOW + "The function is currently in the following state: Pending", "last change"),
    ("lambda", "AddPermission", "ResourceConflictException",
     "The function could not be updated due to a concurrent update operation.", "last change"),
    ("lambda", "UpdateFunctionCode", "ResourceConflictException",
     BUSY_NOW + "The function is currently in the following state: 'Pending'", "last change"),  # K4
    ("lambda", "DeleteFunction", "ResourceConflictException",
     BUSY_NOW + "The function is currently in the following state: 'InProgress'",
     "last change"),  # K17
    ("lambda", "GetFunction", "TooManyRequestsException", "Rate exceeded", "rate limit"),
    ("iam", "DeleteRole", "DeleteConflict",
     "Cannot delete entity, must delete policies first.", "just removed"),
    ("iam", "UpdateAssumeRolePolicy", "ConcurrentModification", "rejected", "same role"),
    ("iam", "CreateRole", "EntityTemporarilyUnmodifiable", "try again", "same role"),
    ("iam", "CreateRole", "Throttling", "Rate exceeded", "rate limit"),
    ("apigateway", "DeleteRestApi", "TooManyRequestsException", "Too Many Requests", "30 seconds"),
    ("apigateway", "UpdateAccount", "TooManyRequestsException", "Too Many Requests", "20 seconds"),
    ("apigateway", "GetRestApis", "429", "", "ten calls a second"),  # K1
    ("lambda", "GetFunction", "429", "", "rate limit"),  # K1
    ("apigateway", "CreateDeployment", "ConflictException",
     "Another Deployment is in progress. Please try again later.", "another deployment"),  # K3
    ("apigateway", "CreateDeployment", "BadRequestException",
     "You cannot deploy a RestApi while the apiStatus is UPDATING or FAILED.", "whole API"),  # G2
    ("apigateway", "UpdateRestApi", "BadRequestException",
     "There is already an update in progress. Please wait until it finishes.", "whole API"),  # G2
    ("apigateway", "DeleteStage", "ConflictException",
     "A previous change is still in progress", "takes minutes"),  # G3
    ("apigateway", "DeleteUsagePlan", "BadRequestException",
     "Cannot delete Usage Plan p1 because there are API Stages associated with it",
     "taken out"),  # G12
    ("secretsmanager", "PutSecretValue", "InvalidRequestException",
     "You can't perform this operation on the secret because it was marked for deletion.",
     "is restored"),
    ("apigateway", "UpdateUsagePlan", "TooManyRequestsException", "Too Many", "20 seconds"),
    ("apigateway", "DeleteApiKey", "TooManyRequestsException", "Too Many", "five CreateApiKey"),
    ("apigateway", "CreateRestApi", "TooManyRequestsException", "Too Many Requests", "in 3 sec"),
    ("apigateway", "CreateDeployment", "TooManyRequestsException", "Too Many", "in 5 seconds"),
    ("apigateway", "GetResources", "TooManyRequestsException", "Too Many", "five GetResources"),
    ("apigateway", "CreateResource", "TooManyRequestsException", "Too Many", "a second"),
    ("apigateway", "UpdateStage", "TooManyRequestsException", "Too Many", "ten calls a second"),
    ("apigateway", "UpdateAccount", "BadRequestException",
     "The role ARN does not have required permissions set to API Gateway", "new role"),
    *(("apigateway", "UpdateAccount", "BadRequestException", text, "new role") for text in (
        "The role ARN does not have required trust relationship",  # K2
        "API Gateway is not authorized to use the role",  # K2
        "API Gateway could not successfully write to CloudWatch Logs using the ARN specified",  # G5
    )),
    ("apigateway", "UpdateStage", "ConflictException",
     "Cache cluster is in state CREATE_IN_PROGRESS", "takes minutes"),
    ("cloudwatch", "TagResource", "ConcurrentModificationException", "try again", "this alarm"),
    ("cloudwatch", "PutDashboard", "ConflictException", "try again", "or dashboard"),
    ("sns", "TagResource", "ConcurrentAccess", "Can't perform multiple operations", "this topic"),
    ("sns", "CreateTopic", "StaleTag", "a tag has been changed", "this topic"),
    ("ssm", "PutParameter", "TooManyUpdates",
     "There are concurrent updates for a resource that supports one update at a time.", "lease"),
    ("ssm", "GetParameter", "ThrottlingException", "Rate exceeded", "rate limit"),
    ("apigateway", "CreateAuthorizer", "ConflictException", CONCURRENT, "this API"),
    ("apigateway", "PutMethod", "BadRequestException", CONCURRENT, "this API"),
    ("cognito-idp", "CreateUserPool", "TooManyRequestsException", "Rate exceeded", "rate limit"),
    ("cognito-idp", "UpdateUserPoolClient", "ConcurrentModificationException",
     "Only one request to update user pool client can be processed at a time.", "this pool"),
    ("dynamodb", "DeleteTable", "ResourceInUseException",
     IN_USE + "Table is being updated: ProductsTable", "new index"),  # K5
    ("dynamodb", "TagResource", "LimitExceededException",
     "Subscriber limit exceeded: tag update in progress", "last tags"),  # D1
    ("dynamodb", "UntagResource", "SubscriberLimitExceeded", "", "last tags"),  # D1
    ("dynamodb", "UpdateTable", "ValidationException",
     "Backups are being enabled for the table: t. Please retry later", "table's backups"),  # K12
    ("dynamodb", "CreateTable", "ResourceInUseException",
     IN_USE + "Table is being deleted: ProductsTable", "last change"),
    ("dynamodb", "TagResource", "ResourceInUseException",
     IN_USE + "Table tags are being updated: ProductsTable", "last change"),
    ("dynamodb", "CreateTable", "LimitExceededException", TOO_FAST + "simultaneously", "at once"),
    ("dynamodb", "UpdateContinuousBackups", "ContinuousBackupsUnavailableException",
     "Backups are being enabled for the table: ProductsTable. Please retry later", "backups"),
    ("dynamodb", "TransactWriteItems", "TransactionInProgressException", "", "this very"),
    ("dynamodb", "CreateTable", "ThrottlingException", "Rate of requests exceeds", "rate limit"),
    ("logs", "CreateLogGroup", "OperationAbortedException",
     "A conflicting operation is currently in progress against this resource.", "log group"),
    ("logs", "DescribeLogGroups", "ThrottlingException", "Rate exceeded", "rate limit"),
]  # fmt: skip

NO = [
    ("lambda", "CreateFunction", "ResourceConflictException", "Function already exist: f"),
    ("lambda", "CreateAlias", "ResourceConflictException", "Alias already exists: live"),
    ("lambda", "AddPermission", "ResourceConflictException",
     "The statement id (s) provided already exists. Please provide a new statement id."),
    ("lambda", "UpdateFunctionCode", "ResourceConflictException",
     BUSY_NOW + "The function is currently in the following state: Failed"),
    ("lambda", "CreateFunction", "InvalidParameterValueException",
     "The runtime parameter of python3.7 is no longer supported"),
    ("lambda", "GetFunction", "ResourceNotFoundException", "Function not found"),
    ("iam", "GetRole", "NoSuchEntity", "The role with name r cannot be found."),
    ("iam", "CreateRole", "EntityAlreadyExists", "Role with name r already exists."),
    ("apigateway", "PutMethod", "ConflictException", "Method already exists for this resource"),
    ("apigateway", "CreateResource", "ConflictException",
     "Another resource with the same parent already has this name: products"),
    ("apigateway", "CreateDeployment", "BadRequestException", "No integration defined for method"),
    ("cognito-idp", "CreateUserPoolClient", "LimitExceededException", "too many clients"),
    ("dynamodb", "CreateTable", "ResourceInUseException", "Table already exists: ProductsTable"),
    ("dynamodb", "CreateTable", "LimitExceededException",
     "Subscriber limit exceeded: There is a limit of 256 tables per subscriber"),
    ("dynamodb", "DescribeTable", "ResourceNotFoundException", "Requested resource not found"),
    ("logs", "CreateLogGroup", "ResourceAlreadyExistsException", "already exists"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "code", "text", "reason"), RETRYABLE)
def test_not_yet_is_waited_for_with_its_reason(
    service: str, operation: str, code: str, text: str, reason: str
) -> None:
    found = transient(service, operation, code, text)
    assert found
    assert reason in found.reason


@pytest.mark.parametrize(("service", "operation", "code", "text"), NO)
def test_no_is_not_waited_for(service: str, operation: str, code: str, text: str) -> None:
    assert transient(service, operation, code, text) is None


def test_another_code_with_the_same_text_is_a_no() -> None:
    for service, operation, _, text, _ in RETRYABLE:
        assert transient(service, operation, "AnotherException", text) is None


def test_every_entry_matches_an_answer_of_aws() -> None:
    used = {transient(*answer[:4]) for answer in RETRYABLE}
    assert used == set(TRANSIENTS)


@pytest.mark.parametrize("entry", TRANSIENTS, ids=lambda entry: entry.reason)
def test_waits_are_dense_then_slower_and_have_an_end(entry: Cadence) -> None:
    pauses = list(entry.cadence.pauses())
    assert pauses[0] <= 5
    assert all(a <= b <= 15 for a, b in itertools.pairwise(pauses))
    longest = {INDEX: 1900, CACHE: 2800}.get(entry.cadence, 330)
    assert 20 <= sum(pauses) <= longest


def test_what_takes_seconds_is_looked_at_often() -> None:
    """A role is assumable after 8 s, a table made after 4 s, a function ready after 2 s."""
    for cadence, usual in ((PROPAGATION, 8), (STATE, 4)):
        looks = itertools.accumulate(cadence.pauses())
        late = min(look - usual for look in looks if look >= usual)
        assert late <= cadence.first <= 0.3


def test_the_slow_quotas_are_waited_out_twice_over() -> None:
    """DeleteRestApi is allowed once in 30 seconds, whoever else in the account wants it too."""
    for operation in ("DeleteRestApi", "UpdateAccount"):
        found = transient("apigateway", operation, "TooManyRequestsException", "")
        assert found
        assert found.cadence.total >= 60


def test_looks_and_tries_stay_within_lambdas_quotas() -> None:
    """L2: 15 changes and 100 looks a second for the account; ours are four functions at once."""
    refusal, call = 0.35, 0.08  # seconds that they take at least
    for first, takes, allowed in (
        (PROPAGATION.first, refusal, 15),
        (BUSY.first, call, 15),
        (STATE.first, call, 100),
    ):
        assert 4 / (first + takes) <= allowed / 1.5  # others deploy too


def test_a_cache_and_an_index_have_the_time_they_take() -> None:
    """G3, K8: up to 45 min; K5: 8 min and more."""
    cached = transient(
        "apigateway", "UpdateStage", "ConflictException", "previous change is still in progress"
    )
    index = transient("dynamodb", "DeleteTable", "ResourceInUseException", "Table is being updated")
    assert cached
    assert cached.cadence.total == 45 * 60
    assert index
    assert index.cadence.total >= 20 * 60
