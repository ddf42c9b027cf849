"""What rendering one text may cost.

The limits count work, not time, so that a text which could be rendered once can always be
rendered again, however busy the machine is.
"""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 40_000  # characters of source

# Quotes count one level, lists two. Past it markdown-it would drop the text without a word.
MAX_NESTING = 20

# Positions that the parser stops at, backtracking included. Dense tables of 40,000 characters
# take about NNN; the worst texts we found cost 6 microseconds a step.
MAX_STEPS = 20_000

# Parts of the outline: a paragraph and a table cell are three each. Holds back tables whose rows
# are filled up with empty cells.
MAX_TOKENS = 20_000


class MarkupError(ValueError):
    """The text can't be rendered; the message says why in words for its author."""


TOO_LONG = _("This text is too long.")
TOO_NESTED = _("This text nests quotes, lists or links too deeply.")
TOO_COMPLEX = _("This text holds too much formatting to be shown. Use fewer marks or split it up.")


def new_budget() -> EnvType:
    """The sandbox that one parse spends its steps from."""
    return {"steps": MAX_STEPS}


def _spend_step(env: EnvType) -> None:
    env["steps"] -= 1
    if env["steps"] < 0:
        raise MarkupError(TOO_COMPLEX)


def count_inline(state: StateInline, silent: bool) -> bool:
    """The rule that every inline position tries first, and that never matches."""
    _spend_step(state.env)
    return False


def count_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The rule that every line tries first, and that never matches."""
    if state.level >= MAX_NESTING:
        raise MarkupError(TOO_NESTED)
    if len(state.tokens) > MAX_TOKENS:
        raise MarkupError(TOO_COMPLEX)
    _spend_step(state.env)
    return False


def check_depth(tokens: list[Token]) -> None:
    """Refuse emphasis in emphasis in emphasis: browsers stop at some hundred elements."""
    if any(token.level > MAX_NESTING for token in tokens):
        raise MarkupError(TOO_NESTED)


def check_growth(source: str, html: str) -> None:
    """Refuse what a short text blows up into a long page."""
    if len(html) > 10 * len(source) + 10_000:
        raise MarkupError(TOO_COMPLEX)
