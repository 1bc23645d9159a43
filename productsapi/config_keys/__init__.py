"""What a key of the configuration is, whichever: below `config/`, so that options have theirs.

declaration.py  how a key is declared: its rule, default, meaning, price
rules.py        what a rule is, and the kinds of them
allowed.py      what AWS (and we) allow as values, where it isn't one option's alone
"""
