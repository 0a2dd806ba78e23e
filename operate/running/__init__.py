"""`run`: one task of a job, from its start to the exit code of its container."""
