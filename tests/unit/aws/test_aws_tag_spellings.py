"""How each service spells what sets and takes away tags, by botocore's models of them."""

from __future__ import annotations

import pytest

from productsapi.aws.clients import Clients
from productsapi.operations.guide.sentences import SENTENCES
from productsapi.stack.tag_sync import SPELLINGS


@pytest.mark.parametrize("service", SPELLINGS)
def test_tag_calls_are_spelt_as_the_service_does(service: str, clients: Clients) -> None:
    spelling, model = SPELLINGS[service], clients.get(service).meta.service_model
    for operation, second in ((spelling.tag, spelling.tags), (spelling.untag, spelling.keys)):
        shape = model.operation_model(operation).input_shape
        assert set(shape.required_members) == {spelling.resource, second}
        assert operation in SENTENCES
    tags = model.operation_model(spelling.tag).input_shape.members[spelling.tags]
    assert tags.type_name == ("list" if spelling.listed else "map")
