"""What somebody searches for, and what the database is asked for it."""

import re
import unicodedata
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

MAX_LENGTH = 200
MOST_WORDS = 20
# Shorter words begin too many others, in scripts that part words by blanks.
PREFIX_FROM = 4
# The index is read for each word that begins so; the last ones are those still being typed.
MOST_PREFIXES = 3

_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
# Letters, digits, and the marks that are vowels in some scripts.
_WRITTEN = ("L", "N", "M")
# By the names of their letters. The index holds what such scripts write without a blank as a word.
_WITHOUT_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True)
class Term:
    """Words that must follow each other, or must not; a `prefix` may go on with other letters.

    `as_written`: the same words with the ligatures and small figures they were typed with, if any,
    which SQLite's index keeps.
    """

    words: tuple[str, ...]
    left_out: bool = False
    prefix: bool = False
    as_written: tuple[str, ...] = ()


def parse(text: str) -> list[Term]:
    """The terms of a search: words, "words in a row", and -what is left out.

    Raises ValidationError if it is too long, or names nothing to look for. It is measured as it is
    searched for: there is a letter that is eighteen, four words.
    """
    if max(len(text), len(unicodedata.normalize("NFKC", text[: MAX_LENGTH + 1]))) > MAX_LENGTH:
        raise ValidationError(
            _("Search for at most %(most)s characters."), params={"most": MAX_LENGTH}
        )
    terms = [term for match in _TERM.finditer(text) if (term := _term(match)).words]
    if sum(len(term.words) for term in terms) > MOST_WORDS:
        raise ValidationError(_("Search for at most %(most)s words."), params={"most": MOST_WORDS})
    if all(term.left_out for term in terms):
        raise ValidationError(_("Name at least one word to look for."))
    return _with_few_prefixes(terms)


def _term(match: re.Match[str]) -> Term:
    minus, quoted, plain = match.groups()
    written = quoted if quoted is not None else plain
    words = _words(_folded(written))
    prefix = not minus and quoted is None and len(words) == 1 and _begins_others(words[0])
    is_plain = unicodedata.is_normalized("NFKC", unicodedata.normalize("NFC", written))
    return Term(words, bool(minus), prefix, () if is_plain else _words(written.lower()))


def _begins_others(word: str) -> bool:
    whole = unicodedata.normalize("NFC", word)
    name = unicodedata.name(whole[0], "")
    return len(whole) >= PREFIX_FROM or name.startswith(_WITHOUT_BLANKS)


def _with_few_prefixes(terms: list[Term]) -> list[Term]:
    prefixes = [number for number, term in enumerate(terms) if term.prefix]
    for number in prefixes[:-MOST_PREFIXES]:
        terms[number] = replace(terms[number], prefix=False)
    return terms


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
    told = [_in_fts5(term) for term in wanted]
    return " NOT ".join([" AND ".join(told)] + [_in_fts5(term) for term in unwanted])


def _in_fts5(term: Term) -> str:
    ways = [way for way in (term.words, term.as_written) if way]
    star = " *" if term.prefix else ""
    told = [f'"{" ".join(way)}"{star}' for way in ways]
    return f"({' OR '.join(told)})"
