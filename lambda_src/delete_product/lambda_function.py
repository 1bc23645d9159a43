"""DELETE /products/{productId}: removes the product and answers 204 without a body, or 404.

With If-Match nothing that someone else has changed in the meantime is removed: 412; with
If-None-Match nothing that has one of these versions. Needs dynamodb:DeleteItem on the table, and
with a sort key dynamodb:Query, to find the category when the caller names none.
"""

from __future__ import annotations

from shared.answers import Answer, deleted
from shared.entry import Handler
from shared.etags import versions_asked_for
from shared.products import Products
from shared.request import Request, category, only, product_id


def delete_product(request: Request, products: Products) -> Answer:
    only(request, "category")
    versions = versions_asked_for(request, products.settings.etag_form)
    key = products.key(product_id(request), category(request))
    products.delete(key, versions)
    return deleted()


lambda_handler = Handler(delete_product, changes=True)
