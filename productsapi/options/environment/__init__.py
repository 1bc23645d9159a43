"""Secrets that `functions.environment` names: the functions get their ARNs, and may read them.

They are the user's own: looked for, and never made, changed or removed. The variables are settings
of the functions (`stack/own_variables.py`), the right is in their roles' policy.
"""
