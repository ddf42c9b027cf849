"""What the pages of threads tell an author of what was done to their own texts."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string

from boards.models import Board, Power, Viewer, is_site_staff
from boards.policy import may
from discussions.models import Comment, Post
from discussions.policy import ban_told
from discussions.threads import Thread
from moderation import policy, words
from moderation.actions import offers
from moderation.actions.log import By
from moderation.models import Act, Case
from moderation.models.log import Verb
from moderation.notices import NOTICED, latest_acts, latest_on_comments
from moderation.queue.waits import COUNTED_AT_MOST

register = template.Library()


@register.filter
def may_review(viewer: Viewer, board: Board) -> bool:
    """Whether the review queue of a board, in the admin, lets the viewer in."""
    return policy.may_review(viewer, board)


@register.filter
def waiting(viewer: Viewer, board: Board) -> str:
    """How many cases of a board wait for the viewer, who may review them; not those about them."""
    found = Case.objects.open().filter(board=board).not_about(viewer)  # type: ignore[arg-type]
    if not is_site_staff(viewer):
        found = found.filter(for_staff=False)
    count = found[: COUNTED_AT_MOST + 1].count()
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)


@register.filter
def may_settle(viewer: Viewer, board: Board) -> bool:
    """Whether the viewer may change the board's settings."""
    return may(viewer, board, Power.SETTINGS)


@register.filter
def to_whom_it_concerns(act: Act) -> str:
    """What was done, in a sentence to the member it was done to."""
    return words.of_act(act, act.board)


@register.filter
def deed(act: Act) -> str:
    """What was done, in a few words."""
    return words.deed(act)


@register.filter
def note_in_words(act: Act) -> str:
    """The note of an act, for the moderators."""
    return words.note(act)


@register.simple_tag(takes_context=True)
def barred(context: Context, text: Post | Comment) -> set[str]:
    """What stands against a text and the viewer, a moderator, may not take off."""
    post = text if isinstance(text, Post) else text.post
    return offers.barred([text], post.board, By(context["user"])).get(text.pk, set())


@register.simple_tag(takes_context=True)
def is_out_of_reach(context: Context, text: Post | Comment) -> bool:
    """Whether the viewer, a moderator, can't act on the author of a text."""
    post = text if isinstance(text, Post) else text.post
    return bool(offers.out_of_reach([text], post.board, context["user"]))


@register.inclusion_tag("moderation/_ban_notice.html")
def ban_notice(viewer: Viewer, board: Board) -> dict[str, Any]:
    """That the viewer is banned or muted, and the way to the appeal; the board has their standing.

    Costs nothing for all others.
    """
    if not board.viewer_ban:
        return {}
    acts = Act.objects.filter(member=viewer.pk, board=board, verb__in=(Verb.BAN, Verb.MUTE))
    act = acts.filter(undone_by=None).order_by("-pk").first()
    return {"said": ban_told(viewer, board.pk, board.viewer_ban), "act": act}


@register.filter
def reports_waiting(text: Post | Comment) -> int:
    """How many reports of a text wait for an answer."""
    post = text if isinstance(text, Post) else text.post
    counts = Case.objects.open().about(post.board, text).values_list("report_count", flat=True)
    return counts.first() or 0


@register.simple_tag(takes_context=True)
def reports_of_other(context: Context, text: Post | Comment) -> int:
    """The same of what is shown, and not the viewer's own, of which nothing is told."""
    if text.removed_at or text.author_id == context["user"].pk:
        return 0
    return reports_waiting(text)


@register.inclusion_tag("moderation/_act_notice.html", takes_context=True)
def act_notice(context: Context, post: Post) -> dict[str, Any]:
    """By whom and why the viewer's own post was removed or is held back."""
    act = latest_acts([post], NOTICED).get(post.pk)
    if act is None:
        return {}
    named = policy.names_moderators(context["user"], post.board)
    return {"act": act, "doer": policy.doer(act, named=named)}


@register.simple_tag(takes_context=True)
def own_acts(context: Context, thread: Thread, viewer: Viewer) -> str:
    """The same of the viewer's own comments on the page; costs nothing where all of them stand."""
    gone = [
        comment.pk
        for comment in thread.shown
        if comment.removed_at and comment.author_id == viewer.pk and not comment.deleted_at
    ]
    if not gone:
        return ""
    named = policy.names_moderators(viewer, context["board"])
    acts = latest_on_comments(gone, NOTICED)
    told = [
        {"act": acts[pk], "doer": policy.doer(acts[pk], named=named), "comment": pk}
        for pk in gone
        if pk in acts
    ]
    return render_to_string("moderation/_own_acts.html", {"acts": told})
