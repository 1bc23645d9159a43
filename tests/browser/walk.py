"""The page of `productsapi open`, used in a real Chromium as a person would. Not a part of CI.

python tests/browser/walk.py [--shots FOLDER] [--chromium PATH]

Deploys a new project to a local cloud of its own, opens its page and goes through it: signs in,
also with a first password to be replaced, makes products, is overtaken by another user, deletes;
with the keyboard alone; at 360 and 1280 pixels, light and dark. Nothing may be said on the console,
nor may axe-core find anything serious. Needs tests/browser/requirements.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

PASSWORD = "MySecurePass1!"
EXACT = "0.1234567890123456789012345678901234567"
"""A price that no float holds."""
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
SERIOUS = {"serious", "critical"}


class Project:
    """A project with its local cloud, whose commands are run as a user runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shop"
        home = folder / "home"
        home.mkdir()
        self.environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        self.run("init", str(self.folder), at=folder)

    def words(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "productsapi", *words]

    def run(self, *words: str, stdin: str = "", at: Path | None = None) -> str:
        done = subprocess.run(
            self.words(*words), cwd=at or self.folder, env=self.environment, input=stdin,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def opened(self) -> Iterator[str]:
        """Its page's address, while it is served."""
        process = subprocess.Popen(
            self.words("open", "--local", "--no-browser"), cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.stdout.close()
            assert process.wait(300) == 143, "SIGTERM ends it in order"


class Walk:
    """The steps, each on the page as the one before left it."""

    def __init__(self, page: Page, project: Project, shots: Path | None) -> None:
        self.page, self.project, self.shots = page, project, shots
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def shot(self, name: str) -> None:
        if self.shots:
            self.page.screenshot(path=self.shots / f"{name}.png")

    def is_accessible(self, name: str) -> None:
        found = Axe().run(self.page).response["violations"]
        bad = [each for each in found if each["impact"] in SERIOUS]
        assert not bad, (name, [(each["id"], each["nodes"][0]["html"]) for each in bad])

    def fits(self, name: str) -> None:
        """Nothing is wider than the window."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name}: {wide} pixels too wide"

    def looked_at(self, name: str) -> None:
        """In both widths and both schemes."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for size in (NARROW, WIDE):
                self.page.set_viewport_size(size)
                self.fits(name)
                self.shot(f"{name}-{scheme}-{size['width']}")
            self.is_accessible(f"{name} {scheme}")
        self.page.emulate_media(color_scheme="light")

    def sign_in(self, url: str) -> None:
        page = self.page
        page.goto(url)
        expect(page.get_by_label("User")).to_be_visible()
        assert url.partition("#")[2] not in page.url, "the key is gone from the address"
        self.looked_at("sign-in")
        self.give("testuser", "Wrong-pass-9")
        expect(page.get_by_role("alert")).to_contain_text("Wrong password")
        self.give("testuser", PASSWORD)
        expect(page.get_by_text("There is no product yet")).to_be_visible()

    def give(self, user: str, password: str) -> None:
        self.page.get_by_label("User").fill(user)
        self.page.get_by_label("Password").fill(password)
        self.page.keyboard.press("Enter")

    def create(self) -> None:
        page = self.page
        page.get_by_role("button", name="New product").click()
        page.get_by_label("Id").fill("PROD001")
        page.get_by_label("Price").fill("cheap")
        page.get_by_role("button", name="Create").click()
        expect(page.locator("[data-field=productPrice] .error")).not_to_be_empty()
        expect(page.locator("[data-field=productName] .error")).to_contain_text("required")
        self.looked_at("violations")
        page.get_by_label("Name").fill("Smartphone Model X")
        page.get_by_label("Category").last.fill("Electronics")
        page.get_by_label("Price").fill(EXACT)
        page.get_by_label("Stock").fill("150")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("cell", name=EXACT)).to_be_visible()

    def overtaken(self) -> None:
        """Another user changes the product while its form is open."""
        page = self.page
        page.get_by_role("button", name="Edit PROD001").click()
        page.get_by_label("Stock").fill("149")
        body = '{"productPrice": 749.50}'
        self.project.run("request", "PUT", "/products/PROD001", "-d", body, "--local")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("Someone changed the product")
        self.looked_at("conflict")
        page.get_by_role("button", name="Take what is there now").click()
        expect(page.get_by_label("Price")).to_have_value("749.5")
        page.get_by_label("Stock").fill("148")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("PROD001 is changed.")).to_be_visible()
        expect(page.get_by_role("cell", name="148")).to_be_visible()

    def keyboard_alone(self) -> None:
        """From the list to a new product and back."""
        page = self.page
        page.get_by_role("button", name="New product").focus()
        page.keyboard.press("Enter")
        for text in ("P-2", "Lamp", "Home", "30.40", "7"):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("rowheader", name="P-2")).to_be_visible()

    def delete(self) -> None:
        page = self.page
        page.get_by_role("button", name="Delete P-2").click()
        expect(page.get_by_role("dialog")).to_contain_text("30.4")
        self.shot("delete")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_role("rowheader", name="P-2")).to_have_count(0)

    def first_password(self) -> None:
        """A user with a temporary password chooses another one."""
        page = self.page
        page.get_by_role("button", name="Sign out").click()
        self.give("newcomer", "Temporary-1!")
        page.get_by_label("New password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    def stack(self) -> None:
        """What someone has changed by hand is red, and says what it should be."""
        page = self.page
        by_hand(
            self.project, "lambda", "update_function_configuration",
            FunctionName="getproductfunction", Timeout=9,
        )  # fmt: skip
        page.get_by_role("link", name="Stack").click()
        expect(page.get_by_role("alert")).to_contain_text("says: 1 part.", timeout=60_000)
        self.looked_at("stack")
        page.get_by_role("button", name="Lambda: get").focus()
        page.keyboard.press("Enter")
        expect(page.locator("details[open]")).to_contain_text("is 9, should be")
        self.shot("drift")

    def logs(self) -> None:
        """The plots show the requests of this walk, and a click shows all lines of one request."""
        page = self.page
        page.get_by_role("link", name="Logs").click()
        drawn = page.get_by_role("img", name="Requests: all:")
        expect(drawn).to_be_visible(timeout=60_000)
        lines = page.get_by_role("button", name="POST /products")
        expect(lines.first).to_be_visible(timeout=60_000)
        self.looked_at("logs")
        lines.first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("REPORT", timeout=60_000)
        self.is_accessible("story")
        self.shot("story")
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Stack").click()
        page.locator("summary", has_text="Lambda: create").click(timeout=60_000)
        page.locator("details[open]").get_by_role("link", name="Its log").click()
        expect(page.get_by_label("Source")).to_have_value("create")

    def api(self) -> None:
        """The viewer tries a call as who is signed in, from a frame with rules of its own."""
        page = self.page
        page.get_by_role("link", name="API").click()
        frame = page.frame_locator("iframe")
        frame.locator("#operations-default-listProducts, .opblock-get").first.click()
        category = frame.get_by_placeholder("category")
        category.fill("")
        frame.get_by_role("button", name="Execute").first.click()
        answer = frame.locator(".live-responses-table").first
        expect(answer).to_contain_text("PROD001", timeout=60_000)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            self.fits("api")
        self.shot("api")

    def turned_away(self) -> None:
        """The list is a 401 once an authorizer of another pool's users guards it: it says why."""
        page, project = self.page, self.project
        api = {"restApiId": json.loads(project.run("status", "--local", "--json"))["api_id"]}
        pool = by_hand(project, "cognito-idp", "create_user_pool", PoolName="others")
        others = by_hand(
            project, "apigateway", "create_authorizer", **api, name="others",
            type="COGNITO_USER_POOLS", providerARNs=[pool["UserPool"]["Arn"]],
            identitySource="method.request.header.Authorization",
        )  # fmt: skip
        paths = by_hand(project, "apigateway", "get_resources", **api)["items"]
        [products] = [each["id"] for each in paths if each["path"] == "/products"]
        change = {"op": "replace", "path": "/authorizerId", "value": others["id"]}
        by_hand(
            project, "apigateway", "update_method", **api, resourceId=products, httpMethod="GET",
            patchOperations=[change],
        )  # fmt: skip
        page.get_by_role("link", name="Products").click()
        expect(page.get_by_role("alert")).to_contain_text("401")
        self.looked_at("turned-away")

    def keeps_nothing(self) -> None:
        kept = self.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        assert kept == [0, 0, ""], kept
        assert not self.said, self.said


def by_hand(project: Project, service: str, operation: str, **params: object) -> Any:
    """What somebody does in the console; gives the answer."""
    code = (
        "import boto3, json, sys; told, service, operation, params = json.load(sys.stdin);"
        "client = boto3.client(service, endpoint_url=told['endpoint_url'],"
        " region_name=told['region'], aws_access_key_id='test', aws_secret_access_key='test');"
        "print(json.dumps(getattr(client, operation)(**params), default=str))"
    )
    reported = json.loads(project.run("status", "--local", "--json"))
    given = json.dumps([reported, service, operation, params])
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout)


