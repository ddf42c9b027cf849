"""Ids in addresses."""


class IdConverter:
    """A number that fits a database's id; any longer one names nothing."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
