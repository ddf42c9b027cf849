"""Addresses of reports, of boards' settings, and of what moderators do on the site."""

from django.urls import path

from moderation.views import (
    acts,
    bans,
    board_settings,
    content,
    export,
    modlog,
    own,
    reports,
    requests,
)

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
    "ban": bans.ban,
}

MEMBERS = "b/<str:board_name>/members/"

urlpatterns = [
    path("settings/export/", export.export, name="export"),
    path("boards/join/", requests.join, name="join"),
    path("u/<str:username>/report/", reports.report_member, name="member-report"),
    path("u/<str:username>/removed/", own.removed, name="own-removed"),
    path("acts/<id:act_id>/", acts.act, name="act"),
    path("acts/<id:act_id>/appeal/", acts.appeal, name="appeal"),
    path("acts/<id:act_id>/undo/", acts.undo, name="undo"),
    path("acts/<id:act_id>/undo-all/", acts.undo_all, name="undo-all"),
    path("b/<str:board_name>/edit/", board_settings.edit, name="board-edit"),
    path(MEMBERS, board_settings.members, name="board-members"),
    path(f"{MEMBERS}appoint/", board_settings.appoint, name="board-appoint"),
    path(f"{MEMBERS}step-down/", board_settings.step_down, name="board-step-down"),
    path(f"{MEMBERS}take-off/", board_settings.take_off, name="board-take-off"),
    path(f"{MEMBERS}approve/", board_settings.approve, name="board-approve"),
    path(f"{MEMBERS}lift/", board_settings.lift, name="board-lift"),
    path(f"{MEMBERS}dismiss/", board_settings.dismiss, name="board-dismiss"),
    path("b/<str:board_name>/removed/", content.removed, name="removed"),
    path("b/<str:board_name>/adopt/", requests.adopt, name="adopt"),
    path("b/<str:board_name>/modlog/", modlog.modlog, name="modlog"),
    path("b/<str:board_name>/modlog/feed/", modlog.feed, name="modlog-feed"),
    *(path(f"{POST}{name}/", view, name=f"post-{name}") for name, view in DEEDS.items()),
    *(path(f"{COMMENT}{name}/", view, name=f"comment-{name}") for name, view in DEEDS.items()),
    path(f"{POST}pin/", content.pin, name="post-pin"),
    path(f"{POST}label/", content.label, name="post-label"),
]
