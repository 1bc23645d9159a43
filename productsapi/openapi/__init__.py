"""The API as one OpenAPI document, 3.1 or 3.0, derived from what the API itself is made from.

`routes.py` says which routes there are, lambda_src/shared holds the product's rules and the problem
codes, the configuration says where it is and how the table is keyed. Data in, data out: nothing
here calls AWS.
"""

from productsapi.openapi.document import document
from productsapi.openapi.sources import Sources, read
from productsapi.openapi.spec30 import as_30
from productsapi.openapi.text import FORMATS, text

__all__ = ["FORMATS", "Sources", "as_30", "document", "read", "text"]
