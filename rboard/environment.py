"""Reads variables of the environment, and says in one line what is wrong with one."""

import ipaddress
import math
import os
import re
from io import StringIO
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / "data"

_LINE = re.compile(r"(export )?[A-Za-z_0-9]+=")
SHORTEST_SECRET = 16  # characters
# What is said behind how an address must look.
IN_PASSWORDS = "; in a password write / ? # % as %2F %3F %23 %25"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class _OrFiles(FileAwareMapping):
    """Any variable may also be in a file, which `NAME_FILE` names.

    Of what is wrong neither the text nor the path is told: either may be the secret itself.
    """

    def __getitem__(self, key: str) -> str:
        try:
            value = str(super().__getitem__(key))
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(
                f"{key}_FILE must name a file of text in UTF-8: {why_unread(error)}."
            ) from None
        # Editors end the last line; the secret is the same with and without.
        return value.rstrip("\r\n") if self.env.get(f"{key}_FILE") else value


class _Environment(environ.FileAwareEnv):
    ENVIRON = _OrFiles()


def why_unread(error: OSError | ValueError) -> str:
    """In a few words, and none of the file's."""
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return "it is not UTF-8" if isinstance(error, UnicodeError) else "its path can't be one"


env = _Environment()


def _read_lines_of_file() -> None:
    """Take variables that are not set from the file of ENV_FILE, which may be missing by default.

    Of a line that is wrong its number is told, as the line may be a secret.
    """
    named = os.environ.get("ENV_FILE")
    if named == "":
        return
    path = named or str(DATA_DIR / "rboard.env")
    try:
        text = Path(path).read_text("utf-8")
        if "\0" in text:
            raise UnicodeError
    except (OSError, ValueError) as error:
        if named is None and isinstance(error, OSError):
            return
        raise ImproperlyConfigured(
            f"ENV_FILE: {path} must be a file of text in UTF-8: {why_unread(error)}."
        ) from None
    lines = [line.lstrip() for line in text.splitlines()]
    for place, line in enumerate(lines, start=1):
        if line and not line.startswith("#") and not _LINE.match(line):
            raise ImproperlyConfigured(f"ENV_FILE: line {place} of {path} is no NAME=value.")
    environ.Env.read_env(StringIO("\n".join(lines)))


_read_lines_of_file()


def secret(name: str) -> str:
    """A secret that has no default; one that could be guessed is none."""
    value = str(env.str(name, default=""))
    if not value.strip():
        raise ImproperlyConfigured(f"{name} is not set: set it, or {name}_FILE to a file's path.")
    if len(value.strip()) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"{name} has less than {SHORTEST_SECRET} characters; make one by "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    return value


def one_line(name: str, default: str) -> str:
    value = str(env.str(name, default="")).strip() or default
    if not value.isprintable():
        raise ImproperlyConfigured(f"{name} must be one line of text.")
    return value


def boolean(name: str, default: bool) -> bool:
    value = env.str(name, default="1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = env.str(name, default=str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def port(name: str, default: int) -> int:
    value = env.str(name, default="") or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value[:6]) < 65_536):
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 to 65535, not {value!r}.")
    return int(value)


def seconds(name: str, default: int, most: float = math.inf) -> int:
    """How many: more than 0, which would mean no limit at all, or nothing."""
    value = number(name, default)
    if value <= 0:
        raise ImproperlyConfigured(f"{name} must be more than 0 (seconds).")
    if value > most:
        raise ImproperlyConfigured(f"{name} must be at most {most} (seconds).")
    return value


def choice(name: str, *choices: str) -> str:
    """One of the choices, the first by default."""
    value = env.str(name, default="") or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}.")
    return str(value)


def log_level(name: str) -> str:
    """As Python's logging calls it, in any case."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    value = (env.str(name, default="") or "INFO").upper()
    if value not in levels:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(levels)}, not {value!r}.")
    return str(value)


def log_file(name: str) -> str:
    """A file that can be written to, "-" for standard output, or "" for none."""
    value = str(env.str(name, default="").strip())
    if value not in {"", "-"}:
        try:
            Path(value).open("a").close()
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(
                f"{name} must be - or a file that can be written to, not {value!r}: "
                f"{why_unread(error)}."
            ) from None
    return value


def networks(name: str, default: str = "") -> list[Network]:
    """Addresses and networks, as in 10.0.0.0/8,192.168.1.7."""
    value = env.str(name, default=default)
    try:
        return [ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be addresses or networks like 10.0.0.0/8, with commas: {error}."
        ) from None
