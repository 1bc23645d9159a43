"""What a stage lets in: the rate and burst of all its methods, and of single ones.

A stage without any lets in what the account may take, and so cost: API Gateway's own default is
10,000 requests a second for all APIs of the account together.
"""

from __future__ import annotations

from collections.abc import Mapping

from productsapi.config import Config
from productsapi.engine.resource import Fields
from productsapi.stack.stage_part import Settings
from productsapi.steps.deployment.method_settings import ALL, BURST, RATE


def wanted(config: Config) -> Fields:
    """As RATE/BURST, by method."""
    limits = config.limits
    return {ALL: f"{limits.rate}/{limits.burst}", **limits.methods}


def from_aws(settings: Settings) -> Fields:
    """What a stage has; of single methods only what is otherwise than all methods have it."""
    limits = {name: _from_aws(each) for name, each in settings.items()}
    everywhere = limits.pop(ALL, None)
    single = {name: limit for name, limit in limits.items() if limit and limit != everywhere}
    return {ALL: everywhere, **single}


def settings(config: Config) -> Settings:
    limits = {name: limit.partition("/") for name, limit in wanted(config).items()}
    return {name: {RATE: rate, BURST: burst} for name, (rate, _, burst) in limits.items()}


def _from_aws(setting: Mapping[str, str]) -> str | None:
    """None where there is no limit."""
    known = setting.keys() >= {RATE, BURST}
    return f"{setting[RATE]}/{setting[BURST]}" if known else None
