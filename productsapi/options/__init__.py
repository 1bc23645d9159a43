"""What can be switched on and off, a folder each, with all that is particular to it.

In each: `configuration.py`, its keys with rules and meaning, on the floor below `config/`, which
takes them into its sections; and `option.py`, which gathers the rest (resources, IAM actions,
price, checks) as `OPTIONS`. To add one: its folder, and a line in `FOLDERS` of registry.py. Core
code asks that list and knows none by name; options don't know each other. They share `metrics.py`.

Nothing is imported here, nor in a folder's `__init__.py`: keys are read without resources.
"""
