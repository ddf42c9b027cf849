"""A member's own texts that moderators took off, which no other list shows."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import MemberRequest, member_required
from discussions.listings import PAGE_SIZE
from moderation.models import Act
from moderation.models.log import Verb
from paging import keyset_page


@require_safe
@member_required
def removed(request: MemberRequest, username: str) -> HttpResponse:
    """What of theirs is removed or held back, by whose acts they can read why and appeal.

    Nobody else reads it, so for them there is no such page.
    """
    if username.lower() != request.user.username.lower():
        raise Http404
    acts = Act.objects.filter(_still("post") | _still("comment"), member=request.user)
    page = keyset_page(
        acts.filter(undone_by=None).select_related("board"),
        column="at",
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    context = {"member": request.user, "tab": "removed", "page": page}
    return render(request, "moderation/own_removed.html", context)


def _still(text: str) -> Q:
    """Acts by which texts of one sort are off still."""
    off = Q(**{f"{text}__removed_at__isnull": False, f"{text}__deleted_at__isnull": True})
    held = Q(**{"verb": Verb.HOLD, f"{text}__is_held": True})
    return off & (Q(verb__in=(Verb.REMOVE, Verb.SPAM)) | held)
