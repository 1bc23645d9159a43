"""The manual guide's own user commands, unchanged, against what `deploy --local` made."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import leaks
import pytest
from e2e_commands import PATIENCE
from e2e_http import bearer, call
from e2e_project import KEYS, Deployed

SIGN_UP = """
aws cognito-idp sign-up --region eu-west-2 --client-id <ProductsWebAppClient Client ID> --username testuser --password MySecurePass1! --user-attributes Name="email",Value="testuser@example.com"
"""  # noqa: E501 - as it stands in the guide
CONFIRM = """
aws cognito-idp admin-confirm-sign-up --region eu-west-2 --user-pool-id <COGNITO_USER_POOL_ID> --username testuser
"""  # noqa: E501
SIGN_IN = """
aws cognito-idp initiate-auth --region eu-west-2 --auth-flow USER_PASSWORD_AUTH --client-id <APP_Client_ID> --auth-parameters USERNAME=testuser,PASSWORD=MySecurePass1!
"""  # noqa: E501
POST = """
curl -v -X POST \\
-H "Content-Type: application/json" \\
-H "Authorization: Bearer <PUT Id Token value here>" \\
-d '{
    "productId": "PROD001",
    "category": "Electronics",
    "productName": "Smartphone Model X",
    "description": "Latest model smartphone with advanced features.",
    "productPrice": 799,
    "stock": 150
}' \\
"https://<YOUR_API_GATEWAY_INVOKE_URL>/products"
"""

SH = shutil.which("sh")


def shell(
    deployed: Deployed, script: str, programs: list[str], code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Let a shell read the commands as a person pastes them."""
    path = ":".join([*(str(Path(program).parent) for program in programs), "/usr/bin", "/bin"])
    env = deployed.project.environment(
        {
            **KEYS,
            "AWS_ENDPOINT_URL": deployed.reported["endpoint_url"],
            "AWS_PAGER": "",
            "PATH": path,
        }
    )
    assert SH
    done = subprocess.run(
        [SH, "-c", script],
        env={name: value for name, value in env.items() if name != "PYTHONWARNINGS"},
        cwd=deployed.project.folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


@pytest.mark.skipif(SH is None, reason="no sh")
def test_the_guides_own_commands_work(deployed: Deployed, aws: str, curl: str) -> None:
    reported = deployed.reported
    sign_up = SIGN_UP.replace("<ProductsWebAppClient Client ID>", reported["client_id"])
    assert json.loads(shell(deployed, sign_up, [aws]).stdout)["UserConfirmed"] is False

    sign_in = SIGN_IN.replace("<APP_Client_ID>", reported["client_id"])
    too_early = shell(deployed, f"{sign_in.strip()} || exit 7", [aws], code=7)
    assert "UserNotConfirmedException" in too_early.stderr, "only an administrator confirms"

    shell(deployed, CONFIRM.replace("<COGNITO_USER_POOL_ID>", reported["user_pool_id"]), [aws])
    token = json.loads(shell(deployed, sign_in, [aws]).stdout)["AuthenticationResult"]["IdToken"]

    url = f"{reported['invoke_url']}/products"
    post = POST.replace("https://<YOUR_API_GATEWAY_INVOKE_URL>/products", url)
    refused = shell(deployed, post, [curl])
    assert status(refused.stderr) == "401", "the guide's placeholder is no token"

    answer = shell(deployed, post.replace("<PUT Id Token value here>", token), [curl])
    assert status(answer.stderr) == "201"
    made = json.loads(answer.stdout)
    assert (made["productId"], made["productPrice"], made["stock"]) == ("PROD001", 799, 150)
    stored = call("GET", f"{url}/PROD001", bearer(token))
    assert stored.body == made


def status(verbose: str) -> str:
    """Of what `curl -v` says, between whose lines the progress meter writes too."""
    (found,) = re.findall(r"< HTTP/\S+ (\d+)", verbose)
    return str(found)


@pytest.mark.skipif(SH is None, reason="no sh")
def test_curl_takes_its_token_from_the_command_line(deployed: Deployed, curl: str) -> None:
    """Only the token is printed to stdout by `user token`."""
    deployed.project.make_user("curl-user")
    deployed.project.sign_in("curl-user")
    words = " ".join(deployed.project.command("user", "token", "curl-user", "--local"))
    script = f"""
        curl -sS -o /dev/null -w '%{{http_code}}' \\
        -H "Authorization: Bearer $({words})" "{deployed.reported["invoke_url"]}/products"
    """
    done = shell(deployed, script, [curl])
    leaks.saw("what `user token` says beside its token", done.stderr)
    assert done.stdout == "200"
