"""Of the table, the functions, their roles and their logs."""

from __future__ import annotations

from productsapi.operations.guide.sentences.sentence import Sentence

FUNCTIONS = {
    # DynamoDB
    "CreateTable": Sentence(
        "The products are kept here, found by productId; paid for by request, idle for nothing.",
        "DynamoDB > Create table: table name, partition key (productId, String), then Customize "
        "settings > On-demand, deletion protection, tags.",
    ),
    "wait table-exists": Sentence(
        "The table takes some seconds; until it is ACTIVE it takes no items and no tags.",
        "the list of tables, where its status changes from Creating to Active.",
    ),
    "UpdateTable": Sentence(
        "Changes one setting of the table; its items stay.",
        "DynamoDB > Tables > the table > Additional settings, or Indexes.",
    ),
    "UpdateContinuousBackups": Sentence(
        "Point-in-time recovery: the table can be brought back as it was at any second of 35 days.",
        "DynamoDB > the table > Backups > Point-in-time recovery > Edit.",
    ),
    "TagResource": Sentence(
        "Tags say whose it is; those of the table also hold the ids of API, pool and client, by "
        "which they are found again.",
        "the resource's page > Tags > Manage tags.",
    ),
    "UntagResource": Sentence(
        "Takes away tags that the configuration doesn't have any more.",
        "the resource's page > Tags > Manage tags > Remove.",
    ),
    # IAM
    "CreateRole": Sentence(
        "A role of its own for each function: Lambda assumes it, and nobody else can.",
        "IAM > Roles > Create role: trusted entity AWS service > Lambda, then its name. The Lambda "
        "console would have made one unasked, with rights on all log groups.",
    ),
    "PutRolePolicy": Sentence(
        "What the function may do: its own actions on this one table, and writing its own log.",
        "IAM > the role > Add permissions > Create inline policy > JSON.",
    ),
    "AttachRolePolicy": Sentence(
        "Gives the role a policy of AWS's own.",
        "IAM > the role > Add permissions > Attach policies.",
    ),
    "DetachRolePolicy": Sentence(
        "Takes away a policy that allows more than the function needs.",
        "IAM > the role > Permissions > Remove.",
    ),
    "DeleteRolePolicy": Sentence(
        "Takes away an inline policy that allows more than the function needs.",
        "IAM > the role > Permissions > Remove.",
    ),
    "UpdateAssumeRolePolicy": Sentence(
        "Who may assume the role: Lambda alone.", "IAM > the role > Trust relationships > Edit."
    ),
    "PutRolePermissionsBoundary": Sentence(
        "What the role can be allowed at most, whatever its policies say.",
        "IAM > the role > Permissions boundary > Set.",
    ),
    "DeleteRolePermissionsBoundary": Sentence(
        "The configuration asks for no boundary.", "IAM > the role > Permissions boundary > Remove."
    ),
    "TagRole": Sentence("Tags say whose the role is.", "IAM > the role > Tags > Manage tags."),
    "UntagRole": Sentence(
        "Takes away tags that the configuration doesn't have any more.",
        "IAM > the role > Tags > Manage tags > Remove.",
    ),
    "DeleteRole": Sentence(
        "The role of a function that isn't wanted any more.", "IAM > Roles > Delete."
    ),
    # CloudWatch Logs
    "CreateLogGroup": Sentence(
        "Where logs go. Lambda would make its own at the first request, and keep it for ever.",
        "CloudWatch > Log groups > Create log group: its name, retention, tags.",
    ),
    "PutRetentionPolicy": Sentence(
        "After so many days AWS deletes what was logged.",
        "CloudWatch > Log groups > the group > Actions > Edit retention setting.",
    ),
    "DeleteLogGroup": Sentence(
        "Logs of what isn't wanted any more.", "CloudWatch > Log groups > Actions > Delete."
    ),
    # Lambda
    "CreateFunction": Sentence(
        "A function with its code, memory, time limit and variables.",
        "Lambda > Create function > Author from scratch: name, runtime, architecture, existing "
        "role; then Code > Upload from > .zip file, Configuration > Environment variables.",
    ),
    "wait function-active-v2": Sentence(
        "Lambda prepares a new function or version for seconds, and refuses changes meanwhile.",
        "the blue bar at the top of the function's page.",
    ),
    "wait function-updated-v2": Sentence(
        "Lambda carries out a change in some seconds, and refuses the next one meanwhile.",
        "the blue bar at the top of the function's page.",
    ),
    "UpdateFunctionConfiguration": Sentence(
        "Changes the function's settings; callers get them with the next version.",
        "Lambda > the function > Configuration.",
    ),
    "UpdateFunctionCode": Sentence(
        "Uploads the code; callers get it with the next version.",
        "Lambda > the function > Code > Upload from > .zip file.",
    ),
    "PutFunctionConcurrency": Sentence(
        "At most so many requests of this function run at once.",
        "Lambda > the function > Configuration > Concurrency > Reserve concurrency.",
    ),
    "DeleteFunctionConcurrency": Sentence(
        "The function shares the account's concurrency again.",
        "Lambda > the function > Configuration > Concurrency > Unreserved.",
    ),
    "PublishVersion": Sentence(
        "Freezes code and settings as a version that can be gone back to; refused where the code "
        "isn't the one that is meant.",
        "Lambda > the function > Versions > Publish new version.",
    ),
    "CreateAlias": Sentence(
        "`live` is what callers reach: a rollback only moves it.",
        "Lambda > the function > Aliases > Create alias: its name and version.",
    ),
    "UpdateAlias": Sentence(
        "Moves callers to the new version.", "Lambda > the function > Aliases > live > Edit."
    ),
    "AddPermission": Sentence(
        "Lets this API, by this method and path and no other, invoke the function.",
        "unasked: it adds the right as the function is chosen for a method, on the function itself "
        "instead of its alias.",
    ),
    "RemovePermission": Sentence(
        "Takes away a right to invoke the function.",
        "Lambda > the function > Configuration > Permissions > Resource-based policy > Delete.",
    ),
    "DeleteFunction": Sentence(
        "A function, or a version, that isn't wanted any more.", "Lambda > Actions > Delete."
    ),
}
