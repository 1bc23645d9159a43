"""Too many calls: AWS's names for it, and what API Gateway allows an account."""

from __future__ import annotations

from productsapi.aws.retries import QUOTA, SLOW_QUOTA, Transient

THROTTLED = (
    "Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestThrottled"
    "|RequestThrottledException|RequestLimitExceeded|PriorRequestNotComplete|SlowDown"
    "|ProvisionedThroughputExceededException|BandwidthLimitExceeded|429"
)
"""The last one is botocore's code for a bare HTTP 429, as API Gateway answers at times (K1)."""

QUOTAS = (
    ("one DeleteRestApi in 30 seconds", "DeleteRestApi", SLOW_QUOTA),
    ("one UpdateAccount in 20 seconds", "UpdateAccount", SLOW_QUOTA),
    ("one UpdateUsagePlan in 20 seconds", "UpdateUsagePlan", SLOW_QUOTA),
    ("one CreateDeployment in 5 seconds", "CreateDeployment", QUOTA),
    ("one CreateRestApi in 3 seconds", "CreateRestApi|ImportRestApi", QUOTA),
    ("five GetResources in 2 seconds", "GetResources", QUOTA),
    ("five CreateResource or DeleteResource a second", "(Create|Delete)Resource", QUOTA),
    ("five CreateApiKey or DeleteApiKey a second", "(Create|Delete)ApiKey", QUOTA),
    ("ten calls a second in all", "", QUOTA),
)
"""What API Gateway allows an account in a Region, which nobody can raise (its page of limits)."""

THROTTLES = (
    *(
        Transient(f"API Gateway allows {quota}", cadence, "apigateway", operation, THROTTLED)
        for quota, operation, cadence in QUOTAS
    ),
    Transient("AWS's rate limit for this call is reached", QUOTA, code=THROTTLED),
)
