"""A domain of one's own before the API: Regional, TLS 1.2, mapped to the stage, and its DNS record.

The domain is ours by its tag. A mapping is ours that leads to our API, or to none that there is any
more; a record that leads to our domain. Others are never changed.
"""
