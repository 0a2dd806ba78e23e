"""Long values in the sentence that refuses them."""

_SHOWN = 40


def shortened(value: str) -> str:
    """A value as it is, or its beginning and its length where it is long.

    Args:
        value: What was given.
    """
    if len(value) <= 2 * _SHOWN:
        return value
    return f"{value[:_SHOWN]}... ({len(value)} characters)"
