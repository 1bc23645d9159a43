"""What a transaction was cancelled for reaches whoever asked for it, action by action."""

from __future__ import annotations

from botocore.exceptions import ClientError

from productsapi.aws.error_mapping import translate
from productsapi.aws.retryable_errors import transient
from productsapi.errors import Cancelled

ANSWER = {
    "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
    "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no"}],
}


def test_each_action_has_its_reason() -> None:
    error = ClientError(ANSWER, "TransactWriteItems")
    reported = translate(error, "dynamodb", "TransactWriteItems", "POST /", None)
    assert isinstance(reported, Cancelled)
    assert reported.reasons == [("None", ""), ("ConditionalCheckFailed", "no")]


def test_a_transaction_under_way_is_asked_again() -> None:
    """Its first answer was lost, and the same token is sent again."""
    assert transient("dynamodb", "TransactWriteItems", "TransactionInProgressException", "")
    assert not transient("dynamodb", "TransactWriteItems", "TransactionCanceledException", "")
