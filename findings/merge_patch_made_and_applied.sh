#!/usr/bin/env bash
# json-merge-patch 0.3.0 (Python) and json-merge-patch 1.0.2 (JavaScript), each of which makes and applies
# the merge patches of RFC 7396
#
# Guess: for two documents without null the patch made from both turns the first into the second.
# Behaviour: neither keeps that.
#   Python: compares with ==, where True is 1 and False is 0: a field that goes from 0 to false, or from 1 to
#     true, is no change, the patch is empty, and the old value stays.
#   JavaScript: two equal documents make no {} but undefined, and applying that gives undefined: a save without
#     an edit gives no document at all (and JSON.stringify drops the patch from a request's body).
# Seen:
#   Python      {'onSale': 0} -> {'onSale': False}: patch {}, applied {'onSale': 0}
#   JavaScript  {"a":1} -> {"a":1}: patch undefined, applied undefined
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
python3 -m venv venv
venv/bin/pip install -q json-merge-patch==0.3.0 2>log || { cat log >&2; exit 1; }
npm install --silent --no-audit --no-fund --prefix . json-merge-patch@1.0.2 >log 2>&1 || { cat log >&2; exit 1; }
venv/bin/python - <<'PY'
import json_merge_patch

old, new = {"onSale": 0}, {"onSale": False}
patch = json_merge_patch.create_patch(dict(old), dict(new))
applied = json_merge_patch.merge(dict(old), patch)
print(f"Python      {old} -> {new}: patch {patch}, applied {applied}")
assert patch == {} and applied["onSale"] is not False, "it changed"
assert json_merge_patch.create_patch({"a": 1}, {"a": 2}) == {"a": 2}
PY
node - <<'JS'
const mergePatch = require('json-merge-patch');
const patch = mergePatch.generate({a: 1}, {a: 1});
const applied = mergePatch.apply({a: 1}, patch);
console.log(`JavaScript  {"a":1} -> {"a":1}: patch ${patch}, applied ${applied}`);
if (patch !== undefined || applied !== undefined) throw new Error('it changed');
if (JSON.stringify(mergePatch.apply({a: 1}, {})) !== '{"a":1}') throw new Error('{} is no empty patch');
JS
