"""The hook: it finds the new tasks of a deployment, has them asked, and tells CodeDeploy or ECS."""
