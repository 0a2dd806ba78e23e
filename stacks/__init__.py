"""Composition: an environment's values in, constructs wired. No resource is described here."""
