"""Values that the configuration takes, each as a rule.

The limits are AWS's; where they are read from is noted beside each (botocore 1.44 service models
unless it says otherwise). What is one option's alone is in its folder.
"""

from __future__ import annotations

from productsapi.config_keys.rules import (
    Flag,
    GroupName,
    MethodLimits,
    OneOf,
    OneOrSeveral,
    Origin,
    Several,
    Tags,
    Text,
    spaced,
)
from productsapi.routes import ROUTES

# Ours: it becomes part of an IAM path, of tags and of a parameter's name.
STACK = Text(
    r"[a-z][a-z0-9-]{1,30}[a-z0-9]",
    "3 to 32 lower-case letters, digits and hyphens, beginning with a letter",
)
# The shape of every region in botocore's partitions.json, today's and tomorrow's.
REGION = Text(
    r"([a-z]{2}(-gov|-iso[a-z]?)?|eusc-[a-z]{2})-((north|south)?(east|west)|north|south|central)-[1-9]",
    "a region such as eu-west-2, us-gov-west-1 or cn-north-1",
)
ACCOUNT = Text(r"[0-9]{12}", "the 12 digits of an AWS account")
# iam: arnType; a policy in the account's own or in AWS's name, in any partition.
POLICY_ARN = Text(
    r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/([!-~]{1,500}/)?[A-Za-z0-9_+=,.@-]{1,128}",
    "the ARN of an IAM policy such as arn:aws:iam::123456789012:policy/NAME",
)
# apigateway: CreateStageRequest.tags, the narrowest set of the services that we tag.
_TAG_CHARACTERS = "letters, digits and + - = . _ : /"
TAGS = Tags(
    Text(
        r"(?!(?i:aws|productsapi):)[A-Za-z0-9+=._:/-]{1,128}",
        f"1 to 128 {_TAG_CHARACTERS}, not beginning with aws: or productsapi:",
    ),
    Text(
        r"(?!(?i:aws):)[A-Za-z0-9+=._:/-]{0,256}",
        f"up to 256 {_TAG_CHARACTERS}, not beginning with aws:",
    ),
    most=40,  # AWS allows 50 on a resource; the rest is for our own
)
# dynamodb: TableName.
TABLE_NAME = Text(r"[a-zA-Z0-9_.-]{3,255}", "3 to 255 letters, digits and _ . -")
# lambda: FunctionName, without the forms that carry an ARN; the 64 are from its documentation.
FUNCTION_NAME = Text(r"[a-zA-Z0-9_-]{1,64}", "1 to 64 letters, digits and _ -")
DECIMALS = OneOf(("number", "string"))
# logs: PutRetentionPolicy, documentation of retentionInDays.
RETENTION_DAYS = OneOf((
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
))  # fmt: skip
# apigateway sets no pattern; the name is also a CloudWatch dimension, which is ASCII, at most 1024.
API_NAME = Text(
    spaced("[!-~]", 1024), "1 to 1024 printable ASCII characters, no space at either end"
)
# apigateway: CreateStageRequest.stageName.
STAGE_NAME = Text(r"[a-zA-Z0-9_-]{1,128}", "1 to 128 letters, digits and _ -")
# What follows is only used in the OpenAPI document. A version is any text there.
API_VERSION = Text(r"[A-Za-z0-9._+-]{1,64}", "1 to 64 letters, digits and . _ + -")
# spdx.github.io: license list and LicenseRef-; expressions with AND, OR and blanks are left out.
LICENSE = Text(r"[A-Za-z0-9.+-]{1,64}", "an SPDX identifier such as Apache-2.0, or LicenseRef-NAME")
# apigateway sets no pattern for authorizers; the same as for a stage.
AUTHORIZER_NAME = STAGE_NAME
# cognito-idp: UserPoolNameType and ClientNameType; of \s only the space.
POOL_NAME = Text(
    spaced("[a-zA-Z0-9_+=,.@-]", 128), "1 to 128 letters, digits, spaces and _ + = , . @ -"
)
# cognito-idp: ClientIdType. The 50 are ours; conflicts.py looks after the length of all together.
CLIENT_IDS = Several(Text(r"[a-zA-Z0-9_+]{1,128}", "1 to 128 letters, digits and _ +"), most=50)
GROUPS = Several(GroupName(), most=50)
ORIGINS = OneOrSeveral(Origin(), most=20)
# RFC 9110, token, less what API Gateway's text values could trip over.
HEADERS = Several(
    Text(r"[A-Za-z0-9_.~-]{1,64}", "a header's name of up to 64 letters, digits and - _ . ~"), 20
)
SWITCH = Flag(deprecated="if_allowed")
_ROUTES = tuple(str(route) for route in ROUTES)
METHOD_LIMITS = MethodLimits(
    OneOf(_ROUTES),
    Text(
        r"([1-9][0-9]{0,3}|10000)/([1-9][0-9]{0,2}|[1-4][0-9]{3}|5000)",
        "RATE/BURST: 1 to 10000, 1 to 5000",
    ),
    most=len(_ROUTES),
)
# sns sets no pattern for an e-mail endpoint; a mailbox as people write it, and as tags take it.
EMAIL = Text(
    r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+", "an e-mail address"
)
CONTACT = Text(
    rf"{EMAIL.pattern}|https://[A-Za-z0-9.-]{{1,253}}(:[0-9]{{1,5}})?(/[!#-;=?-~]{{0,500}})?",
    "an e-mail address, or a page's URL that begins with https://",
)
