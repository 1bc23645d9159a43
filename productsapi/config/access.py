"""The keys that say who gets in, and who may change products."""

from __future__ import annotations

from dataclasses import dataclass

from productsapi.config_keys import allowed
from productsapi.config_keys.declaration import key, named
from productsapi.config_keys.rules import Flag, Whole


@dataclass(frozen=True, kw_only=True)
class UserPool:
    name: str = named(
        allowed.POOL_NAME, "The Cognito user pool's name.", "secure-serverless-app", "{stack}-users"
    )
    client: str = named(
        allowed.POOL_NAME,
        "The app client that users sign in through.",
        "ProductsWebAppClient",
        "{stack}-client",
    )
    authorizer: str = named(
        allowed.AUTHORIZER_NAME,
        "The API's authorizer, which lets in this pool's users.",
        "CognitoUserAuth",
        "{stack}-authorizer",
    )
    self_sign_up: bool = key(
        Flag(),
        "Whether people may sign up by themselves, as in the guide. Only an administrator can "
        "confirm them, so nobody gets in unseen; `productsapi user create` works either way.",
        default=True,
    )
    self_confirm: bool = key(
        Flag(),
        "Whether new users confirm their sign-up by a code that Cognito mails. Anyone with a "
        "mailbox then gets in, and reads all products: with `self_sign_up` it needs "
        "`auth.write_groups` or `auth.owner_only`. Cognito itself mails at most 50 codes a day; "
        "more takes Amazon SES.",
        default=False,
    )
    password_reset: bool = key(
        Flag(),
        "Whether users who forgot their password set another by a code that is mailed to their "
        "verified address. Otherwise an administrator does (`productsapi user password`). Users "
        "without a verified address can't either way: `verify` and `status` name them.",
        default=False,
    )
    deletion_protection: bool = key(
        Flag(),
        "AWS itself refuses to delete the pool while this is on. Switch it off and deploy before "
        "a `teardown --delete-data`.",
        default=False,
    )
    # cognito-idp, CreateUserPoolClient's documentation: ID tokens live 5 minutes to 1 day, refresh
    # tokens 1 hour to 10 years (whole days here).
    id_token_minutes: int = key(
        Whole(5, 1440),
        "Minutes for which a sign-in's ID token opens the API. It can't be revoked: a disabled "
        "user keeps it that long.",
        60,
    )
    refresh_token_days: int = key(
        Whole(1, 3650), "Days for which a sign-in can be renewed without the password.", 30
    )
    password_length: int = key(Whole(6, 99), "The shortest password that users may choose.", 8)


@dataclass(frozen=True, kw_only=True)
class Auth:
    client_ids: tuple[str, ...] = key(
        allowed.CLIENT_IDS,
        "Further app clients of the user pool whose ID tokens are accepted, beside our own.",
        (),
        own=True,
    )
    write_groups: tuple[str, ...] = key(
        allowed.GROUPS,
        "The Cognito groups whose members may create, change and delete products, such as "
        "[editors]. Without any, every signed-in user may, as in the guide.",
        (),
    )
    owner_only: bool = key(
        Flag(),
        "Whether only its creator, or a member of `owner_groups`, may change or delete a product.",
        default=False,
    )
    owner_groups: tuple[str, ...] = key(
        allowed.GROUPS,
        "The Cognito groups whose members may change others' products although `owner_only` is on. "
        "Without that it must be []; where `write_groups` are given, one of those is needed too.",
        (),
    )
