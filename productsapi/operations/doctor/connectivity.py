"""The way to AWS: the Region, this machine's clock, the account."""

from __future__ import annotations

from datetime import datetime, timedelta

from productsapi.aws.endpoints import IGNORE, Endpoints
from productsapi.aws.location import Location
from productsapi.aws.probe import RegionKnown
from productsapi.config import Config
from productsapi.operations.finding import Finding, State

BREAKS_SIGNATURES = timedelta(minutes=5)
WORTH_REPORTING = timedelta(minutes=1)
SET_THE_CLOCK = "let the network set this machine's clock (`timedatectl set-ntp true`, or NTP)"


def region(name: str, known: RegionKnown) -> Finding:
    """By the SDK's own data, which may be older than a Region or a service in it."""
    if known.unknown:
        return Finding(
            "region",
            State.WARNING,
            f"the installed SDK knows no Region {name}",
            "check the name; for a new Region: pip install --upgrade boto3",
        )
    if known.missing:
        text = f"the installed SDK knows no {', '.join(known.missing)} in {name}"
        return Finding("region", State.WARNING, text, "choose another Region, or a newer boto3")
    return Finding("region", State.OK, name)


def endpoints(found: Endpoints) -> list[Finding]:
    """Nothing where nothing is set: then it's AWS, as everybody takes it to be."""
    if not found.settings:
        return []
    if found.ignored:
        text = f"ignored, as {IGNORE} or the profile asks: {found.summary}"
        return [Finding("endpoints", State.OK, text)]
    return [Finding("endpoints", State.OK, found.summary)]


def not_enabled(name: str, elsewhere: str) -> Finding:
    return Finding(
        "region",
        State.BROKEN,
        f"{elsewhere} takes the credentials, {name} doesn't: it isn't enabled for the account, "
        "or a session token of STS's global endpoint isn't good there",
        f"enable {name} under Account in the AWS console, or choose another Region",
    )


def clock(at_aws: datetime, here: datetime) -> Finding:
    """AWS refuses signatures that are more than five minutes off."""
    off = here - at_aws
    seconds = round(abs(off).total_seconds())
    text = f"{seconds} s {'ahead of' if off > timedelta(0) else 'behind'} AWS's"
    if abs(off) > BREAKS_SIGNATURES:
        return Finding("clock", State.BROKEN, f"{text}: AWS refuses what it signs", SET_THE_CLOCK)
    if abs(off) > WORTH_REPORTING:
        return Finding("clock", State.WARNING, text, SET_THE_CLOCK)
    return Finding("clock", State.OK, "as AWS's, to a minute")


def account(location: Location, config: Config) -> Finding:
    expected = config.expected_account
    if location.local or not expected:
        note = "" if location.local else "; expected_account isn't set, so any is taken"
        return Finding("account", State.OK, f"{location.account}{note}")
    if location.account != expected:
        return Finding(
            "account",
            State.BROKEN,
            f"the credentials are of {location.account}; the configuration expects {expected}",
            "choose the right profile with --profile, or correct expected_account",
        )
    return Finding("account", State.OK, f"{location.account}, as expected")
