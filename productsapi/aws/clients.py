"""botocore's sessions and clients: for AWS, for an endpoint like it, and for the local cloud."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

import botocore.session
from botocore.config import Config

from productsapi.aws.backoff import ride
from productsapi.aws.credentials import concerned, settle
from productsapi.aws.endpoints import CHECK_ENDPOINT, configured
from productsapi.aws.error_mapping import translate
from productsapi.aws.location import Location
from productsapi.aws.models import find_by_name
from productsapi.aws.network import Network, client, network
from productsapi.aws.regions import must_offer
from productsapi.aws.request import send
from productsapi.aws.response_check import before_parse
from productsapi.aws.retries import Cadence, Transient
from productsapi.aws.retryable_errors import transient
from productsapi.aws.tracing import Trace, traced
from productsapi.errors import (
    AwsError,
    ConfigError,
    CredentialsError,
    Interrupted,
    ProductsApiError,
    Unintelligible,
)

LOCAL_KEY = "test"
"""The local cloud's root credentials, the same for everyone: they open nothing but it."""

NO_FILE = os.devnull
NOTHING_OF_THE_USERS = {
    name: (None, None, NO_FILE if name.endswith("_file") else default, kind)
    for name, (_, _, default, kind) in botocore.session.Session.SESSION_VARIABLES.items()
}
"""Every setting of botocore's at its default: local runs see neither the user's AWS files nor the
environment, where AWS_REQUEST_CHECKSUM_CALCULATION, for one, can keep a client from being made."""

READ_TIMEOUT = "PRODUCTSAPI_READ_TIMEOUT_S"
USUAL_READ_TIMEOUT = 70.0
LONGEST_READ_TIMEOUT = 900.0
"""Seconds. The longest answers come after uploads of code."""
SHORT_READ_TIMEOUT = {"ssm": 10.0}
"""Of services that answer at once: a lease must be renewed before it runs out."""

LOOKED_INTO = ("dynamodb", "apigateway", "cognito-idp", "lambda", "logs", "iam", "ssm")
"""The services that a look at a stack asks, in the order in which their answers are needed."""

FIRST_CONTACT = Transient("AWS doesn't answer yet", Cadence(first=0.2, longest=1, total=4))
"""Nobody is told of these waits: where there is no way to AWS, that is said soon."""


