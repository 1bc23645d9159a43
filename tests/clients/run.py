"""Real tools on the API: linters, viewers, clients made of its document, and ways to sign in.

    python tests/clients/run.py [NAME...]

Needs the local cloud, Node with npm, Chromium, and Java for some. Everything is installed from the
lock files into a new folder, and an API is deployed on a local cloud of its own; both are gone at
the end. Ends with 1 if anything fails. What it says is what stands in docs/clients.md.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PASSWORD = "MySecurePass1!"
BIN = "node_modules/.bin"
PARSE = (
    'import("@apidevtools/swagger-parser").then(async ({default: parser}) => {'
    'for (const file of ["openapi.json", "openapi-3.0.json"]) await parser.validate(file)})'
    ".catch((refused) => { console.error(refused.message); process.exit(1) })"
)


class Tool(NamedTuple):
    name: str
    folder: str
    commands: tuple[tuple[str, ...], ...]


def of_script(name: str, script: str, *making: tuple[str, ...]) -> Tool:
    """A client in TypeScript: made, compiled under `strict`, bundled, run."""
    bundled = f"out/{script}.mjs"
    bundle = (
        f"{BIN}/esbuild",
        f"{script}.ts",
        "--bundle",
        "--platform=node",
        "--format=esm",
        "--packages=external",
    )
    compiled = (f"{BIN}/tsc", "-p", f"tsconfig.{script}.json")
    run = (*bundle, f"--outfile={bundled}", "--log-level=error"), ("node", bundled)
    return Tool(name, "typescript", (*making, compiled, *run))


def of_python(name: str, script: str, *making: tuple[str, ...]) -> Tool:
    return Tool(name, "python", (*making, ("python", f"{script}.py")))


BOTH = ("openapi.json", "openapi-3.0.json")
TOOLS = (
    Tool("redocly", "typescript", ((f"{BIN}/redocly", "lint", "--max-problems=9", *BOTH),)),
    Tool(
        "spectral",
        "typescript",
        ((f"{BIN}/spectral", "lint", "-r", "spectral.yaml", "--fail-severity=hint", *BOTH),),
    ),
    Tool("swagger-parser", "typescript", (("node", "-e", PARSE),)),
    of_script(
        "openapi-typescript",
        "openapi_fetch",
        (f"{BIN}/openapi-typescript", "openapi.json", "-o", "made/schema.ts"),
    ),
    of_script(
        "hey-api",
        "hey_api",
        (f"{BIN}/openapi-ts", "-i", "openapi.json", "-o", "made/heyapi"),
    ),
    of_script("orval", "orval", (f"{BIN}/orval", "--config", "orval.config.cjs")),
    of_script("oazapfts", "oazapfts", (f"{BIN}/oazapfts", "openapi.json", "made/oazapfts.ts")),
    of_script(
        "swagger-typescript-api",
        "swagger_typescript_api",
        (f"{BIN}/swagger-typescript-api", "generate", "-p", "openapi.json", "-o", "made/sta",
         "-n", "api.ts"),
    ),
    of_script(
        "openapi-generator-typescript",
        "openapi_generator",
        ("openapi-generator-cli", "generate", "-i", "openapi-3.0.json", "-g", "typescript-fetch",
         "-o", "made/openapi-generator"),
    ),
    of_script(
        "openapi-mcp-generator",
        "openapi_mcp_generator",
        (f"{BIN}/openapi-mcp-generator", "--input", "openapi.json",
         "--output", "made/openapi-mcp-generator"),
        (f"{BIN}/tsc", "--project", "made/openapi-mcp-generator"),
    ),
    of_python(
        "openapi-generator-python",
        "openapi_generator",
        ("openapi-generator-cli", "generate", "-i", "openapi.json", "-g", "python", "-o", "made"),
    ),
    of_python(
        "openapi-python-client",
        "openapi_python_client",
        ("openapi-python-client", "generate", "--path", "openapi.json", "--meta", "none",
         "--output-path", "made/products_api_client", "--fail-on-warning"),
    ),
    of_python(
        "datamodel-code-generator",
        "datamodel_code_generator",
        ("datamodel-codegen", "--input", "openapi.json", "--input-file-type", "openapi",
         "--output", "made/product_models.py", "--output-model-type", "pydantic_v2.BaseModel",
         "--formatters", "builtin"),
    ),
    of_python("fastmcp", "fastmcp_tools"),
    *(Tool(viewer, "viewers", (("node", "look.mjs", viewer),))
      for viewer in ("swagger-ui", "redoc", "rapidoc", "scalar")),
    Tool("amazon-cognito-identity-js", "sign_in", (("node", "cognito_js.mjs"),)),
    Tool("aws-amplify", "sign_in", (("node", "amplify.mjs"),)),
    Tool("pycognito", "sign_in", (("python", "pycognito_sign_in.py"),)),
)  # fmt: skip
FOLDERS = ("typescript", "python", "viewers", "sign_in")
USER, FIRST = "kim", "First-Pass-1!"


def main() -> int:
    names = [tool.name for tool in TOOLS]
    if unknown := set(sys.argv[1:]) - set(names):
        raise SystemExit(f"There is no {', '.join(unknown)}. There are:\n" + "\n".join(names))
    work = Path(tempfile.mkdtemp(prefix="productsapi-clients-"))
    try:
        return _all(work, [tool for tool in TOOLS if tool.name in sys.argv[1:]] or list(TOOLS))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _all(work: Path, tools: list[Tool]) -> int:
    folders = {tool.folder for tool in tools}
    if "typescript" in folders:
        folders.add("python")  # whose packages have openapi-generator-cli
    used = [folder for folder in FOLDERS if folder in folders]
    for folder in used:
        _installed(work, folder)
    home = {"HOME": str(work), "PRODUCTSAPI_PASSWORD": PASSWORD}
    product = (sys.executable, "-m", "productsapi")

    def shop(*words: str) -> str:
        return _run(work / "shop", home, *product, *words)

    _run(work, home, *product, "init", "shop")
    _with_contact_and_license(work / "shop" / "config" / "dev.yaml")
    try:
        shop("deploy", "--local", "--yes")
        shop("user", "create", USER, "--local")
        shop("login", USER, "--local")
        token = shop("user", "token", USER, "--local").strip()
        stack = json.loads(shop("status", "--local", "--json"))
        for folder in used:
            for spec, name in zip(("3.1", "3.0"), BOTH, strict=True):
                shop("openapi", "--local", "--spec", spec, "-o", str(work / folder / name))
        amplify = ("config", "frontend", "--local", "--format", "amplify")
        if "sign_in" in used:
            shop(*amplify, "-o", str(work / "sign_in" / "amplify_outputs.json"))
        given = {
            "API_URL": stack["invoke_url"],
            "API_TOKEN": token,
            "OLD_TOKEN": _expired(token),
            "COGNITO": stack["endpoint_url"],
            "POOL_ID": stack["user_pool_id"],
            "CLIENT_ID": stack["client_id"],
            "USER": USER,
            "PASSWORD": PASSWORD,
            "FIRST": FIRST,
        }
        return max([_try(tool, work, given | _newcomer(tool, given)) for tool in tools])
    finally:
        shop("local", "down")


def _installed(work: Path, folder: str) -> None:
    """What a folder's lock files name; Python's in an environment of its own."""
    shutil.copytree(HERE / folder, work / folder)
    (work / folder / "made").mkdir()
    if (work / folder / "package.json").exists():
        words = ("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts=false")
        _run(work / folder, {}, *words)
    if (work / folder / "requirements.txt").exists():
        _run(work, {}, sys.executable, "-m", "venv", f"{folder}/env")
        _run(work, {}, f"{folder}/env/bin/pip", "install", "-q", "-r", f"{folder}/requirements.txt")


def _newcomer(tool: Tool, given: Mapping[str, str]) -> dict[str, str]:
    """A user of its own for each way to sign in, with a first password to be replaced."""
    if tool.folder != "sign_in":
        return {}
    import boto3

    region = given["POOL_ID"].partition("_")[0]
    root = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    cognito = boto3.client("cognito-idp", region, endpoint_url=given["COGNITO"], **root)
    name = f"newcomer-{tool.name}"
    email = {"Name": "email", "Value": f"{name}@example.com"}
    cognito.admin_create_user(
        UserPoolId=given["POOL_ID"],
        Username=name,
        UserAttributes=[email],
        TemporaryPassword=FIRST,
        MessageAction="SUPPRESS",
    )
    return {"NEWCOMER": name}


def _try(tool: Tool, work: Path, given: Mapping[str, str]) -> int:
    folder = work / tool.folder
    environments = [str(each / "env" / "bin") for each in (folder, work / "python")]
    path = os.pathsep.join((*environments, os.environ["PATH"]))
    environment = {**given, "PATH": path, "PYTHONPATH": str(folder / "made")}
    for command in tool.commands:
        if "-p" in command and command[0].endswith("tsc"):
            _one_script(folder, command[2])
        done = _begun(folder, environment, *command)
        if done.returncode:
            print(f"{tool.name}: {' '.join(command)} ended with {done.returncode}")
            print((done.stdout + done.stderr)[-3000:])
            return 1
    print(f"{tool.name}: works", flush=True)
    return 0


def _one_script(folder: Path, config: str) -> None:
    """So that one client that doesn't compile is no other's failure."""
    script = config.removeprefix("tsconfig.").removesuffix(".json")
    reported = {"extends": "./tsconfig.json", "include": [f"{script}.ts"]}
    (folder / config).write_text(json.dumps(reported), "utf-8")


def _with_contact_and_license(path: Path) -> None:
    """Without them linters warn, and are right."""
    text = path.read_text("utf-8")
    for name in ("contact", "license"):
        text = text.replace(f"#{name}:", f"{name}:")
    path.write_text(text, "utf-8")


def _expired(token: str) -> str:
    """One that is over. Its signature isn't right any more: API Gateway tells neither."""
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = json.dumps({**claims, "exp": claims["iat"]}).encode()
    return f"{head}.{base64.urlsafe_b64encode(changed).decode().rstrip('=')}.{signature}"


def _run(folder: Path, environment: Mapping[str, str], *command: str) -> str:
    done = _begun(folder, environment, *command)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _begun(
    folder: Path, environment: Mapping[str, str], *command: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
