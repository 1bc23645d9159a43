"""Files of products as rows: how they are written is found out, and nothing is guessed wrongly."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from productsapi.data import csv_rows, json_rows, rows
from productsapi.data.rows import BadRow, Row
from productsapi.data.rules import rules_of
from productsapi.errors import Refused

RULES = rules_of(Path(__file__).parents[3] / "lambda_src")
HEADER = "productId,category,productName,productPrice,stock"


def text_of(content: str | bytes, encoding: str | None = None) -> rows.Text:
    raw = content if isinstance(content, bytes) else content.encode()
    return rows.opened(io.BytesIO(raw), encoding)


def read_csv(content: str | bytes, **reported: Any) -> list[Row | BadRow]:
    text = text_of(content)
    asked = {"delimiter": None, "decimal": None, **reported}
    dialect = csv_rows.dialect_of(text.begin, RULES.types, **asked)
    return list(csv_rows.Csv(text.stream, RULES.types, dialect).rows())


def checked(found: Iterator[Row | BadRow] | list[Row | BadRow]) -> list[Any]:
    """Values of the good rows, (line, field) of the bad ones."""
    reported: list[Any] = []
    for row in found:
        each = RULES.checked(row) if isinstance(row, Row) else [row]
        reported.append(each.values if isinstance(each, Row) else [(b.line, b.field) for b in each])
    return reported


@pytest.mark.parametrize(
    ("written", "price"),
    [
        (f"{HEADER}\nA,T,N,7.50,1\n", "7.5"),
        (f'{HEADER}\nA,T,N,"1,234.50",1\n', "1234.5"),
        (f"{HEADER.replace(',', ';')}\nA;T;N;1.234,50;1\n", "1234.5"),
        (f"{HEADER.replace(',', ';')}\nA;T;N;7.5;1\n", "7.5"),
        (f"{HEADER.replace(',', chr(9))}\nA\tT\tN\t007,10\t1\n", "7.1"),
        (f"{HEADER.replace(',', '|')}\nA|T|N|+.5|1\n", "0.5"),
        (f"{HEADER}\nA,T,N,12345678901234567890.123456789012345678,1\n",
         "12345678901234567890.123456789012345678"),
        (f"\ufeff{HEADER}\r\nA,T,N,1e3,1\r\n", "1000"),
    ],
)  # fmt: skip
def test_numbers_are_exact_however_written(written: str, price: str) -> None:
    [values] = checked(read_csv(written))
    assert RULES.dumps(values["productPrice"]) == price


@pytest.mark.parametrize(
    ("decimal", "cell", "price"),
    [
        ("comma", "1.500", "1500"), ("comma", "1.5", None), ("comma", "1.50,0", None),
        ("point", "1,500", "1500"), ("point", "1,5", None), ("point", "1,500.25", "1500.25"),
    ],
)  # fmt: skip
def test_a_sign_between_thousands_is_no_decimal(decimal: str, cell: str, price: str | None) -> None:
    """Read as the other one it would be another price, and nobody would see it."""
    row = f"{HEADER.replace(',', ';')}\nA;T;N;{cell};1\n"
    [reported] = checked(read_csv(row, decimal=decimal))
    if price is None:
        assert reported == [(2, "productPrice")]
    else:
        assert RULES.dumps(reported["productPrice"]) == price


def test_utf_16_of_a_spreadsheet_is_read() -> None:
    content = f"{HEADER}\nA,T,Bär,1,1\n".encode("utf-16")
    [values] = checked(read_csv(content))
    assert values["productName"] == "Bär"


@pytest.mark.parametrize(
    "cells", [["1,234"], ["1,234", "5,678"], ["1,5", "2.5"]], ids=["one", "all", "both"]
)
def test_a_comma_of_two_meanings_is_asked_about(cells: list[str]) -> None:
    content = "\n".join([HEADER.replace(",", ";"), *(f"A;T;N;{cell};1" for cell in cells), ""])
    with pytest.raises(Refused, match="decimal comma") as raised:
        read_csv(content)
    assert "--decimal" in raised.value.hint
    assert len(read_csv(content, decimal="comma")) == len(cells)


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        ("A,T,N,x,1", [(2, "productPrice")]),
        ("A,T,N,1,1.5", [(2, "stock")]),
        ("A,T,N,-1,-1", [(2, "productPrice"), (2, "stock")]),
        (",T,N,1,1", [(2, "productId")]),
        ("A B,,N,1,1", [(2, "category"), (2, "productId")]),
        ("A,T,N,NaN,1", [(2, "productPrice")]),
        ("A,T,N,1" + "0" * 200 + ",1", [(2, "productPrice")]),
        ("A,T,N,1", [(2, "")]),
        ("A,T,N,1,1,1", [(2, "")]),
    ],
)
def test_a_bad_cell_names_its_line_and_field(row: str, bad: list[tuple[int, str]]) -> None:
    [reported] = checked(read_csv(f"{HEADER}\n{row}\n"))
    assert sorted(reported) == sorted(bad)


@pytest.mark.parametrize("after", [1, 40])
def test_an_open_quote_costs_one_line(after: int) -> None:
    """Else all that follow would be one row: bad, or worse, a product."""
    good = [f"P{n},T,N,1,1" for n in range(after)]
    found = read_csv("\n".join([HEADER, 'A,T,"N,1,1', *good, 'B,T,"two\nlines",1,1', 'C,T,"N,1,1']))
    bad = [row for row in found if isinstance(row, BadRow)]
    assert [(row.line, row.text) for row in bad] == [
        (2, 'A,T,"N,1,1'), (after + 5, 'C,T,"N,1,1')
    ]  # fmt: skip
    assert [row.text for row in found if isinstance(row, Row)] == [*good, 'B,T,"two\nlines",1,1']


def test_a_cell_without_a_name_isnt_lost() -> None:
    first, second = read_csv(f"{HEADER},\nA,T,N,1,1,\nB,T,N,1,1,red\n")
    assert isinstance(first, Row)
    assert isinstance(second, BadRow)
    assert "without a name" in second.why


def test_a_row_of_several_lines_keeps_its_text() -> None:
    found = read_csv(f'{HEADER}\nA,T,"two\nlines",1,1\nB,T\n')
    assert [row.text for row in found] == ['A,T,"two\nlines",1,1', "B,T"]
    assert [row.line for row in found] == [2, 4]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("name;price\nA;1\n", "names no field"),
        (f"{HEADER},stock\n", "stock twice"),
        (b"\xff\xfe\x00", "isn't utf-16"),
        (HEADER.encode() + b"\nA,T,\xe4,1,1\n", "isn't utf-8"),
    ],
)
def test_what_is_no_table_is_refused(content: str | bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        checked(read_csv(content))


def test_another_encoding_is_reported() -> None:
    text = text_of(b"productId\n\xe4\n", "cp1252")
    assert "ä" in text.begin
    with pytest.raises(Refused, match="no encoding"):
        text_of(b"a", "nonsense")


def read_json(content: str, kind: Any) -> list[Row | BadRow]:
    return list(kind(text_of(content).stream, RULES.parse).rows())


PRODUCTS = [{"productId": f"P{n}", "n": n, "t": '[]{},"\\ \n'} for n in range(700)]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_any_layout_is_read(indent: int | None) -> None:
    found = read_json(json.dumps(PRODUCTS, indent=indent), json_rows.JsonArray)
    assert [row.values["productId"] for row in found if isinstance(row, Row)] == [
        each["productId"] for each in PRODUCTS
    ]


def test_a_decimal_text_in_json_is_a_number() -> None:
    """As the API takes it; a text of any other kind is left to the rules."""
    row = {"productId": "P", "category": "C", "productName": "1", "note": "2"}
    for price, reported in (("799.90", "799.9"), ("1,5", None)):
        content = json.dumps([{**row, "productPrice": price}])
        [found] = checked(read_json(content, json_rows.JsonArray))
        if reported:
            assert RULES.dumps(found) == RULES.dumps({**row, "productPrice": RULES.parse(reported)})
        else:
            assert found == [(1, "productPrice")]


@pytest.mark.parametrize("content", ["[]", " [ ] \n"])
def test_an_empty_array_holds_nothing(content: str) -> None:
    assert read_json(content, json_rows.JsonArray) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the end"),
        ("{}", "'\\['"),
        ("[{}", "the end"),
        ("[{} {}]", "','"),
        ("[{},]", "no JSON"),
        ('[\n{"a": 1},\n{"a" 2}\n]', "line 3"),
        ("[{}] x", "follows the end"),
        ("[" * 5000, "nested|no JSON"),
    ],
)
def test_an_array_that_breaks_names_the_line(content: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_json(content, json_rows.JsonArray)


def test_a_huge_line_is_one_bad_row() -> None:
    huge = '{"a": "' + "x" * 2 * json_rows.LONGEST + '"}'
    first, second = read_json(f'{huge}\n{{"productId": "A"}}\n', json_rows.JsonLines)
    assert isinstance(first, BadRow)
    assert first.text == huge
    assert second.line == 2
    with pytest.raises(Refused, match="longer"):
        read_json("x" * json_rows.LONGEST_LINE, json_rows.JsonLines)


def test_a_bad_line_is_one_bad_row() -> None:
    content = '{"productId": "A"}\n\nno json\n[1]\n{"a": 1, "a": 2}\n{"productId": "B"}'
    found = read_json(content, json_rows.JsonLines)
    assert [type(row).__name__ for row in found] == ["Row", "BadRow", "BadRow", "BadRow", "Row"]
    assert [row.line for row in found] == [1, 3, 4, 5, 6]


def test_what_the_service_sets_is_left_out() -> None:
    given = {
        "productId": "A",
        "category": "T",
        "productName": "N",
        "productPrice": RULES.parse("1"),
    }
    [values] = checked([Row(1, {**given, "version": RULES.parse("7"), "createdBy": "x"})])
    assert values == given


@pytest.mark.parametrize(
    ("name", "begin", "form"),
    [
        ("a.CSV", "[", "csv"), ("a.tsv", "", "csv"), ("a.json", "", "json"),
        ("a.ndjson", "", "jsonl"), ("", " [", "json"), ("-", "\n{", "jsonl"), ("x.txt", "a", "csv"),
    ],
)  # fmt: skip
def test_a_form_is_known_by_name_or_beginning(name: str, begin: str, form: str) -> None:
    assert rows.format_of(name, begin) == form
