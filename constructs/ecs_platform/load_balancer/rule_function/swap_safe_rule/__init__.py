"""The code of the function that keeps listener rules, in the form that Lambda and the tests both import."""
