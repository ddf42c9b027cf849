"""The member's inbox."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.pages import is_own_page, next_page
from inbox import actions
from inbox.models import Letter
from paging import keyset_page

PAGE_SIZE = 25


@require_safe
@member_required
def inbox(request: MemberRequest) -> HttpResponse:
    """Letters, newest first; with `?show=unread` only those that wait."""
    show = "unread" if request.GET.get("show") == "unread" else "all"
    letters = Letter.objects.of(request.user).select_related("sender")
    if show == "unread":
        letters = letters.unread()
    page = keyset_page(
        letters, column="created_at", after=request.GET.get("after", ""), size=PAGE_SIZE
    )
    context = {"letters": page.rows, "after": page.after, "show": show}
    return render(request, "inbox/inbox.html", context)


@require_POST
@member_required
def read(request: MemberRequest, letter_id: int) -> HttpResponse:
    """Mark a letter read, and go to what it tells of, or to where the form names in `next`."""
    letter = get_object_or_404(Letter.objects.of(request.user), pk=letter_id)
    actions.mark_read(letter)
    there = letter.url if is_own_page(request, letter.url) else reverse("inbox:inbox")
    return HttpResponseRedirect(next_page(request, default=there))


@require_POST
@member_required
def read_all(request: MemberRequest) -> HttpResponse:
    actions.mark_all_read(request.user)
    messages.success(request, _("All letters are marked read."))
    return redirect("inbox:inbox")
