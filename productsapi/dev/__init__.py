"""The inner loop: what is saved is live on the local cloud at once, and what happens there is seen.

Its parts, which `productsapi.cli.dev` puts together: what was saved (`watching`, `changes`), how it
gets live (`code_update`), what is seen (`requests`, `tracebacks`), and what is typed (`keys`).
"""
