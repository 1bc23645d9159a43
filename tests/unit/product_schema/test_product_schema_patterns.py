"""Patterns that could take hours are distinguished from those that can't."""

from __future__ import annotations

import pytest

from productsapi.product_schema.patterns import Unsuitable, steps, too_slow

BODY = 262_144
"""Characters of the longest text, where no maxLength is given."""


@pytest.mark.parametrize(
    ("pattern", "length"),
    [
        (r"^[A-Za-z0-9_][A-Za-z0-9_.~:-]*$", BODY),
        (r"[^\s\u0000-\u001f]", BODY),
        (r"^#[0-9a-fA-F]{6}$", BODY),
        (r"^(?:[a-f]|[0-9]){32}$", BODY),
        (r"^(19|20)\d\d-(0[1-9]|1[0-2])$", BODY),
        (r"^-?\d+(\.\d{1,2})?$", BODY),
        (r"^(?:EUR|USD|GBP)$", BODY),
        (r"^[a-z0-9]+(?:-[a-z0-9]+)*$", 128),
        (r"^([a-z]+\.)*[a-z]+$", 253),
        (r"^[\w.+-]+@[\w-]+\.[\w.-]+$", 254),
        (r"^(?=.*\d)(?=.*[a-z]).{8,64}$", 128),
        (r"\s+$", 1000),
    ],
)
def test_patterns_of_every_day_are_taken(pattern: str, length: int) -> None:
    assert too_slow(steps(pattern), length) == 0


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"(a+)+$", r"^(a*)*$", r"^(a?b?)*$", r"(a|a)*$", r"(a|ab|b)*c", r"(\w+\s?)+$"),
        *(r"^(([a-z])+.)+[A-Z]([a-z])+$", r"^(\w+|\d+)*$", r"(.*)*", r"(a+){2,}", r"(x+x+)+y"),
        *(r"(?=(a+)+$)", r"([ab]|[bc])+d", r"(a{0,5}){0,30}", r"((a|b)*|c+)*", r"(\s|\u3000)*x"),
        r"([^b]|\n)*$",
    ],
)
def test_a_loop_with_two_ways_is_refused(pattern: str) -> None:
    with pytest.raises(Unsuitable, match="hours"):
        steps(pattern)


@pytest.mark.parametrize("pattern", [r"^(a?){30}a{30}$", r"^(a|b|ab){40}$", r"^(a*){20}$"])
def test_many_choices_one_after_the_other_count(pattern: str) -> None:
    try:
        found = steps(pattern)
    except Unsuitable:
        return
    assert 0 < too_slow(found, 256) < 256


def test_the_longest_text_that_is_fast_is_reported() -> None:
    found = steps(r"^\d*\d*\d*$")
    most = too_slow(found, BODY)
    assert too_slow(found, most) == 0
    assert too_slow(found, most + 1) == most


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "without its )"),
        ("a)", "without its ("),
        ("[a", "ends too early"),
        ("\\", "ends too early"),
        ("[]", "empty class"),
        ("[^]", "empty class"),
        ("[z-a]", "out of order"),
        (r"[\w-z]", "class as the end of a range"),
        ("[a--b]", "--"),
        ("[--a]", "--"),
        (r"[\S]", "in a class"),
        ("a{3,2}", "out of order"),
        ("a{99999}", "out of order"),
        ("a{9999999999}", "more than 10000 times"),
        ("a{,3}", "{"),
        ("a}", "}"),
        ("]", "]"),
        ("*a", "*"),
        ("a**", "repeated already"),
        ("a++", "repeated already"),
        ("^*", "no character"),
        (r"\b+", "no character"),
        ("(?=a)*", "no character"),
        ("(?i)a", "(?i"),
        ("(?P<n>a)", "(?P"),
        ("(?>a)", "(?>"),
        ("(?<=a)b", "(?<="),
        ("(?<!a)b", "(?<!"),
        ("(?#a)", "(?#"),
        (r"(a)\1", r"\1"),
        (r"\k<n>", r"\k"),
        (r"\p{L}", r"\p"),
        (r"\Z", r"\Z"),
        (r"\A", r"\A"),
        (r"\cA", r"\c"),
        (r"\01", r"\0"),
        (r"\x4", r"\x"),
        (r"\ud83d\ude00", "no character"),
        (r"\u{110000}", "no character"),
        ("a" * 1001, "longer than 1000"),
        ("(" * 500 + ")" * 500, "nested too deeply"),
        ("(?:" + "ab" * 300 + ")*", "too long a part"),
    ],
)
def test_what_the_functions_would_read_otherwise(pattern: str, said: str) -> None:
    with pytest.raises(Unsuitable) as refused:
        steps(pattern)
    assert said in str(refused.value)
