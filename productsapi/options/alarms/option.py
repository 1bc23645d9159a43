"""What core code needs to know of the alarms, and of the mail that they send."""

from __future__ import annotations

from productsapi.options.alarms.alarm import alarms
from productsapi.options.alarms.rights import ALARMS, TOPIC
from productsapi.options.alarms.states import states
from productsapi.options.alarms.topic import mail
from productsapi.stack.option import Option

OPTION = Option(
    name="alarms",
    title="alarms",
    step="monitoring",
    on=lambda config: config.monitoring.alarms,
    parts=alarms,
    rights=ALARMS,
    states=states,
)
MAIL = Option(
    name="alarm-mail",
    step="monitoring",
    on=lambda config: config.monitoring.alarms and config.monitoring.email is not None,
    parts=mail,
    rights=TOPIC,
)
OPTIONS = (MAIL, OPTION)
