"""From environment files to validated environments, or to one report of every mistake."""
