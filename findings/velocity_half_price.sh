#!/usr/bin/env bash
# airspeed 0.7.1, its fork airspeed-ext 0.6.9 (both the Python module airspeed) and velocityjs 2.1.7 (Node.js),
# which run the templates of API Gateway's mappings without AWS
#
# Guess: they count as Velocity does: whole numbers divide to a whole one, cut towards zero, with a remainder of the
#   dividend's sign; and true prints true.
# Behaviour: the JavaScript one has fractions where Velocity has none. The Python ones have none at all: each
#   division goes down to the whole, of decimals too, so that half of 19.99 is 9.0. airspeed prints Python's True
#   into the JSON; to airspeed-ext a field that isn't there is true, so that a default for it is never set. No error.
# Seen:
#                                     airspeed    airspeed-ext  velocityjs
#   #set($x = 1999 / 100)$x           19          19            19.99
#   #set($x = -7 % 2)$x               1           1             -1
#   #set($x = $p.price / 2)$x         9.0         9.0           9.995
#   $p.active                         True        true          true
#   #if($p.note)yes#{else}no#end      no          yes           no
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cd "$room"
for package in airspeed==0.7.1 airspeed-ext==0.6.9; do
    python3 -m venv "${package%%=*}"
    "${package%%=*}/bin/pip" install -q --no-compile "$package" 2>log || { cat log >&2; exit 1; }
done
npm install --silent --no-audit --no-fund --prefix . velocityjs@2.1.7 >log 2>&1 || { cat log >&2; exit 1; }
cat >task.json <<'JSON'
[["#set($x = 1999 / 100)$x", "#set($x = -7 % 2)$x", "#set($x = $p.price / 2)$x", "$p.active",
  "#if($p.note)yes#{else}no#end"], {"p": {"price": 19.99, "active": true}}]
JSON
cat >run.py <<'PY'
import json

import airspeed

templates, data = json.load(open("task.json"))
print(json.dumps([airspeed.Template(each).merge(data) for each in templates]))
PY
cat >run.js <<'JS'
const {render} = require('velocityjs');
const [templates, data] = require('./task.json');
console.log(JSON.stringify(templates.map(each => render(each, data))));
JS
python3 - <<'PY'
import json
import subprocess


def rendered(*command):
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


with open("task.json", encoding="utf-8") as task:
    templates = json.load(task)[0]
python, fork = (rendered(f"{name}/bin/python", "-W", "ignore", "run.py") for name in ("airspeed", "airspeed-ext"))
javascript = rendered("node", "run.js")
for row in (("", "airspeed", "airspeed-ext", "velocityjs"), *zip(templates, python, fork, javascript)):
    print(f"{row[0]:33} {row[1]:11} {row[2]:13} {row[3]}")
assert python == ["19", "1", "9.0", "True", "no"], "it changed"
assert fork == ["19", "1", "9.0", "true", "yes"], "it changed"
assert javascript == ["19.99", "-1", "9.995", "true", "no"], "it changed"
PY
