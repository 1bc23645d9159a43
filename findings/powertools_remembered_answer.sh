#!/usr/bin/env bash
# aws-lambda-powertools 3.37.0, idempotency
#
# Guess: a call that's repeated gets what the first one got. That is what the feature is for.
# Behaviour: the first caller gets what the function returned, each later one what JSON made of it: a Decimal
#   is a string then, the keys of a dict of numbers are strings, a tuple is a list. Code after the call that
#   adds, compares or looks up works on the first delivery and fails on a retry alone, which tests seldom have.
# Seen:
#   first  {'total': Decimal('39.98'), 'by_shelf': {7: 2}}
#   again  {'by_shelf': {'7': 2}, 'total': '39.98'}
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q aws-lambda-powertools==3.37.0 boto3==1.44.8 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
from decimal import Decimal

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer


class InMemory(BasePersistenceLayer):
    """A store as the documentation has one write one's own: it keeps the records it's given."""

    def __init__(self):
        super().__init__()
        self.kept = {}

    def _get_record(self, idempotency_key):
        if idempotency_key not in self.kept:
            raise IdempotencyItemNotFoundError
        return self.kept[idempotency_key]

    def _put_record(self, data_record):
        if data_record.idempotency_key in self.kept:
            raise IdempotencyItemAlreadyExistsError(old_data_record=self.kept[data_record.idempotency_key])
        self.kept[data_record.idempotency_key] = data_record

    def _update_record(self, data_record):
        self.kept[data_record.idempotency_key] = data_record

    def _delete_record(self, data_record):
        del self.kept[data_record.idempotency_key]


@idempotent_function(
    data_keyword_argument="order", persistence_store=InMemory(), config=IdempotencyConfig()
)
def place(order):
    return {"total": Decimal("19.99") * order["count"], "by_shelf": {7: order["count"]}}


first, again = place(order={"count": 2}), place(order={"count": 2})
print("first ", first)
print("again ", again)
assert first == {"total": Decimal("39.98"), "by_shelf": {7: 2}}, "the first call changed"
assert again == {"total": "39.98", "by_shelf": {"7": 2}}, "it changed"
PY
