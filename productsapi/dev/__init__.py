"""The inner loop: what is saved is live on the local cloud at once, and what happens there is seen.

Its parts, which `productsapi.cli.dev` puts together: what was saved (`watching`, `changes`), how it
gets live (`code_update`), tracebacks of the functions (`tracebacks`), and what is typed (`keys`);
the requests are read by `local.request_log_client`.
"""
