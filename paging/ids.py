"""Ids as addresses and forms name them."""

ID_DIGITS = 18  # what is longer is no id


def id_of(text: str) -> int | None:
    """The id that a text names, or None if it names none."""
    whole = text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS
    return int(text) if whole else None
