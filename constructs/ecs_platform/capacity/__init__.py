"""Where tasks run when not on Fargate: EC2 instances and machines outside AWS, and placement on them."""
