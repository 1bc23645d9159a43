"""pycognito: SRP, refresh, a new password, global sign-out."""

from __future__ import annotations

import os
from typing import Any

import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

COGNITO, POOL_ID, CLIENT_ID = (os.environ[name] for name in ("COGNITO", "POOL_ID", "CLIENT_ID"))
PASSWORD = os.environ["PASSWORD"]
KEYS = requests.get(f"{COGNITO}/{POOL_ID}/.well-known/jwks.json", timeout=60)
os.environ["COGNITO_JWKS"] = KEYS.text
# Not boto3_client_kwargs["endpoint_url"]: of that pycognito makes the issuer that it expects, and
# the local cloud's tokens name AWS's, as the API's authorizer and any verifier wants them to.
os.environ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] = COGNITO

from pycognito import Cognito  # noqa: E402 - it reads the variable
from pycognito.exceptions import ForceChangePasswordException  # noqa: E402


def named(name: str) -> Any:
    return Cognito(
        POOL_ID,
        CLIENT_ID,
        username=name,
        botocore_config=Config(signature_version=UNSIGNED),
    )


def accepted(token: str) -> None:
    url = f"{os.environ['API_URL']}/products"
    requests.get(url, headers={"Authorization": token}, timeout=60).raise_for_status()


def refused(act: Any, *given: str) -> None:
    code = ""
    try:
        act(*given)
    except ClientError as error:
        code = error.response["Error"]["Code"]
    assert code == "NotAuthorizedException"


kim = named(os.environ["USER"])
kim.authenticate(password=PASSWORD)  # by SRP
accepted(kim.id_token)
kim.renew_access_token()
accepted(kim.id_token)
refused(named(os.environ["USER"]).authenticate, "Wrong-pass-9")
newcomer = named(os.environ["NEWCOMER"])
try:
    newcomer.authenticate(password=os.environ["FIRST"])
except ForceChangePasswordException:
    newcomer.new_password_challenge(os.environ["FIRST"], PASSWORD)
else:
    raise AssertionError("a first password isn't to be replaced")
again = named(os.environ["NEWCOMER"])
again.authenticate(password=PASSWORD)
accepted(again.id_token)
refresh = again.refresh_token
again.logout()
again.refresh_token = refresh
refused(again.renew_access_token)
