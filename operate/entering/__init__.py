"""Getting into a running task by ECS Exec."""
