"""Addresses of reports, of what moderators do on the site, and of what members see of it."""

from django.urls import path

from moderation.views import acts, content, modlog, reports, requests

app_name = "moderation"

POST = "b/<str:board_name>/<id:post_id>/"
COMMENT = "b/<str:board_name>/<id:post_id>/c/<id:comment_id>/"

# What is done with a post and with a comment alike.
DEEDS = {
    "report": reports.report_content,
    "why": acts.why,
    "remove": content.remove,
    "reason": content.reason,
    "spam": content.spam,
    "restore": content.restore,
    "approve": content.approve,
    "lock": content.lock,
    "ban": content.ban,
}

urlpatterns = [
    path("boards/join/", requests.join, name="join"),
    path("u/<str:username>/report/", reports.report_member, name="member-report"),
    path("acts/<id:act_id>/", acts.act, name="act"),
    path("acts/<id:act_id>/appeal/", acts.appeal, name="appeal"),
    path("acts/<id:act_id>/undo/", acts.undo, name="undo"),
    path("b/<str:board_name>/removed/", content.removed, name="removed"),
    path("b/<str:board_name>/adopt/", requests.adopt, name="adopt"),
    path("b/<str:board_name>/modlog/", modlog.modlog, name="modlog"),
    path("b/<str:board_name>/modlog/feed/", modlog.feed, name="modlog-feed"),
    *(path(f"{POST}{name}/", view, name=f"post-{name}") for name, view in DEEDS.items()),
    *(path(f"{COMMENT}{name}/", view, name=f"comment-{name}") for name, view in DEEDS.items()),
    path(f"{POST}pin/", content.pin, name="post-pin"),
    path(f"{POST}label/", content.label, name="post-label"),
]
