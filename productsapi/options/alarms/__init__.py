"""CloudWatch alarms, and the e-mail subscription to them."""
