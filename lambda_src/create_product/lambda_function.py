"""POST /products: stores a new product and answers 201 with it, its ETag and its Location.

A product that exists is never overwritten: 409. Needs dynamodb:PutItem on the table.
"""

from __future__ import annotations

from shared.answers import Answer, created
from shared.body import new_product
from shared.entry import Handler
from shared.products import Products
from shared.request import Request, only


def create_product(request: Request, products: Products) -> Answer:
    only(request)
    product = new_product(request)
    return created(products.create(product), request, products.settings.etag_form)


lambda_handler = Handler(create_product, changes=True)
