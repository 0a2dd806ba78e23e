"""Constructs for Amazon ECS on Fargate with blue/green releases that a stack update cannot undo."""
