"""What somebody searches for, and what the database is asked for it."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

MAX_LENGTH = 200
MOST_TERMS = 20
# Shorter words begin too many others.
PREFIX_FROM = 4

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
# Letters, digits, and the marks that are vowels in some scripts.
_WRITTEN = ("L", "N", "M")


@dataclass(frozen=True)
class Term:
    """Words that must follow each other, or must not; a `prefix` may go on with other letters."""

    words: tuple[str, ...]
    left_out: bool = False
    prefix: bool = False


def parse(text: str) -> list[Term]:
    """The terms of a search: words, "words in a row", and -what is left out.

    Raises ValidationError if it is too long, or names nothing to look for.
    """
    if len(text) > MAX_LENGTH:
        raise ValidationError(
            _("Search for at most %(most)s characters."), params={"most": MAX_LENGTH}
        )
    terms = [term for match in _TERM.finditer(_folded(text)) if (term := _term(match)).words]
    if len(terms) > MOST_TERMS:
        raise ValidationError(_("Search for at most %(most)s words."), params={"most": MOST_TERMS})
    if all(term.left_out for term in terms):
        raise ValidationError(_("Name at least one word to look for."))
    return terms


def _term(match: re.Match[str]) -> Term:
    minus, quoted, plain = match.groups()
    words = _words(quoted if quoted is not None else plain)
    prefix = quoted is None and len(words) == 1 and len(words[0]) >= PREFIX_FROM
    return Term(words, bool(minus), prefix)


def _words(text: str) -> tuple[str, ...]:
    """Letters, digits and their marks alone: nothing that means something in a query."""
    parts = "".join(sign if unicodedata.category(sign)[0] in _WRITTEN else " " for sign in text)
    return tuple(word for word in parts.split() if any(sign.isalnum() for sign in word))


def _folded(text: str) -> str:
    """Without case and accents, as the index holds words."""
    letters = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    # FTS5 leaves letters that are made of several together, PostgreSQL's words are in parts.
    return plain if connection.vendor == "postgresql" else unicodedata.normalize("NFC", plain)


def in_database_language(terms: list[Term]) -> str:
    """The terms as `to_tsquery` or FTS5 reads them: words of letters and digits, in quotes."""
    wanted = [term for term in terms if not term.left_out]
    unwanted = [term for term in terms if term.left_out]
    if connection.vendor == "postgresql":
        told = [f"'{' '.join(term.words)}'{':*' if term.prefix else ''}" for term in wanted]
        told += [f"!'{' '.join(term.words)}'" for term in unwanted]
        return " & ".join(told)
    told = [f'"{" ".join(term.words)}"{" *" if term.prefix else ""}' for term in wanted]
    return " NOT ".join([" AND ".join(told)] + [f'"{" ".join(term.words)}"' for term in unwanted])
