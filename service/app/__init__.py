"""The sample application: a small HTTP service that shows how a container lives behind a load balancer."""
