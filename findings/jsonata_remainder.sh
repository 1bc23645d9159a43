#!/usr/bin/env bash
# jsonata-python 0.7.1, which MiniStack runs Step Functions' JSONata with, and JSONata's own jsonata 2.2.2 (npm)
#
# Guess: expressions over a product list select the same in the port as in the original.
# Behaviour: the port's % drops the fractions before it divides, so that "the prices in whole pounds" are all
#   prices; and true is 1 for `in` and $distinct (though not for =), as in Python. No error either way.
# Seen:
#                                  JavaScript               Python
#   19.99 % 1                      0.9899999999999984       0
#   -7.5 % 2                       -1.5                     -1
#   items[price % 1 = 0].sku       "B"                      ["A", "B", "C"]
#   items[onSale in [true]].sku    "B"                      ["A", "B"]
#   $distinct(items.onSale)        [1, true, false]         [1, false]
#   items[onSale = true].sku       "B"                      "B"
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q --no-compile jsonata-python==0.7.1 2>log || { cat log >&2; exit 1; }
npm install --silent --no-audit --no-fund --prefix . jsonata@2.2.2 >log 2>&1 || { cat log >&2; exit 1; }
cat >run.js <<'JS'
const jsonata = require('jsonata');
const {data, expressions} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
Promise.all(expressions.map(each => jsonata(each).evaluate(data))).then(all => console.log(JSON.stringify(all)));
JS
venv/bin/python -W ignore - <<'PY'
import json
import subprocess

import jsonata

DATA = {
    "items": [
        {"sku": "A", "price": 19.99, "onSale": 1},
        {"sku": "B", "price": 5, "onSale": True},
        {"sku": "C", "price": 7.5, "onSale": False},
    ]
}
WANTED = {
    "19.99 % 1": (19.99 % 1, 0),
    "-7.5 % 2": (-1.5, -1),
    "items[price % 1 = 0].sku": ("B", ["A", "B", "C"]),
    "items[onSale in [true]].sku": ("B", ["A", "B"]),
    "$distinct(items.onSale)": ([1, True, False], [1, False]),
    "items[onSale = true].sku": ("B", "B"),
}
asked = json.dumps({"data": DATA, "expressions": list(WANTED)})
answer = subprocess.run(["node", "run.js"], input=asked, stdout=subprocess.PIPE, text=True, check=True).stdout
for (expression, wanted), original in zip(WANTED.items(), json.loads(answer)):
    ported = jsonata.Jsonata(expression).evaluate(DATA)
    print(f"{expression:30} {json.dumps(original):24} {json.dumps(ported)}")
    assert json.dumps([original, ported]) == json.dumps(wanted), "it changed"
PY
