"""Numbers keep every digit on their way to the page and back."""

from __future__ import annotations

import pytest

from productsapi.page import exact_json

DIGITS = (
    "0.1", "799.990000000000000000000000000000001", "12345678901234567890123456789012345678",
    "1E-130", "9.9E+125", "-0", "30.40",
)  # fmt: skip


@pytest.mark.parametrize("digits", DIGITS)
def test_a_number_is_written_as_it_was_read(digits: str) -> None:
    text = f'{{"a": [{digits}, {{"b": {digits}}}], "c": "{digits}"}}'
    assert exact_json.write(exact_json.read(text)) == text


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "NaN", "[1", "[" * 100_000, "Infinity"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        exact_json.read(text)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("799.99", "799.99"),
        (" 799.990 ", "799.990"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("007", "7"),
        ("1e2", "1E+2"),
        ("0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"),
        ("cheap", '"cheap"'),
        ("1,50", '"1,50"'),
        ("1_000", '"1_000"'),
        ("٣", '"٣"'),
        ("NaN", '"NaN"'),
        ("1e99999", '"1e99999"'),
    ],
)
def test_what_is_typed_is_a_number_or_text(typed: str, sent: str) -> None:
    """What is no number goes as text, so that the API names it beside all other violations."""
    assert exact_json.write(exact_json.typed(typed)) == sent
