"""A page in the browser for one stack, served on loopback: what `productsapi open` opens.

`guard` says who may ask, `server` answers, `views` are what can be asked for; `static/` is the page
itself. The page never has a token: `signing` holds them in this process, and calls for the page.
"""
