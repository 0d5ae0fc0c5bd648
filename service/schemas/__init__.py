"""What JSON may say: marshmallow schemas, derived from the domain's own values."""