@dataclass(frozen=True)
class Listing:
    """How a listing goes on: request parameter by answer key, and what says that there is more."""

    tokens: Mapping[str, str]
    more: str | None

    def following(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters that ask for the page after `answer`; none where it was the last."""
        if self.more and not answer.get(self.more):
            return {}
        return {given: answer[got] for given, got in self.tokens.items() if answer.get(got)}


class Clients:
    """One client for each service, made when first used, from any thread."""

    def __init__(self, session: Any, trace: Trace | None = None, **settings: Any) -> None:
        self._session = session
        self._trace = trace
        self._settings = settings
        self._lock = Lock()
        self._made: dict[str, Any] = {}

    @property
    def network(self) -> Network:
        """How requests to the deployed API go out: as those to AWS."""
        return network(self._session)

    def unchecked(self) -> Clients:
        """Others, that send parameters as they are given.

        Of many items botocore's check takes as long as all else that it does with them.
        """
        return Clients(self._session, self._trace, **self._settings, parameter_validation=False)

    def get(self, service: str) -> Any:
        """The client for `service`, which sends each request once: see `Aws` for repeating."""
        made = self._made.get(service)
        if made is None:  # else it isn't waited for another one's being made
            with self._lock:
                made = self._made.get(service) or self._make(service)
                self._made[service] = made
        return made

    def preload(self, services: Iterable[str]) -> Thread:
        """Make clients while an answer is awaited: loading their models is work for the machine."""

        def make() -> None:
            with suppress(Exception):  # whoever needs one meets what keeps it from being made
                for service in services:
                    self.get(service)

        making = Thread(target=make, name="clients", daemon=True)
        making.start()
        return making

    def listing(self, service: str, operation: str) -> Listing:
        """How `operation` pages, by botocore's model of it.

        Asked for by its version, since to find the newest one botocore looks into 400 folders.
        """
        loader = self._session.get_component("data_loader")
        version = self.get(service).meta.service_model.api_version
        model = loader.load_data(f"{service}/{version}/paginators-1")["pagination"][operation]
        given, got = model["input_token"], model["output_token"]
        pairs = {given: got} if isinstance(given, str) else dict(zip(given, got, strict=True))
        return Listing(pairs, model.get("more_results"))

    def _make(self, service: str) -> Any:
        """Without the SDK's own retries, which differ from version to version.

        From botocore 1.44 on they give up within 0.35 s, and after 17 failures for good (B1).
        """
        settings = dict(self._settings)
        longest = SHORT_READ_TIMEOUT.get(service, LONGEST_READ_TIMEOUT)
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 1},
            connect_timeout=10,
            read_timeout=min(_read_timeout(), longest),
            max_pool_connections=24,
            user_agent_appid="productsapi",
            proxies=settings.pop("proxies", None),
            parameter_validation=settings.pop("parameter_validation", True),
        )
        made = client(self._session, service, config, **settings)
        made.meta.events.register("before-parse", before_parse)
        if self._trace:
            traced(made, service, self._trace)
        return made


def connect(
    region: str, profile: str | None = None, trace: Trace | None = None
) -> tuple[Clients, Location]:
    """Clients for AWS, or for whatever endpoint is set, and the account they act in.

    Raises CredentialsError where the credentials are missing, expired or refused, ConfigError or
    Interrupted where that endpoint isn't one, ConfigError where several are set.
    """
    try:
        session = botocore.session.Session(profile=profile)
        find_by_name(session)
        settle(session)
        endpoints = configured(session)
        endpoint = endpoints.url
        clients = Clients(session, trace, region_name=region)
        leaving = clients.network
        sts = clients.get("sts")
        through = leaving.describe(sts.meta.endpoint_url)
        first = Location(region, "", endpoint_url=endpoint, through=through)
        if endpoint is None:
            must_offer(session, region)
        clients.preload(LOOKED_INTO)
        identity = ride(
            lambda: send(sts, first, "sts", "GetCallerIdentity", {}),
            _first_contact,
            lambda seconds, _reason: sleep(seconds),
            monotonic,
        )
        account, caller = identity["Account"], identity["Arn"].rpartition(":")[2]
        partition = session.get_partition_for_region(region)
        known = session.get_component("data_loader").load_data("partitions")["partitions"]
        suffix = next(p["outputs"]["dnsSuffix"] for p in known if p["id"] == partition)
    except Unintelligible as error:
        if endpoint is None:
            raise
        raise ConfigError(f"{endpoint} answers, but not as AWS does", CHECK_ENDPOINT) from error
    except ProductsApiError:
        raise
    except Exception as error:
        if type(error) is ValueError and not concerned(
            error
        ):  # botocore's word for an endpoint that isn't a URL
            raise ConfigError(str(error), f"{CHECK_ENDPOINT}: it starts with http://") from error
        raise translate(error, "sts", "GetCallerIdentity", "POST", None) from error
    location = Location(
        region,
        account,
        partition,
        suffix,
        endpoint,
        caller=caller,
        through=through,
        by_way_of=endpoints.ways,
    )
    return clients, location


def connect_local(
    region: str, endpoint_url: str, account: str, trace: Trace | None = None
) -> tuple[Clients, Location]:
    """Clients for the local cloud, that know nothing of the user's AWS files or environment."""
    session = botocore.session.Session(session_vars=NOTHING_OF_THE_USERS)
    find_by_name(session)
    clients = Clients(
        session,
        trace,
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=LOCAL_KEY,
        aws_secret_access_key=LOCAL_KEY,
        proxies={},
    )
    partition = session.get_partition_for_region(region)
    return clients, Location(region, account, partition, "", endpoint_url, local=True)


def check_account(location: Location, expected: str | None) -> None:
    """Raises CredentialsError where these are the credentials of another account than expected."""
    if expected and location.account != expected and not location.local:
        raise CredentialsError(
            f"these are credentials of account {location.account}; "
            f"the configuration expects account {expected} (expected_account)",
            "choose the right profile with --profile, or correct expected_account",
        )


def _first_contact(error: AwsError) -> Transient | None:
    if isinstance(error, Interrupted):
        return None if isinstance(error, Unintelligible) else FIRST_CONTACT
    return transient("sts", error.operation, error.code, error.text)


def _read_timeout() -> float:
    """Seconds before an answer counts as lost. Raises ConfigError."""
    given = os.environ.get(READ_TIMEOUT)
    try:
        seconds = float(given) if given else USUAL_READ_TIMEOUT
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_READ_TIMEOUT:
        hint = f"give seconds, up to {LONGEST_READ_TIMEOUT:.0f}, or leave it away"
        raise ConfigError(f"{READ_TIMEOUT} is {given!r}", hint)
    return seconds
