"""Releases: versions and deployments that earlier runs left, read from AWS itself.

A run that publishes anything has one id, its time and who started it. It is in the description
of each function version and of the API deployment that the run made, so no list of releases is kept
anywhere: it is read off what there is.
"""
