"""Looking whether all is well: `doctor` before and around a deploy, `verify` at what is deployed.

Each check gives findings, plain values; what can't be looked at is a finding too, and ends nothing.
"""
