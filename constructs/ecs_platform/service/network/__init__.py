"""Services behind a Network Load Balancer."""
