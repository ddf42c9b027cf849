"""Ids in addresses."""


class IdConverter:
    """A number that fits a database's id, written in one way; any other one names nothing."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
