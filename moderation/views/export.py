"""All that is a member's own, to take along."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import MemberRequest, member_required
from accounts.preferences import preferences
from moderation.export import pieces


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
def export(request: MemberRequest) -> HttpResponseBase:
    """The page that tells what is in the file; its button gives it. Who is banned has it too."""
    if request.method != "POST":
        answer: HttpResponse = render(request, "moderation/export.html")
        return answer
    file = StreamingHttpResponse(
        pieces(request.user, preferences(request)), content_type="application/json"
    )
    name = f"{request.user.username}.json"
    file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return file
