"""Values that a fork fills in before it deploys."""


class Placeholder(str):
    """A stand-in that synthesizes, and that `python -m environments check` finds before anything is deployed.

    Args:
        stand_in: A value of the right form.
        fill_in: What belongs there instead.
    """

    fill_in: str

    def __new__(cls, stand_in: str, fill_in: str) -> "Placeholder":
        """Make the text; a str takes its value here and not in __init__."""
        placeholder = super().__new__(cls, stand_in)
        placeholder.fill_in = fill_in
        return placeholder
