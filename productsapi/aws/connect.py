"""The way to AWS, to an endpoint like it, or to the local cloud: clients, and the account."""

from __future__ import annotations

import os
from time import monotonic, sleep

import botocore.session

from productsapi.aws.backoff import retry_while_transient
from productsapi.aws.clients import Clients
from productsapi.aws.credentials import concerned, settle
from productsapi.aws.endpoints import CHECK_ENDPOINT, configured
from productsapi.aws.error_mapping import translate
from productsapi.aws.location import Location
from productsapi.aws.models import find_by_name
from productsapi.aws.regions import must_offer
from productsapi.aws.request import send
from productsapi.aws.retries import Cadence, Transient
from productsapi.aws.retryable_errors import transient
from productsapi.aws.tracing import Trace
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
NO_USER_SETTINGS = {
    name: (None, None, NO_FILE if name.endswith("_file") else default, kind)
    for name, (_, _, default, kind) in botocore.session.Session.SESSION_VARIABLES.items()
}
"""Every setting of botocore's at its default: local runs see neither the user's AWS files nor the
environment, where AWS_REQUEST_CHECKSUM_CALCULATION, for one, can keep a client from being made."""

PRELOADED_SERVICES = ("dynamodb", "apigateway", "cognito-idp", "lambda", "logs", "iam", "ssm")
"""The services that a look at a stack asks, in the order in which their answers are needed."""

FIRST_CONTACT = Transient("AWS doesn't answer yet", Cadence(first=0.2, longest=1, total=4))
"""These waits aren't reported: without a network, the command fails soon after."""


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
        clients.preload(PRELOADED_SERVICES)
        identity = retry_while_transient(
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
        # botocore's text for an endpoint that isn't a URL
        if type(error) is ValueError and not concerned(error):
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
    session = botocore.session.Session(session_vars=NO_USER_SETTINGS)
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
