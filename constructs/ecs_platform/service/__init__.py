"""A Fargate service, its two target groups and its scaling."""
