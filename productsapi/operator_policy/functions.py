"""Lambda: the functions; and CloudWatch: their logs and metrics."""

from __future__ import annotations

from productsapi.stack.iam_right import (
    CHANGING,
    CLOUDWATCH,
    DATA,
    DEPLOY,
    LOGS,
    LOOKING,
    READ,
    REFERENCE,
    TAGS_OF_LOG_GROUPS,
    TEARDOWN,
    Right,
    Scope,
    anything,
    calls,
    functions,
    live_aliases,
    local_anything,
    local_logs,
    log_groups,
    logs,
    versions,
)

LAMBDA = "list_awslambda.html"
TAGS_OF_FUNCTIONS = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html"


def reserving(scope: Scope) -> bool:
    return scope.stack.config.limits.concurrency is not None


RIGHTS = (
    *calls("lambda", "GetFunction", functions, LOOKING | DATA, LAMBDA, also=versions),
    *calls("lambda", "GetPolicy", functions, LOOKING, LAMBDA, also=versions),
    *calls("lambda", "ListVersionsByFunction ListAliases", functions, LOOKING, LAMBDA),
    Right(
        "lambda",
        "GetFunction",
        "lambda:ListTags",
        functions,
        LOOKING,
        TAGS_OF_FUNCTIONS,
        carrying="FunctionName",
    ),
    *calls("lambda", "GetAlias", functions, READ, LAMBDA, also=versions),
    *calls("lambda", "GetAccountSettings", anything, READ, LAMBDA),
    *calls("lambda", "GetAccountSettings", anything, CHANGING, LAMBDA, when=reserving),
    *calls(
        "lambda",
        "UpdateFunctionCode UpdateFunctionConfiguration PublishVersion TagResource UntagResource "
        "PutFunctionConcurrency DeleteFunctionConcurrency",
        functions,
        DEPLOY,
        LAMBDA,
    ),
    *calls("lambda", "CreateFunction", functions, DEPLOY, LAMBDA, also=local_anything),
    Right("lambda", "Invoke", "lambda:InvokeFunction", live_aliases, DEPLOY, REFERENCE + LAMBDA),
    *calls(
        "lambda",
        "CreateAlias UpdateAlias AddPermission RemovePermission",
        functions,
        DEPLOY,
        LAMBDA,
        also=versions,
    ),
    Right(
        "lambda",
        "CreateFunction",
        "lambda:TagResource",
        functions,
        DEPLOY,
        TAGS_OF_FUNCTIONS,
        carrying="Tags",
    ),
    *calls("lambda", "DeleteFunction", functions, DEPLOY, LAMBDA, also=versions),
    *calls("lambda", "DeleteFunction", functions, TEARDOWN, LAMBDA),
    *calls("logs", "DescribeLogGroups", anything, LOOKING, LOGS),
    *calls("logs", "ListTagsForResource", log_groups, LOOKING, LOGS),
    *calls("logs", "CreateLogGroup PutRetentionPolicy", logs, DEPLOY, LOGS, also=local_logs),
    *calls("logs", "TagResource UntagResource", log_groups, DEPLOY, LOGS),
    Right(
        "logs",
        "CreateLogGroup",
        "logs:TagResource",
        log_groups,
        DEPLOY,
        TAGS_OF_LOG_GROUPS,
        carrying="tags",
        also=logs,  # no page says which of the two forms is meant here
    ),
    *calls("logs", "DeleteLogGroup", logs, CHANGING, LOGS, also=local_logs),
    *calls("logs", "FilterLogEvents", logs, READ, LOGS, also=local_logs),
    *calls("cloudwatch", "GetMetricData", anything, READ, CLOUDWATCH),
)
