"""What an environment costs a month while nobody uses it, read from its templates."""
