"""What each HTTP status of the API means, for the OpenAPI document and for who calls the API.

Each reader adds what only it can say: the document headers and codes, `request` what to do next.
"""

from __future__ import annotations

STATUS_MEANINGS = {
    400: "The request breaks the API's rules; the body lists each violation, with its field.",
    404: "There is no such product.",
    409: "The request conflicts with what is stored; the body says how.",
    412: "Someone changed the product since it was read, so it isn't of the version that was sent: "
    "read it again, then repeat.",
    413: "The request, or the product with it, is too large.",
    415: "The body must be sent as application/json, in a PATCH as application/merge-patch+json, "
    "in UTF-8 and not compressed.",
    429: "More requests than the stage's limit allows: wait, then repeat.",
    500: "API Gateway couldn't invoke the function, or the function failed.",
    502: "The function's answer was malformed, or it crashed or ran out of time.",
    503: "The table or the service is busy: wait, then repeat.",
    504: "The function took longer than API Gateway waits (29 s).",
}
