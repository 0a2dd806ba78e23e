"""What runs at the stages of a deployment and may stop it."""
