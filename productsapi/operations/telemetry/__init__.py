"""What happens in a deployed stack: what was logged, one request's trace, and figures over time.

Everything here only reads. Times are Unix times: seconds for spans, milliseconds in logs, as
CloudWatch has them.
"""
