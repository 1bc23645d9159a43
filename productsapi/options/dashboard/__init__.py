"""The dashboard: a page of CloudWatch."""
