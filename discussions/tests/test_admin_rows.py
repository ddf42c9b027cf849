"""The admin, for the staff: pages of rows that are only looked at."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from accounts.models import Member, RetiredName
from boards.models import ApprovedMember, Ban, Board, Moderator, Subscription
from discussions.models import Comment, CommentVote, Post, PostVote, Receipt, Revision, Visit
from discussions.tests.test_admin import (  # noqa: F401 (fixtures)
    REGISTERED,
    as_olga,
    fill,
    grant,
    olga,
    page_of,
    stan,
)
from inbox.models import Letter
from moderation.models import Act, BoardRequest, Case, JoinRequest, Note, Report
from paging.tests.lasting import lasting

pytestmark = pytest.mark.django_db

VIEW_ONLY = [
    Post, Comment, PostVote, CommentVote, Revision, Receipt, Letter, Moderator, ApprovedMember,
    Subscription, Visit, Act, Ban, BoardRequest, Case, JoinRequest, Note, Report,
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with lasting(django_db_blocker):
        fill(0, 2)
        yield


@pytest.mark.parametrize("model", REGISTERED)
def test_its_pages_need_no_inline_script_or_style(as_olga: Client, model: type[Model]) -> None:  # noqa: F811
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    pages = [page_of(model, "changelist"), page_of(model, "change", row.pk)]
    if admin.site._registry[model].has_add_permission(_request_of(as_olga)):
        pages.append(page_of(model, "add"))
    if admin.site._registry[model].has_delete_permission(_request_of(as_olga)):
        pages.append(page_of(model, "delete", row.pk))
    for page in pages:
        response = as_olga.get(page)
        assert response.status_code == 200, page
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        _assert_nothing_inline(response.content.decode())


def _request_of(client: Client) -> Any:
    return client.get("/admin/").wsgi_request


def _assert_nothing_inline(page: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert "src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("model", REGISTERED)
def test_staff_without_permissions_see_nothing(stan: Member, model: type[Model]) -> None:  # noqa: F811
    client = grant(stan, "may_content_everywhere")
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    for page in (page_of(model, "changelist"), page_of(model, "change", row.pk)):
        assert client.get(page).status_code == 403
    assert model._meta.verbose_name_plural.encode() not in client.get("/admin/").content.lower()


@pytest.mark.parametrize("model", VIEW_ONLY)
def test_what_the_actions_write_is_only_looked_at(as_olga: Client, model: type[Model]) -> None:  # noqa: F811
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    before = list(model._default_manager.order_by("pk").values())
    fields = {
        "text": "Mine",
        "title": "Mine",
        "value": "-1",
        "lft": "9",
        "tree_id": "9",
        "post": "",
    }
    assert as_olga.post(page_of(model, "change", row.pk), fields).status_code == 403
    assert as_olga.post(page_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert as_olga.post(page_of(model, "add"), fields).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    as_olga.post(page_of(model, "changelist"), chosen)
    assert b"delete_selected" not in as_olga.get(page_of(model, "changelist")).content
    assert list(model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("model", "words", "found"),
    [
        (Post, "Post 1", 1),
        (Post, "post", 2),
        (Post, "AUTHOR_1", 1),
        (Post, "board_1", 1),
        (Post, "nothing", 0),
        (Comment, "other_1", 1),
        (Comment, "author_1", 0),
        (PostVote, "other_0", 1),
        (Letter, "author_0", 1),
        (Moderator, "author_0", 1),
        (Subscription, "author_0", 1),
        (Receipt, "author_0", 1),
        (Visit, "other_0", 1),
        (Board, "BOARD_", 2),
        (Member, "auth", 2),
        (RetiredName, "gone_", 2),
        (Comment, "9" * 30, 0),
        (Comment, "²", 0),
        (Comment, "%", 0),
        (Post, "", 2),
    ],
)
def test_a_search_finds(as_olga: Client, model: type[Model], words: str, found: int) -> None:  # noqa: F811
    response = as_olga.get(page_of(model, "changelist"), {"q": words})
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == found


def test_a_search_finds_by_id(as_olga: Client) -> None:  # noqa: F811
    comment = Comment.objects.order_by("-pk").first()
    response = as_olga.get(page_of(Comment, "changelist"), {"q": str(comment.pk)})
    assert list(response.context["cl"].result_list) == [comment]


def test_a_search_for_nul_is_no_error(as_olga: Client) -> None:  # noqa: F811
    for model in REGISTERED:
        assert as_olga.get(page_of(model, "changelist"), {"q": "\0"}).status_code == 200
