"""Read, plan, apply: closing the difference between what should exist and what does.

Nothing in here knows an AWS service by name. A `Resource` says how it is read, what it should be
and how it is created, changed and removed; the engine orders, compares and carries out.
"""
