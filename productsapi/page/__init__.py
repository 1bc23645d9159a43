"""A page in the browser for one stack, served on loopback: what `productsapi open` opens.

`request_guard` says who may ask, `server` answers, `views` are what can be asked for; `static/` is
the page itself. The page never has a token: `user_session` holds them in this process, and calls
the API for the page.
"""
