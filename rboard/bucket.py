"""A bucket of S3 or its like; imported only where UPLOADS_URL names one."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

IN_MEMORY = 1024 * 1024  # bytes of a file; what is larger is read by way of the disk
CONNECT_SECONDS, READ_SECONDS = 5, 30
TRIES = 3


class Bucket(S3Storage):
    """Keeps files private, and overwrites none: a name that is taken gets another end."""

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            s3={"addressing_style": options.pop("addressing_style")},
            signature_version="s3v4",
            # Not every server that speaks S3 knows the newer sums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            client_config=config, file_overwrite=False, max_memory_size=IN_MEMORY, **options
        )
