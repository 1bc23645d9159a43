"""Everything that can go wrong and be told to a person.

    ProductsApiError          1   anything below; alone: AWS said no, or the run ended half done
    ├── ConfigError           3   the configuration can't be used (file, line, key)
    ├── CredentialsError      4   no credentials, expired ones, or another account than expected
    ├── AwsError              1   AWS refused a call for another reason than those here
    │   ├── AccessDenied      4   the caller lacks a permission (names the action)
    │   ├── AlreadyExists     1   a create met something of the same name
    │   ├── NotFound          1   what was asked for isn't there
    │   └── Interrupted       1   a 5xx or a cut: the call may or may not have taken effect
    ├── Refused               5   we won't: it isn't ours, or data would be lost
    ├── LocalCloudError       6   the local cloud isn't installed, can't start, or died
    ├── SignInError           7   users, passwords, tokens
    └── RequestFailed         8   the deployed API answered with an error

Besides these: 0 done, 2 `plan --exit-code` found changes, 64 usage; interrupted: 130
(Ctrl-C), 143 (SIGTERM), 129 (SIGHUP).
Each error has one message (what and why) and one hint (what to type or do next).
"""

from __future__ import annotations

from typing import ClassVar


class ProductsApiError(Exception):
    """Base of everything that ends a command with a message instead of a traceback."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(ProductsApiError):
    exit_code = 3


class CredentialsError(ProductsApiError):
    exit_code = 4


class AwsError(ProductsApiError):
    """AWS answered a call with an error; `code` is AWS's own name for it."""

    def __init__(self, operation: str, code: str, text: str, hint: str = "") -> None:
        super().__init__(f"{operation}: {text} ({code})", hint)
        self.operation = operation
        self.code = code
        self.text = text


class AccessDenied(AwsError):
    exit_code = 4


class AlreadyExists(AwsError):
    pass


class NotFound(AwsError):
    pass


class Interrupted(AwsError):
    """No clear answer: the call may have taken effect. Look before repeating it."""


class Refused(ProductsApiError):
    exit_code = 5


class LocalCloudError(ProductsApiError):
    exit_code = 6


class SignInError(ProductsApiError):
    exit_code = 7


class RequestFailed(ProductsApiError):
    exit_code = 8
