"""Stacks: prepared, judged before they are executed, and what they need beforehand."""
