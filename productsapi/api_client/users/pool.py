"""Cognito users and their sign-ins.

A user made here is confirmed at once with a permanent password, and gets no mail. What Cognito
answers to a person's mistake becomes a SignInError in words; anything else stays an AwsError.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from shlex import quote
from typing import Any, Protocol

from productsapi.api_client.token_store import Tokens
from productsapi.api_client.users import names
from productsapi.api_client.users.cognito_errors import challenged, explained
from productsapi.api_client.users.passwords import check_password, passing_password
from productsapi.errors import AccessDenied, AwsError, SignInError

SERVICE = "cognito-idp"
UNDELIVERABLE_DOMAIN = "example.invalid"
"""A domain that no mail ever reaches (RFC 2606)."""


class Aws(Protocol):
    """What is needed of AWS: see productsapi.aws."""

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]: ...

    def pages(self, service: str, operation: str, **params: Any) -> Iterator[dict[str, Any]]: ...


@dataclass(frozen=True)
class User:
    name: str
    status: str  # Cognito's word: CONFIRMED, UNCONFIRMED, FORCE_CHANGE_PASSWORD, ...
    enabled: bool
    email: str | None


@dataclass(frozen=True)
class UserPool:
    aws: Aws = field(repr=False)
    user_pool_id: str
    client_id: str

    # -- for administrators: signed by AWS credentials -------------------------------------------

    def create(
        self, name: str, password: str, *, email: str | None = None, groups: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Make a user who can sign in; returns the groups that had to be made for it.

        If that fails half-way, the user is removed again. A run that is killed in between leaves
        one without a password; the next `create` says so instead of guessing whose it is.
        """
        check_password(password)
        attributes = [{"Name": "email", "Value": email or _placeholder_email(name)}]
        if email and not is_placeholder_email(email):
            attributes.append({"Name": "email_verified", "Value": "true"})
        with explained(name, self.user_pool_id):
            try:
                self._admin(
                    "AdminCreateUser",
                    name,
                    UserAttributes=attributes,
                    MessageAction="SUPPRESS",
                    TemporaryPassword=passing_password(),
                )
            except AwsError as error:
                if error.code == "UsernameExistsException":
                    raise self._exists(name) from error
                raise
        try:
            made = self._join(name, groups)
            self.set_password(name, password)
        except BaseException:  # Ctrl-C too
            with suppress(AwsError):  # the first error is the one to report
                self._admin("AdminDeleteUser", name)
            raise
        return made

    def set_password(self, name: str, password: str) -> None:
        """Give a permanent password, which also confirms a user who wasn't."""
        check_password(password)
        with explained(name, self.user_pool_id):
            self._admin("AdminSetUserPassword", name, Password=password, Permanent=True)

    def delete(self, name: str) -> None:
        with explained(name, self.user_pool_id):
            self._admin("AdminDeleteUser", name)

    def users(self) -> list[User]:
        pages = self.aws.pages(SERVICE, "ListUsers", UserPoolId=self.user_pool_id)
        found = [_user(entry) for page in pages for entry in page["Users"]]
        return sorted(found, key=lambda user: user.name)

    def sub_of(self, name: str) -> str:
        """Cognito's own id of a user, by which the functions know who made a product."""
        with explained(name, self.user_pool_id):
            found = self.aws.call(
                SERVICE, "AdminGetUser", UserPoolId=self.user_pool_id, Username=name
            )
        attributes = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
        if "sub" not in attributes:
            raise SignInError(f"Cognito doesn't report the sub of {name}.")
        return str(attributes["sub"])

    def groups_of(self, name: str) -> list[str]:
        with explained(name, self.user_pool_id):
            pages = self.aws.pages(
                SERVICE, "AdminListGroupsForUser", UserPoolId=self.user_pool_id, Username=name
            )
            return sorted(group["GroupName"] for page in pages for group in page["Groups"])

    def set_groups(self, name: str, groups: Iterable[str]) -> tuple[str, ...]:
        """Put the user into exactly these groups; returns those that had to be made."""
        wanted, present = set(groups), set(self.groups_of(name))
        made = self._join(name, wanted - present)
        for group in sorted(present - wanted):
            self._admin("AdminRemoveUserFromGroup", name, GroupName=group)
        return made

    def own_name(self, typed: str, id_tokens: Mapping[str, str]) -> str:
        """By which of these sign-ins `typed` is known; the pool is asked how it takes names."""
        if typed in id_tokens or not id_tokens:
            return typed
        try:
            found = self.aws.call(SERVICE, "DescribeUserPool", UserPoolId=self.user_pool_id)
        except AccessDenied:
            return typed
        return names.own_name(found["UserPool"], typed, id_tokens)

    # -- for everybody: no AWS credentials, only the app client ----------------------------------

    def login(self, name: str, password: str) -> Tokens:
        check_password(password)
        result = self._initiate(
            name, "USER_PASSWORD_AUTH", {"USERNAME": name, "PASSWORD": password}
        )
        return Tokens(result["IdToken"], result["AccessToken"], result["RefreshToken"])

    def refresh(self, name: str, tokens: Tokens) -> Tokens:
        result = self._initiate(name, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": tokens.refresh_token})
        # A new refresh token comes only where the client rotates them.
        return Tokens(
            result["IdToken"],
            result["AccessToken"],
            result.get("RefreshToken", tokens.refresh_token),
        )

    def revoke(self, name: str, tokens: Tokens) -> None:
        """End a sign-in: no more refreshing. Its ID token is good for the API until it ends."""
        with explained(name, self.user_pool_id):
            self.aws.call(
                SERVICE, "RevokeToken", ClientId=self.client_id, Token=tokens.refresh_token
            )

    # -- below -----------------------------------------------------------------------------------

    def _admin(self, operation: str, name: str, **params: Any) -> None:
        self.aws.call(SERVICE, operation, UserPoolId=self.user_pool_id, Username=name, **params)

    def _initiate(self, name: str, flow: str, parameters: dict[str, str]) -> dict[str, Any]:
        with explained(name, self.user_pool_id):
            answer = self.aws.call(
                SERVICE,
                "InitiateAuth",
                ClientId=self.client_id,
                AuthFlow=flow,
                AuthParameters=parameters,
            )
        if challenge := answer.get("ChallengeName"):
            raise challenged(name, challenge)
        result: dict[str, Any] = answer["AuthenticationResult"]
        return result

    def _join(self, name: str, groups: Iterable[str]) -> tuple[str, ...]:
        made = []
        for group in sorted(set(groups)):
            with explained(name, self.user_pool_id):
                try:
                    self._admin("AdminAddUserToGroup", name, GroupName=group)
                except AwsError as error:
                    if error.code != "ResourceNotFoundException":
                        raise
                    made += self._make_group(group)
                    self._admin("AdminAddUserToGroup", name, GroupName=group)
        return tuple(made)

    def _make_group(self, group: str) -> list[str]:
        try:
            self.aws.call(SERVICE, "CreateGroup", UserPoolId=self.user_pool_id, GroupName=group)
        except AwsError as error:
            if error.code != "GroupExistsException":  # another run was faster
                raise
            return []
        return [group]

    def _exists(self, name: str) -> SignInError:
        found = self.aws.call(SERVICE, "AdminGetUser", UserPoolId=self.user_pool_id, Username=name)
        no_password = found.get("UserStatus") == "FORCE_CHANGE_PASSWORD"
        return SignInError(
            f"There already is a user {name}"
            + (", without a permanent password." if no_password else "."),
            hint=f"`productsapi user password {quote(name)}`"
            + (" completes it" if no_password else " sets a new password"),
        )


def _placeholder_email(name: str) -> str:
    """For who gives none: pools whose schema requires one refuse a user without (C2)."""
    return f"user-{hashlib.sha256(name.encode()).hexdigest()[:12]}@{UNDELIVERABLE_DOMAIN}"


def is_placeholder_email(address: str) -> bool:
    """Whether no mail reaches it, so that nobody can have verified it."""
    domain = address.rpartition("@")[2].rstrip(".").lower()
    return domain == UNDELIVERABLE_DOMAIN or domain.endswith(f".{UNDELIVERABLE_DOMAIN}")


def _user(entry: dict[str, Any]) -> User:
    attributes = {each["Name"]: each["Value"] for each in entry.get("Attributes", ())}
    email = attributes.get("email", "")
    return User(
        name=entry["Username"],
        status=entry["UserStatus"],
        enabled=entry["Enabled"],
        email=None if is_placeholder_email(email) else email or None,
    )
