"""Checks before a deploy that the functions can enforce a project's product.schema.json.

What they would leave unread, couldn't compute or would break on is refused here, with file, JSON
pointer and keyword: a rule that is written down and not kept is worse than none.
"""

from productsapi.product_schema.file import SCHEMA, check, read

__all__ = ["SCHEMA", "check", "read"]
