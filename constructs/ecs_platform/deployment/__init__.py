"""How a new revision takes over from the old one."""