def newcomer(project: Project) -> None:
    """With a password for the first time only."""
    reported = json.loads(project.run("status", "--local", "--json"))
    by_hand(
        project, "cognito-idp", "admin_create_user", UserPoolId=reported["user_pool_id"],
        Username="newcomer", TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS",
    )  # fmt: skip


def walk(folder: Path, chromium: str, shots: Path | None) -> None:
    project = Project(folder)
    try:
        project.run("deploy", "--local")
        stdin = f"{PASSWORD}\n"
        project.run("user", "create", "testuser", "--local", "--password-stdin", stdin=stdin)
        project.run("login", "testuser", "--local", "--password-stdin", stdin=stdin)
        newcomer(project)
        with project.opened() as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            steps = Walk(browser.new_page(viewport=WIDE), project, shots)
            steps.sign_in(url)
            for step in (
                steps.create, steps.overtaken, steps.keyboard_alone, steps.delete,
                steps.first_password, steps.stack, steps.logs, steps.api, steps.turned_away,
                steps.keeps_nothing,
            ):  # fmt: skip
                step()
                print(f"{step.__name__}: ok")  # noqa: T201 - the result
            browser.close()
    finally:
        project.run("local", "down")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shots", type=Path, help="Where screenshots go.")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    given = parser.parse_args()
    if given.shots:
        given.shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        walk(Path(folder), given.chromium, given.shots)


if __name__ == "__main__":
    main()
