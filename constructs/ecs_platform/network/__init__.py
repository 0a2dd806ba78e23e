"""The network of an environment: made by zone, or brought by the caller."""
