"""One whole verification: looked at first, then tried, then cleaned up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus

from productsapi.api_client.users import UserPool
from productsapi.aws.caller import Aws
from productsapi.engine.read import Reading
from productsapi.engine.resource import Resource
from productsapi.errors import ProductsApiError, RequestFailed
from productsapi.operations.email_checks import by_mail
from productsapi.operations.finding import Finding, State, attempt, worst
from productsapi.operations.verify import functions, stage
from productsapi.operations.verify.access_denied import (
    NO_TOKEN,
    invalid_credentials,
    kept_out,
    refused,
    without_key,
)
from productsapi.operations.verify.api import Api
from productsapi.operations.verify.cors import cors
from productsapi.operations.verify.round_trip import (
    Product,
    RoundTrip,
    new_product,
    required_fields,
)
from productsapi.operations.verify.settings import settings
from productsapi.operations.verify.throwaway_users import (
    TemporaryUser,
    TemporaryUsers,
    temporary_users,
    users_left_by_earlier_runs,
)
from productsapi.operations.verify.unauthenticated import others, tried, unknown
from productsapi.options.registry import OPTIONS
from productsapi.routes import COLLECTION, FUNCTIONS
from productsapi.stack import Stack
from productsapi.stack.output_names import API_ID

OUTSIDER = "who is in no write group"
STRANGER = "who didn't create the product"


@dataclass(frozen=True)
class Verification:
    """`report` is called with each finding as it comes."""

    stack: Stack
    aws: Aws
    resources: list[Resource]
    reading: Reading
    pool: UserPool
    api: Api
    report: Callable[[Finding], None]
    now: datetime

    def look(self) -> None:
        """By AWS's own account of the stack, without a request."""
        outputs, name = self.reading.outputs, self.stack.config.api.stage
        api_id = str(outputs.get(API_ID))
        self._try(f"stage {name}", partial(stage.our_stage, self.aws, outputs, name))
        self._try("other stages", partial(stage.other_stages, self.aws, outputs, name))
        for function in FUNCTIONS:
            called, of = self.stack.function_name(function), (self.aws, self.stack, function)
            self._try(f"permissions of {called}", partial(functions.permissions, *of, api_id))
            self._try(f"alias of {called}", partial(functions.alias, *of))
        self._try("settings", partial(settings, self.resources, self.reading))
        for check, look in ((n, c) for option in OPTIONS for n, c in option.verify.items()):
            self._try(check, partial(look, self.stack, self.reading))
        mailed = partial(by_mail, self.aws, self.stack.config, self.pool.user_pool_id)
        self._try("mails to users", mailed, State.WARNING)
        self._try(
            "earlier runs", partial(users_left_by_earlier_runs, self.pool, self.now), State.WARNING
        )

    def ask(self) -> None:
        """Send requests without a token, with invalid ones and as a user; clean up after them."""
        config = self.stack.config
        product = new_product(required_fields(config.sources))
        self._try("CORS", partial(cors, self.api, config.api, product["productId"]))
        self.report(refused(self.api, NO_TOKEN, product))
        self._try_the_unreported(product)
        with temporary_users(self.pool, config.user_pool.password_length, self.report) as present:
            user = self._temporary_user(present)
            if user:
                self._as_a_user(present, user, product)
        self.report(refused(self.api, NO_TOKEN, product, again=", at the end too"))

    def _try_the_unreported(self, product: Product) -> None:
        """What others serve from our API, where the endpoint doesn't report its authorization."""
        outputs, ours = self.reading.outputs, self.stack.config.api.stage
        with suppress(ProductsApiError):  # reported when it was read
            stages = {ours: stage.unknown_of_others(self.aws, outputs)}
            stages |= {n: unknown(m) for n, m in others(self.aws, outputs, ours)}
            for name, methods in stages.items():
                url = self.stack.location.invoke_url(str(outputs.get(API_ID)), name)
                if methods:
                    there = replace(self.api, url=url)
                    self.report(tried(there, name, methods, str(product["productId"])))

    def _temporary_user(self, present: TemporaryUsers) -> TemporaryUser | None:
        try:
            user = present.create()
        except ProductsApiError as error:
            text = f"so what a user may do isn't tried: {error.message}"
            self.report(Finding("signs in", State.FAILED, text, error.hint))
            return None
        self.report(Finding("signs in", State.OK, "a new user, with a password"))
        return user

    def _as_a_user(self, present: TemporaryUsers, user: TemporaryUser, product: Product) -> None:
        groups, token = self.stack.config.auth.write_groups, user.tokens.id_token
        if self.api.key:
            self._try("refuses no API key", partial(without_key, self.api, token, product))
        for credential in invalid_credentials(user.tokens, groups):
            self.report(refused(self.api, credential, product))
        if groups:
            changes = {"POST": (COLLECTION, product), **_changes(product)}
            self._keep_out(OUTSIDER, user, changes, "write_group_required")
            try:
                user = present.join(user, groups[0])
            except ProductsApiError as error:
                text = f"so no product is made: {error.message}"
                self.report(Finding("joins a write group", State.FAILED, text, error.hint))
                return
        origins = self.stack.config.api.origins
        trip = RoundTrip(self.api, user.tokens.id_token, product, origins[0])
        gone = False
        try:
            if self._try("creates", lambda: [trip.create()]) is State.OK:
                self._try("reads", lambda: [trip.read()])
                self._try("lists", lambda: [trip.list()])
                if self.stack.config.auth.owner_only:
                    self._as_a_stranger(present, product)
                self._try("updates", lambda: [trip.update()])
                gone = self._try("deletes", lambda: [trip.delete()]) is State.OK
        finally:
            if not gone:
                self._remove(product, user)

    def _as_a_stranger(self, present: TemporaryUsers, product: Product) -> None:
        """Somebody who may write, but not what others have made."""
        auth, check = self.stack.config.auth, f"refuses {STRANGER}"
        writers = [group for group in auth.write_groups if group not in auth.owner_groups]
        if auth.write_groups and not writers:
            text = "not tried: whoever may write is in auth.owner_groups too"
            self.report(Finding(check, State.OK, text))
            return
        try:
            stranger = present.create()
            if writers:
                stranger = present.join(stranger, writers[0])
        except ProductsApiError as error:
            self.report(Finding(check, State.FAILED, f"not tried: {error.message}", error.hint))
        else:
            self._keep_out(STRANGER, stranger, _changes(product), "not_owner")

    def _keep_out(
        self, who: str, user: TemporaryUser, tries: dict[str, tuple[str, Product | None]], code: str
    ) -> None:
        token = user.tokens.id_token
        self._try(f"refuses {who}", partial(kept_out, self.api, who, token, tries, code))

    def _remove(self, product: Product, user: TemporaryUser) -> None:
        """What a trip that didn't reach its end may have left behind."""
        path = _item(product)
        try:
            status = self.api.once("DELETE", path, user.tokens.id_token).status
        except RequestFailed as error:
            why = error.message
        else:
            if status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND}:
                return
            why = f"DELETE {path} answers {status}"
        text = f"the throw-away product {product['productId']} may be left over: {why}"
        self.report(Finding("clean-up", State.FAILED, text, f"productsapi request DELETE {path}"))

    def _try(
        self,
        check: str,
        look: Callable[[], Iterable[Finding]],
        otherwise: State = State.FAILED,
    ) -> State:
        found = []
        for finding in attempt(check, otherwise, look):
            found.append(finding)
            self.report(finding)
        return worst(found)


def _changes(product: Product) -> dict[str, tuple[str, Product | None]]:
    change = (_item(product), {"stock": 2})
    return {"PUT": change, "PATCH": change, "DELETE": (_item(product), None)}


def _item(product: Product) -> str:
    return f"{COLLECTION}/{product['productId']}"
