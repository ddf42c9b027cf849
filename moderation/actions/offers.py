"""What is offered to somebody to take back, so that no button is shown that would be refused."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.models import Member
from boards.models import Ban, Board
from discussions.models import Post
from moderation.actions import ranks
from moderation.actions.log import By
from moderation.models import Act


def barred(texts: Iterable[Any], board: Board, by: By) -> dict[int, set[str]]:
    """The columns of some posts, or some comments, that somebody may not take off, by their ids.

    Costs nothing where nothing stands against them, else one query more than the rank.
    """
    standing = {
        text.pk: [column for column in ranks.SET_BY if getattr(text, column, None)]
        for text in texts
    }
    texts = [text for text in texts if standing[text.pk]]
    if not texts or by.actor is None:
        return {}
    field = "post" if isinstance(texts[0], Post) else "comment"
    verbs = {verb for some in ranks.SET_BY.values() for verb in some}
    acts = Act.objects.filter(**{f"{field}__in": [text.pk for text in texts]}, verb__in=verbs)
    acts = acts.filter(undone_by=None).defer("snapshot", "reason", "note").order_by("-pk")
    setters: dict[tuple[int, str], Act] = {}
    for act in acts[: ranks.ACTS_READ * len(texts)]:
        for column in ranks.columns_set(act):
            setters.setdefault((getattr(act, f"{field}_id"), column), act)
    mine = ranks.height(by, board)
    found: dict[int, set[str]] = {}
    for text in texts:
        refused = {
            column
            for column in standing[text.pk]
            if ranks.refusal_to_take_off(text, column, setters.get((text.pk, column)), by, mine)
        }
        if refused:
            found[text.pk] = refused
    return found


def why_ban_stays(member: Member, standing: Ban | None, board: Board, by: By) -> str:
    """Why somebody may not change a ban that is in force, or ""."""
    if standing is None:
        return ""
    try:
        ranks.require_to_change_ban(member, board, by)
    except PermissionDenied as refused:
        return str(refused)
    return ""
