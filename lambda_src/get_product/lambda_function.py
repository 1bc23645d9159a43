"""GET /products/{productId}: answers 200 with the product and its ETag; 304 to who has it; 404.

With If-Match a product of another version is 412.

GET /products: answers 200 with a page of `items`, and with a `nextToken` while there is more.

Needs dynamodb:GetItem and Scan on the table; with a sort key Query on the table, and with a
category index Query on that index.
"""

from __future__ import annotations

from shared.answers import Answer, found, listed, not_modified
from shared.entry import Handler
from shared.etags import is_known, must_match
from shared.listing import page
from shared.products import Products
from shared.request import Request, category, limit, only, parameter, product_id


def get(request: Request, products: Products) -> Answer:
    return (get_product if request.is_for_one_product else list_products)(request, products)


def get_product(request: Request, products: Products) -> Answer:
    only(request, "category")
    key = products.key(product_id(request), category(request))
    product = products.get(key)
    form = products.settings.etag_form
    must_match(product, request, form)
    return (not_modified if is_known(product, request, form) else found)(product, form)


def list_products(request: Request, products: Products) -> Answer:
    only(request, "limit", "category", "nextToken")
    token = parameter(request, "nextToken")
    return listed(*page(products, limit(request), category(request), token))


lambda_handler = Handler(get, changes=False)
