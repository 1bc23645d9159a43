"""The one tree of errors: each class owns its message, hint and exit code.

    ProductsApiError          1   anything below; alone: AWS rejected a request, or it ended early
    ├── ConfigError           3   the configuration can't be used (file, line, key)
    ├── CredentialsError      4   no credentials, expired ones, or another account than expected
    ├── AwsError              1   AWS refused a call for another reason than those here
    │   ├── AccessDenied      4   the caller lacks a permission (names the action)
    │   ├── Cancelled         1   a transaction wasn't carried out (each action's reason)
    │   ├── AlreadyExists     1   a create met something of the same name
    │   ├── NotFound          1   what was asked for isn't there
    │   ├── Outdated          1   what a change was planned on has changed: read again
    │   └── Interrupted       1   a 5xx or a cut: the call may or may not have taken effect
    │       └── Unintelligible 1  an answer that isn't AWS's, or lacks what it must hold
    ├── Refused               5   we won't: it isn't ours, or data would be lost
    │   └── Held              9   it would make live again what was rolled back from
    ├── LocalCloudError       6   the local cloud isn't installed, can't start, or crashed
    ├── SignInError           7   users, passwords, tokens
    ├── RequestFailed         8   the deployed API answered with an error
    └── Fault                70   what nobody foresaw: a fault of productsapi's own

Besides these: 0 done, 2 `plan --exit-code` found changes, 64 usage; interrupted: 130
(Ctrl-C), 143 (SIGTERM), 129 (SIGHUP).
Each error has one message (what and why) and one hint (what to type or do next).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class ProductsApiError(Exception):
    """Failed: AWS rejected a request, or the run ended before it was complete.

    Base of everything that ends a command with a message instead of a traceback.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(ProductsApiError):
    """The configuration can't be used; the message names file, line and key."""

    exit_code = 3


class CredentialsError(ProductsApiError):
    """No credentials, expired ones, or another account than expected."""

    exit_code = 4


class AwsError(ProductsApiError):
    """AWS answered a call with an error; `code` is AWS's own name for it.

    `status` is the HTTP status and `request_id` AWS's name for the very request, where known.
    """

    def __init__(  # noqa: PLR0913 - what is known of one answer
        self,
        operation: str,
        code: str,
        text: str,
        hint: str = "",
        *,
        status: int = 0,
        request_id: str = "",
    ) -> None:
        super().__init__(f"{operation}: {text or 'AWS gives no reason'} ({code})", hint)
        self.operation = operation
        self.code = code
        self.text = text
        self.status = status
        self.request_id = request_id

    def given_up(self, tries: int, seconds: float) -> None:
        """Record how often it was tried before giving up, and what AWS's support asks for."""
        known = [
            f"given up after {tries} tries in {seconds:.0f} s" if tries > 1 else "asked once",
            f"HTTP {self.status}" if self.status else "",
            f"request {self.request_id}" if self.request_id else "",
        ]
        self.message = f"{self.message}; {', '.join(part for part in known if part)}"
        self.args = (self.message,)


class Cancelled(AwsError):
    """A transaction wasn't carried out; `reasons` has each action's code and text, in their order.

    An action that nothing is said against has the code "None".
    """

    reasons: Sequence[tuple[str, str]] = ()


class AccessDenied(AwsError):
    """A permission is missing; the message names it."""

    exit_code = 4


class AlreadyExists(AwsError):
    pass


class NotFound(AwsError):
    pass


class Outdated(AwsError):
    """AWS refused a change: what it was planned on has changed meanwhile. Nothing was done."""


class Interrupted(AwsError):
    """No clear answer: the call may have taken effect. Look before repeating it."""


class Unintelligible(Interrupted):
    """An answer that nothing can be read from: never the same as one that says «there is none»."""

    def __init__(self, operation: str, text: str, *, status: int = 0, request_id: str = "") -> None:
        super().__init__(
            operation,
            "Unintelligible",
            text,
            "check AWS_ENDPOINT_URL, and whether there is a proxy in between; repeat the command",
            status=status,
            request_id=request_id,
        )


class Refused(ProductsApiError):
    """Refused: it isn't ours, data would be lost, or `verify` found it open."""

    exit_code = 5


class Held(Refused):
    """It would make live again what was rolled back from."""

    exit_code = 9


class LocalCloudError(ProductsApiError):
    """The local cloud isn't installed, can't start, or crashed."""

    exit_code = 6


class SignInError(ProductsApiError):
    """Users, passwords or tokens: nobody could be signed in."""

    exit_code = 7


class RequestFailed(ProductsApiError):
    """The deployed API answered with an error."""

    exit_code = 8


class Fault(ProductsApiError):
    """A fault of productsapi's own: what nobody foresaw.

    70 is what sysexits.h calls an internal software error.
    """

    exit_code = 70
