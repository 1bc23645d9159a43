"""X-Ray: each function records traces of the requests that Lambda samples.

It is a setting of the functions and their versions (`stack/function_settings.py`), with a right of
their roles'; here is what else there is to it.
"""
