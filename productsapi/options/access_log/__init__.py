"""The access log: API Gateway's own line for each request."""
