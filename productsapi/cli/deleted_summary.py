"""What a teardown destroys, in a sentence. Pure."""

from __future__ import annotations

from productsapi.stack.data_loss import Count, Losses, Unseen
from productsapi.wording import in_a_row, plural


def in_words(lost: Losses) -> str:
    """For example: This deletes 1,006 products and 1 user for good, and the invoke URL."""
    data = [
        _counted(count, noun)
        for count, noun in ((lost.items, "product"), (lost.users, "user"))
        if count is not None
    ]
    url = "the invoke URL" if lost.url else ""
    text = f"{in_a_row(data)} for good" if data else ""
    what = ", and ".join(filter(None, [text, url])) or "what is marked with - for good"
    return f"This deletes {what}."


def _counted(count: Count | Unseen, noun: str) -> str:
    if isinstance(count, Unseen):
        return f"all {noun}s (how many can't be seen: {count.why})"
    text = plural(count.number, noun)
    return f"at least {text}" if count.at_least else text
