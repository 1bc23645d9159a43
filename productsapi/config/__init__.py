"""The configuration: what should exist, said in one YAML file, checked before anything is called.

model.py      every key, with functions.py, access.py (who gets in) and operating.py (limits,
              monitoring, releases); those of options are in their folders, and how a key is
              declared in `config_keys/`
conflicts.py  what is wrong between keys that are right by themselves
document.py   a YAML file as plain nodes that know their line
loading.py    nodes → `Config`, or one error that lists every problem
environment.py  the file of another environment
runtimes.py   until when AWS takes which Python
"""

from productsapi.config.loading import load
from productsapi.config.model import Config

__all__ = ["Config", "load"]
