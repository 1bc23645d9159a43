"""Of the API, the users, and what can be switched on and off."""

from __future__ import annotations

from productsapi.operations.guide.sentences.sentence import Sentence

GATEWAY = {
    # API Gateway
    "CreateRestApi": Sentence(
        "The API, without a path yet.",
        "API Gateway > Create API > REST API > New API: its name, endpoint type Regional.",
    ),
    "GetResources": Sentence(
        "The id of the path `/`, which every API has, and which is the parent of the others.",
        "nothing: it shows the tree.",
    ),
    "CreateResource": Sentence(
        "A path of the API; {productId} matches any value there.",
        "API Gateway > Resources > Create resource: resource path and name.",
    ),
    "PutMethod": Sentence(
        "What callers need for a method: the authorizer's token; for OPTIONS, which browsers ask "
        "before they send one, nothing.",
        "Resources > Create method: its type; and Method request > Authorization, which it leaves "
        "at None: that is how the guide's other methods stay open to the world.",
    ),
    "PutIntegration": Sentence(
        "Hands the whole request, with the caller's claims, to the function's alias; OPTIONS is "
        "answered by the gateway itself (MOCK).",
        "Create method > Integration type Lambda, Lambda proxy integration on, the function's ARN.",
    ),
    "PutMethodResponse": Sentence(
        "Declares the answer to OPTIONS with its headers.",
        "Resources > Enable CORS, which does this and the next two at once.",
    ),
    "PutIntegrationResponse": Sentence(
        "The values of these headers: which methods, headers and origins a browser may use.",
        "Resources > Enable CORS: Access-Control-Allow-Methods, -Headers, -Origin.",
    ),
    "PutGatewayResponse": Sentence(
        "The gateway's own errors in the form of the functions', readable for browsers too.",
        "API Gateway > Gateway responses > the response > Edit: status, headers, templates.",
    ),
    "CreateAuthorizer": Sentence(
        "Checks the token in the Authorization header against the user pool.",
        "API Gateway > Authorizers > Create authorizer: its name, Cognito, the pool, token source "
        "Authorization.",
    ),
    "CreateDeployment": Sentence(
        "Callers get a snapshot of the API: what was changed since isn't live. The description has "
        "the hash of all that it holds, by which a later run knows what is served.",
        "API Gateway > Deploy API: stage, description.",
    ),
    "CreateStage": Sentence(
        "Serves the deployment under the invoke URL.",
        "Deploy API > New stage: the stage's name.",
    ),
    "UpdateStage": Sentence(
        "Settings of the stage: which deployment it serves, how many requests it takes, what is "
        "logged and cached.",
        "API Gateway > Stages > the stage > Edit: rate, burst, logs, cache.",
    ),
    "UpdateAccount": Sentence(
        "The account's role by which API Gateway writes logs.",
        "API Gateway > Settings > CloudWatch log role ARN.",
    ),
    "UpdateRestApi": Sentence("Name or endpoint of the API.", "API Gateway > API settings > Edit."),
    "UpdateResource": Sentence(
        "How a path's variable is spelled.", "API Gateway > Resources > the path."
    ),
    "UpdateMethod": Sentence(
        "What callers need for the method.", "Resources > the method > Method request > Edit."
    ),
    "UpdateAuthorizer": Sentence(
        "Whose tokens are accepted.", "API Gateway > Authorizers > the authorizer > Edit."
    ),
    "DeleteMethod": Sentence(
        "The method goes, or is created again: callers have the deployed one meanwhile.",
        "Resources > the method > Delete.",
    ),
    "DeleteResource": Sentence("A path of others.", "Resources > the path > Delete."),
    "DeleteStage": Sentence("A stage that isn't wanted any more.", "Stages > the stage > Delete."),
    "DeleteDeployment": Sentence(
        "A deployment that nobody goes back to any more.", "Stages > Deployment history."
    ),
    "DeleteRestApi": Sentence("An API that was made twice, and is empty.", "APIs > Delete."),
    "FlushStageCache": Sentence(
        "Deletes the cached answers.", "Stages > the stage > Flush stage cache."
    ),
    # Cognito
    "CreateUserPool": Sentence(
        "Where the users are: who may sign up, and what a password needs.",
        "Cognito > User pools > Create: sign-in options, password policy, self-registration, "
        "required attributes (email), which can't be changed later.",
    ),
    "UpdateUserPool": Sentence(
        "Changes the pool's settings; all of them are sent, since what is left out is reset.",
        "Cognito > the user pool > Authentication methods, Sign-up, Settings.",
    ),
    "CreateUserPoolClient": Sentence(
        "What front ends sign in through: without a secret, which a browser couldn't keep.",
        "Cognito > the user pool > App clients > Create app client: single-page application, "
        "flows, token lifetimes.",
    ),
    "UpdateUserPoolClient": Sentence(
        "Changes the client's settings; all of them are sent: what is left out is reset.",
        "Cognito > the user pool > App clients > the client > Edit.",
    ),
    "DeleteUserPool": Sentence("A pool that was made twice, and is empty.", "User pools > Delete."),
    "DeleteUserPoolClient": Sentence("A client that was made twice.", "App clients > Delete."),
    # what can be switched on and off
    "CreateTopic": Sentence(
        "Alarms are sent here.", "SNS > Topics > Create topic: Standard, its name, access policy."
    ),
    "SetTopicAttributes": Sentence(
        "Who may publish to the topic: CloudWatch's alarms of this account.",
        "SNS > the topic > Edit > Access policy.",
    ),
    "Subscribe": Sentence(
        "Sends alarms to an address, once its owner has followed the link in AWS's mail.",
        "SNS > the topic > Create subscription: protocol Email, the address.",
    ),
    "Unsubscribe": Sentence("An address that isn't wanted any more.", "SNS > Subscriptions."),
    "DeleteTopic": Sentence("Alarms are off.", "SNS > Topics > Delete."),
    "PutMetricAlarm": Sentence(
        "Notifies when something goes wrong for some minutes: errors, latency, throttling.",
        "CloudWatch > Alarms > Create alarm: metric, threshold, periods, the topic.",
    ),
    "DeleteAlarms": Sentence("Alarms are off.", "CloudWatch > Alarms > Delete."),
    "PutDashboard": Sentence(
        "Requests, errors and latency on one page.", "CloudWatch > Dashboards > Create dashboard."
    ),
    "DeleteDashboards": Sentence("The dashboard is off.", "CloudWatch > Dashboards > Delete."),
    "CreateApiKey": Sentence(
        "What callers send beside their token.", "API Gateway > API keys > Create API key."
    ),
    "UpdateApiKey": Sentence("Settings of the key.", "API Gateway > API keys > Edit."),
    "DeleteApiKey": Sentence(
        "A key that isn't taken any more.", "API Gateway > API keys > Delete."
    ),
    "CreateUsagePlan": Sentence(
        "How many requests a key may make.", "API Gateway > Usage plans > Create usage plan."
    ),
    "UpdateUsagePlan": Sentence("Limits of the usage plan.", "API Gateway > Usage plans > Edit."),
    "DeleteUsagePlan": Sentence("API keys are off.", "API Gateway > Usage plans > Delete."),
    "CreateUsagePlanKey": Sentence(
        "The key gets the plan's limits.", "API Gateway > Usage plans > API keys > Add."
    ),
    "DeleteUsagePlanKey": Sentence(
        "A key that isn't taken any more.", "API Gateway > Usage plans > API keys > Remove."
    ),
    "CreateDomainName": Sentence(
        "The host name that callers use, with its certificate.",
        "API Gateway > Custom domain names > Create: the name, TLS 1.2, Regional, the certificate.",
    ),
    "UpdateDomainName": Sentence(
        "Certificate or TLS version of the domain.", "API Gateway > Custom domain names > Edit."
    ),
    "DeleteDomainName": Sentence(
        "A domain that isn't wanted any more.", "API Gateway > Custom domain names > Delete."
    ),
    "CreateBasePathMapping": Sentence(
        "Where the domain's paths lead.",
        "API Gateway > Custom domain names > the domain > API mappings > Add: API, stage, path.",
    ),
    "UpdateBasePathMapping": Sentence(
        "Leads the domain to this API and stage.",
        "API Gateway > Custom domain names > the domain > API mappings > Configure.",
    ),
    "DeleteBasePathMapping": Sentence(
        "The domain leads there no more: stage and API couldn't be removed before.",
        "API Gateway > Custom domain names > the domain > API mappings > Remove.",
    ),
    "ChangeResourceRecordSets": Sentence(
        "The record by which the domain's name is found.",
        "Route 53 > Hosted zones > the zone > Create record: A, alias to API Gateway.",
    ),
    "CreateSecret": Sentence(
        "Keeps the API key for those who are to call the API.",
        "Secrets Manager > Store a new secret.",
    ),
    "PutSecretValue": Sentence(
        "The API key as it is now.", "Secrets Manager > the secret > Retrieve > Edit."
    ),
    "RestoreSecret": Sentence(
        "A secret that was to be deleted stays.", "Secrets Manager > the secret > Cancel deletion."
    ),
    "DeleteSecret": Sentence("API keys are off.", "Secrets Manager > the secret > Delete."),
}
