"""The API key that callers need beside their token, where the configuration says so.

Its value is made here, given to API Gateway and put into Secrets Manager in one go, and read back
by nobody who deploys. That the key in API Gateway is the one in the secret is kept in a tag: the
id of the secret's version that holds its value.
"""
