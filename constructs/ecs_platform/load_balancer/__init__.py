"""The Application Load Balancer that services share, and the rules by which they do."""
