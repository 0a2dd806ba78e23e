"""Tasks without a service: run by people and pipelines, or by a schedule."""
