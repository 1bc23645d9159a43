"""Rules of one field, values, and which keyword each value breaks; nothing but the stdlib.

Values are JSON text, so that decimals come as the handlers read them.
"""

from __future__ import annotations

from shared.jsontext import parse
from shared.validation import value_violations

CASES: list[tuple[str, dict[str, list[str]]]] = [
    # rules, and by keyword ("" for none) the values that break it
    ('{"type": "boolean"}', {"": ["true", "false"], "type": ["1", '"true"', "null", "[]"]}),
    ('{"type": "null"}', {"": ["null"], "type": ["0", "false", '""']}),
    ('{"type": ["string", "null"]}', {"": ['"a"', "null"], "type": ["1", "false"]}),
    ('{"type": "integer"}', {"": ["1", "1.0", "1e2"], "type": ["1.5", "true"]}),
    ('{"enum": ["red", 1, null]}', {"": ['"red"', "1.0", "null"], "enum": ['"pink"', "true"]}),
    ('{"enum": [false, {"a": [1]}]}', {"": ["false", '{"a": [1.0]}'], "enum": ["0", '{"a": 1}']}),
    ('{"const": 0}', {"": ["0", "-0.0"], "const": ["false", "1", '"0"']}),
    ('{"minimum": 1.5}', {"": ["1.5", "2", '"a"'], "minimum": ["1.49", "-1e9"]}),
    ('{"exclusiveMinimum": 0}', {"": ["1e-130"], "exclusiveMinimum": ["0", "-1"]}),
    ('{"maximum": 100}', {"": ["100", "1e2"], "maximum": ["100.01", "1e125"]}),
    ('{"exclusiveMaximum": 100}', {"": ["99.99"], "exclusiveMaximum": ["100", "101"]}),
    ('{"multipleOf": 0.01}', {
        "": ["0", "0.07", "19.99", "1e125", "-0.29", "12345678901234567890123456789.01"],
        "multipleOf": ["0.001", "19.999", "1e-130"],
    }),
    ('{"multipleOf": 3}', {"": ["9", "-3", "0"], "multipleOf": ["10", "0.3"]}),
    ('{"minLength": 2, "maxLength": 3}', {
        "": ['"ab"', '"\U0001f600\U0001f600"', "1"], "minLength": ['"a"'], "maxLength": ['"abcd"'],
    }),
    ('{"pattern": "^a.c$"}', {"": ['"abc"', "7"], "pattern": ['"a\\nc"', '"abc\\n"', '"xabc"']}),
    ('{"pattern": "b"}', {"": ['"abc"'], "pattern": ['"ac"', '""']}),
    (r'{"pattern": "^\\d\\w$"}', {"": ['"1a"'], "pattern": ['"\u0661a"', '"1\u00e9"']}),
    (r'{"pattern": "^[\\s]\\S$"}', {"": ['"\u3000a"'], "pattern": ['"a\u3000"', '"\\u001fa"']}),
    (r'{"pattern": "^\\$[$.]$"}', {"": ['"$."', '"$$"'], "pattern": ['"$a"']}),
    (r'{"pattern": "^[\\u{1F600}-\\u{1F64F}\\x41]$"}', {"": ['"\U0001f601"', '"A"'],
                                                        "pattern": ['"u"']}),
    ('{"pattern": "^[[&&~|]$"}', {"": ['"["', '"&"', '"|"'], "pattern": ['"a"']}),
    (r'{"pattern": "^(?<year>\\d{4})(?!9)"}', {"": ['"2026"'], "pattern": ['"20269"']}),
    ('{"format": "date"}', {"": ['"2024-02-29"', "1"], "format": ['"2023-02-29"', '"2024-2-1"']}),
    ('{"format": "time"}', {"": ['"18:00:00Z"'], "format": ['"18:00:00"', '"25:00:00Z"']}),
    ('{"format": "date-time"}', {
        "": ['"2026-11-22T18:00:00.000Z"', '"2026-11-22T18:00:00+01:00"'],
        "format": ['"2026-11-22"', '"2026-11-22T18:00:00"', '"2026-13-22T18:00:00Z"'],
    }),
    ('{"format": "email"}', {
        "": ['"a.b+c@example.com"'], "format": ['"a"', '"@b.d"', '"a@"', '"a@b@c.de"', '"a b@c.d"'],
    }),
    ('{"format": "hostname"}', {
        "": ['"a.example"', f'"{"a23456789." * 25}com"'],  # 253 characters
        "format": ['"-a.example"', '"a..b"', '""', f'"{"a23456789." * 25}info"'],
    }),
    ('{"format": "ipv4"}', {"": ['"1.2.3.4"'], "format": ['"256.1.1.1"', '"1.2.3"', '"01.1.1.1"']}),
    ('{"format": "uri"}', {"": ['"https://a.de/?q=%20"'], "format": ['"/a"', '"https://a b"']}),
    ('{"format": "uuid"}', {
        "": ['"0f8fad5b-d9cb-469f-a165-70867728950e"'], "format": ['"0f8fad5b"', '"x"'],
    }),
    ('{"minItems": 1, "maxItems": 2}', {"": ["[1]", "{}"], "minItems": ["[]"],
                                        "maxItems": ["[1, 2, 3]"]}),
    ('{"uniqueItems": true}', {
        "": ['[1, true, "1", [1], {"a": 1}, null]'],
        "uniqueItems": ["[1, 1.0]", '[{"a": 1, "b": 2}, {"b": 2, "a": 1}]', "[null, null]"],
    }),
    ('{"type": "array", "items": {"type": "integer"}}', {"": ["[]", "[1, 2]"],
                                                         "type": ['["a"]', '{"a": 1}']}),
    ('{"required": ["a"], "properties": {"a": {"type": "string"}}}', {
        "": ['{"a": "x"}', '{"a": "x", "b": 1}', "7"], "required": ["{}"], "type": ['{"a": 1}'],
    }),
    ('{"properties": {"a": {"properties": {"b": {"minimum": 1}}}}}', {
        "": ['{"a": {"b": 1}}', '{"a": 7}'], "minimum": ['{"a": {"b": 0}}'],
    }),
    ('{"properties": {"a": {}}, "additionalProperties": false}', {
        "": ['{"a": 1}', "{}"], "additionalProperties": ['{"b": 1}'],
    }),
    ('{"additionalProperties": {"type": "number"}}', {"": ['{"a": 1}'], "type": ['{"a": "1"}']}),
    ('{"propertyNames": {"pattern": "^[a-z]+$"}}', {"": ['{"a": 1}'], "pattern": ['{"A": 1}']}),
    ('{"minProperties": 1, "maxProperties": 1}', {
        "": ['{"a": 1}'], "minProperties": ["{}"], "maxProperties": ['{"a": 1, "b": 2}'],
    }),
]  # fmt: skip

TABLE = [
    (rules, value, keyword)
    for rules, values in CASES
    for keyword, texts in values.items()
    for value in texts
]


def broken(rules: str, value: str) -> set[str]:
    """The keywords that a field's value breaks."""
    return {v.code for v in value_violations("field", parse(value, 8), parse(rules, 8))}


def failures() -> list[str]:
    wanted = [(*case, {case[2]} - {""}) for case in TABLE]
    return [
        f"{rules} of {value}: {broken(rules, value)}"
        for rules, value, _, keywords in wanted
        if broken(rules, value) != keywords
    ]
