"""PUT /products/{productId}: changes the given fields and answers 200 with the whole new product.

null removes an optional field. A product that isn't there is not made: 404. With If-Match, or the
`version` that was read in the body, nothing that someone else has changed in the meantime is
changed: 412; with If-None-Match nothing that has one of these versions.

PATCH /products/{productId}: the same by a JSON merge patch, which reaches into objects.

Needs dynamodb:UpdateItem and GetItem on the table, and with a sort key dynamodb:Query, to find the
category when the caller names none.
"""

from __future__ import annotations

from shared.answers import Answer, found
from shared.body import changes_to, merge_patch
from shared.entry import Handler
from shared.etags import versions_asked_for
from shared.merge_patch import patched
from shared.products import Products
from shared.request import Request, category, only, product_id


def update(request: Request, products: Products) -> Answer:
    only(request, "category")
    return (patch_product if request.method == "PATCH" else put_product)(request, products)


def put_product(request: Request, products: Products) -> Answer:
    which = product_id(request)
    changes = changes_to(which, request)
    form = products.settings.etag_form
    versions = versions_asked_for(request, form, changes.version)
    key = products.key(which, category(request))
    return found(products.update(key, changes.fields, versions), form)


def patch_product(request: Request, products: Products) -> Answer:
    which = product_id(request)
    patch = merge_patch(request)
    form = products.settings.etag_form
    versions = versions_asked_for(request, form, patch.version)
    key = products.key(which, category(request))
    return found(patched(products, key, patch.fields, versions), form)


lambda_handler = Handler(update, changes=True)
