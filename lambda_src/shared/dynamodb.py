"""DynamoDB's calls as the rules use them, without an SDK.

To load one takes longer than all else that a request needs. A call is tried until it is answered or
its time is over, however often that is; what an earlier try may have done is told with the error
(`was_retried`).
"""

from __future__ import annotations

import json
import os
import random
import time
import zlib
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Mapping, NamedTuple

from shared.connection import CONNECT_S, Connection, NoAnswer, Reply
from shared.endpoint import endpoint_of, region_of
from shared.service_errors import UNREACHABLE, UNREADABLE, UNTRUSTED, ServiceError
from shared.sigv4 import Signer, credentials_of
from shared.trust import trust_of

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0
SHORTEST_TRY_S = 0.1
SKEW_S = 300
"""By which a clock may be wrong before AWS refuses what it has signed."""
CLOCK_IS_WRONG = {
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
}
CRC = "x-amz-crc32"
NEEDED: dict[str, tuple[str, type]] = {
    "Query": ("Items", list),
    "Scan": ("Items", list),
    "UpdateItem": ("Attributes", dict),
}
"""What an answer must hold. It is asked for ALL_NEW attributes; GetItem's Item may be missing."""


class Table(NamedTuple):
    """The calls, all of which end by `until`: AWS's own parameters and answers, decoded JSON.

    Each raises ServiceError.
    """

    client: DynamoDB
    until: float

    def put_item(self, **asked: Any) -> dict[str, Any]:
        return self.client.send("PutItem", asked, self.until)

    def get_item(self, **asked: Any) -> dict[str, Any]:
        return self.client.send("GetItem", asked, self.until)

    def update_item(self, **asked: Any) -> dict[str, Any]:
        return self.client.send("UpdateItem", asked, self.until)

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        return self.client.send("DeleteItem", asked, self.until)

    def query(self, **asked: Any) -> dict[str, Any]:
        return self.client.send("Query", asked, self.until)

    def scan(self, **asked: Any) -> dict[str, Any]:
        return self.client.send("Scan", asked, self.until)


class DynamoDB:
    """One environment's client. Raises MisconfiguredError where the environment lacks something."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        endpoint = endpoint_of(environment)
        trust = trust_of(environment) if endpoint.tls else None
        self.environment = environment
        self.clock = clock
        self.now = now
        self.sleep = sleep
        self.connection = Connection(endpoint, trust, clock)
        self.signer = Signer("dynamodb", region_of(environment))
        self.clock_is_off = 0.0  # seconds

    def within(self, seconds: float) -> Table:
        return Table(self, self.clock() + seconds)

    def open(self) -> None:
        """Connect before the first request needs it. Raises NoAnswer."""
        self.connection.open(self.clock() + CONNECT_S)

    def send(self, operation: str, asked: dict[str, Any], until: float) -> dict[str, Any]:
        """The answer. Raises ServiceError; repeats what may pass as long as there is time."""
        body = json.dumps(asked, separators=(",", ":")).encode()
        tries, maybe_done = 0, False
        while True:
            try:
                return self._once(operation, body, until)
            except ServiceError as error:
                error.was_retried = maybe_done
                pause = self._pause(error, tries, until)
                if pause is None:
                    raise
                maybe_done = maybe_done or error.maybe_done
            tries += 1
            self.sleep(pause)

    def _once(self, operation: str, body: bytes, until: float) -> dict[str, Any]:
        headers = {
            "Host": self.connection.endpoint.authority,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        at = self.now() + self.clock_is_off
        signed = self.signer.signed(headers, body, credentials_of(self.environment), at)
        try:
            reply = self.connection.post({**signed, "accept-encoding": "identity"}, body, until)
        except NoAnswer as lost:
            code = UNTRUSTED if lost.untrusted else UNREACHABLE
            raise ServiceError(operation, code, maybe_done=lost.sent) from lost
        try:
            return answer_of(operation, reply, is_aws=self.connection.endpoint.is_aws)
        except ServiceError as error:
            if error.code in CLOCK_IS_WRONG:
                self._set_clock(error, reply)
            raise

    def _set_clock(self, error: ServiceError, reply: Reply) -> None:
        """By the answer's Date, where the clock is as wrong as AWS says: once for each time."""
        try:
            theirs = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
        except (TypeError, ValueError):
            return
        is_off = theirs - self.now()
        if abs(is_off - self.clock_is_off) > SKEW_S:
            self.clock_is_off = is_off
            error.clock_was_set = True

    def _pause(self, error: ServiceError, tries: int, until: float) -> float | None:
        """Seconds until the next try, or None. With full jitter: not all come back at once."""
        if error.clock_was_set:
            return 0.0
        if not error.passes:
            return None
        longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(tries, 10))
        pause = random.random() * longest  # noqa: S311 - no secret hangs on it
        return pause if self.clock() + pause + SHORTEST_TRY_S < until else None


def connect() -> Callable[[float], Table]:
    """Gives the calls, as bounded in seconds as one request is. Connects first, if that can be."""
    client = DynamoDB()
    with suppress(NoAnswer):  # the first request meets it again, and answers for it
        client.open()
    return client.within


def answer_of(operation: str, reply: Reply, *, is_aws: bool = False) -> dict[str, Any]:
    """What DynamoDB says. Raises ServiceError, also for what can't be an answer of DynamoDB.

    `{}` is a product that isn't there: from AWS only with the checksum that DynamoDB adds to each
    answer. Local clouds may know none.
    """
    request_id = reply.headers.get("x-amzn-requestid", "")
    parsed = _decoded(reply)
    proven = bool(parsed) or operation != "GetItem" or not is_aws or CRC in reply.headers
    if reply.status == 200 and parsed is not None and proven and _is_whole(operation, parsed):  # noqa: PLR2004
        return parsed
    if reply.status < 300 or (parsed is None and reply.status < 500):  # noqa: PLR2004
        raise ServiceError(
            operation, UNREADABLE, status=reply.status, request_id=request_id, maybe_done=True
        )
    parsed = parsed or {}
    code = str(parsed.get("__type") or reply.headers.get("x-amzn-errortype") or reply.status)
    message = parsed.get("message", parsed.get("Message", ""))
    item = parsed.get("Item")
    raise ServiceError(
        operation,
        code.partition(":")[0].rpartition("#")[2],
        message if isinstance(message, str) else "",
        status=reply.status,
        request_id=request_id,
        item=item if isinstance(item, dict) else None,
    )


def _decoded(reply: Reply) -> dict[str, Any] | None:
    """The body's members; None where it isn't what was sent, or no JSON object."""
    crc = reply.headers.get(CRC)
    if crc is not None and crc != str(zlib.crc32(reply.body)):
        return None
    try:
        parsed = json.loads(reply.body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _is_whole(operation: str, parsed: dict[str, Any]) -> bool:
    name, kind = NEEDED.get(operation, ("", object))
    item = parsed.get("Item", {})
    return isinstance(item, dict) and (not name or isinstance(parsed.get(name), kind))
