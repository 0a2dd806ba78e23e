"""The embedded AWS: a moto server and the real CDK CLI, for `make demo` and for the tests."""
