"""Who may act in an account: GitHub's workflows, and the people who operate an environment."""
