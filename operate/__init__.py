"""Commands for people and CI on a deployed environment: `python -m operate --help`."""
