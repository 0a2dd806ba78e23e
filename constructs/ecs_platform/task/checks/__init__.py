"""What ECS would refuse of a task, said before anything of it is made."""
