"""The kinds of resources that others name: in their edges, or to look at just these.

Each is declared here once; `STAGE("dev")` is the key of that stage.
"""

from __future__ import annotations

from productsapi.engine.names import Kind

TABLE = Kind("table")
CATEGORY_INDEX = Kind("category index")
BACKUPS = Kind("backups")
POINTERS = Kind("id tags")
FEATURE_MARKS = Kind("feature tags")

FUNCTION = Kind("function")
LOG_GROUP = Kind("log group")
SECRET = Kind("secret")
ROLE = Kind("role")
ROLE_POLICY = Kind("role policy")
LIVE_CODE = Kind("live code")

REST_API = Kind("rest api")
PATH = Kind("path")
METHOD = Kind("method")
GATEWAY_RESPONSE = Kind("gateway response")
INVOKE_PERMISSION = Kind("invoke permission")
OPEN_METHODS = Kind("open methods")
FOREIGN_STAGES = Kind("foreign stages")
FOREIGN_PATHS = Kind("foreign paths")
FOREIGN_PERMISSIONS = Kind("foreign permissions")

DEPLOYMENT = Kind("deployment")
STAGE = Kind("stage")
FORMER_STAGES = Kind("former stages")
RELEASES = Kind("releases")

USER_POOL = Kind("user pool")
APP_CLIENT = Kind("app client")
AUTHORIZER = Kind("authorizer")

ACCOUNT_LOG_ROLE = Kind("account log role")
ACCESS_LOG_GROUP = Kind("access log group")
ACCESS_LOG = Kind("access log")
USAGE_PLAN = Kind("usage plan")
OTHER_USAGE_PLANS = Kind("other usage plans")
CERTIFICATE = Kind("certificate")
CUSTOM_DOMAIN = Kind("custom domain")
BASE_PATH_MAPPING = Kind("base path mapping")
DNS_RECORD = Kind("dns record")
FORMER_DOMAINS = Kind("former domains")
INVOKE_URL = Kind("invoke url")
API_KEY_SECRET = Kind("api key secret")
API_KEY = Kind("api key")
ALARM = Kind("alarm")
