"""The configuration: what should exist, said in one YAML file, checked before anything is called.

rules.py      what AWS (and we) allow as a value, and how that is said to a person
keys.py       how a key is declared: its rule, default, meaning, price
model.py      every key, with functions.py, access.py (who gets in) and operating.py (limits, cache,
              logs, alarms)
variables.py  the functions' own environment variables
conflicts.py  what is wrong between keys that are right by themselves
document.py   a YAML file as plain nodes that know their line
loading.py    nodes → `Config`, or one error that lists every problem
runtimes.py   until when AWS takes which Python
"""

from productsapi.config.loading import load
from productsapi.config.model import Config

__all__ = ["Config", "load"]
