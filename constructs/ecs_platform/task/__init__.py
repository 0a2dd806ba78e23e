"""The Fargate task: its size, roles, logs, secrets and container."""
