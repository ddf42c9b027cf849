"""What rendering one text may cost.

The limits count work, not time, so that a text which could be rendered once can always be
rendered again, however busy the machine is.
"""

from django.utils.translation import gettext_lazy as _
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

MAX_LENGTH = 40_000  # characters of source

# Quotes count one level, lists two. Past it markdown-it would drop the text without a word.
MAX_NESTING = 20

# A link is three parts of the outline, a sanitised address and some forty bytes of HTML.
LINK_STEPS = 5

# Positions that the inline parser stops at and lines that the block parser looks at, backtracking
# included. Of 2,252 real texts the dearest, of 8,000 characters, took 261. A step costs 2 to 10
# microseconds, so that the worst texts we could think of are refused within 0.2 s.
MAX_STEPS = 20_000

# Parts of the outline: a paragraph and a table cell are three each. Holds back tables whose rows
# would be filled up with empty cells.
MAX_TOKENS = 20_000


class MarkupError(ValueError):
    """The text can't be rendered; the message says why in words for its author."""


TOO_LONG = _("This text is too long.")
TOO_NESTED = _("This text nests quotes, lists or links too deeply.")
TOO_COMPLEX = _("This text holds too much formatting to be shown. Use fewer marks or split it up.")


def new_budget() -> EnvType:
    """The sandbox that one parse spends its steps from."""
    return {"steps": MAX_STEPS}


def spend(env: EnvType, steps: int) -> None:
    """Take steps from the budget. Raises MarkupError once it is empty."""
    env["steps"] -= steps
    if env["steps"] < 0:
        raise MarkupError(TOO_COMPLEX)


def count_inline(state: StateInline, silent: bool) -> bool:
    """The rule that every inline position tries first, and that never matches."""
    # A bracket looks ahead for its partner, through whatever stands between.
    spend(state.env, 3 if state.src[state.pos] == "[" else 1)
    return False


def count_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The rule that every line tries first, and that never matches."""
    if state.level >= MAX_NESTING:
        raise MarkupError(TOO_NESTED)
    if len(state.tokens) > MAX_TOKENS:
        raise MarkupError(TOO_COMPLEX)
    spend(state.env, 1)
    return False


def check_depth(tokens: list[Token]) -> None:
    """Refuse emphasis in emphasis in emphasis: browsers stop at some hundred elements."""
    if any(token.level > MAX_NESTING for token in tokens):
        raise MarkupError(TOO_NESTED)


def check_length(source: str) -> None:
    """Refuse what is longer than a post may be."""
    if len(source) > MAX_LENGTH:
        raise MarkupError(TOO_LONG)


def check_growth(source: str, html: str) -> None:
    """Refuse what a short text blows up into a long page."""
    if len(html) > 10 * len(source) + 10_000:
        raise MarkupError(TOO_COMPLEX)
