"""One request to AWS: its answer is one, or an error of our tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import xform_name

from productsapi.aws import response_check
from productsapi.aws.error_mapping import translate
from productsapi.aws.location import Location
from productsapi.aws.masking import mask


def send(
    client: Any, location: Location | None, service: str, operation: str, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Send it. Raises what `translate` gives, without the secrets that it sent."""
    method = getattr(client, xform_name(operation))
    try:
        answer: dict[str, Any] = method(**params)
    except Exception as error:
        model = client.meta.service_model.operation_model(operation)
        request = f"{model.http.get('method', 'POST')} {model.http.get('requestUri', '')}"
        reported = translate(error, service, operation, request.strip(), location)
        raise mask(reported, operation, model.input_shape, params) from error
    response_check.check(service, operation, answer)
    return answer
