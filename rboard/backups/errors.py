"""What can't be done, in one line for the operator."""


class BackupError(Exception):
    """Of a backup or its way back; says what to do."""
