"""The admin, for the staff: every model is there, none goes behind the back of the actions."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import DueMail, Member, RetiredName
from boards.actions import appoint, approve, make_board
from boards.models import ApprovedMember, Board
from discussions.actions.comments import reply
from discussions.actions.posts import edit_post, submit_post
from discussions.actions.visits import record_visit
from discussions.actions.votes import vote
from discussions.models import Comment, CommentVote, Post, PostVote, Revision
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions.appeals import appeal
from moderation.actions.log import By
from moderation.actions.people import ban, note
from moderation.actions.reports import mute_reporter, report
from moderation.models import (
    AutoRule,
    BoardRequest,
    DeskSettings,
    JoinRequest,
    ReasonTemplate,
)

pytestmark = pytest.mark.django_db

XSS = '"><svg onload=alert(1)><script>alert(1)</script>'
OURS = ["accounts", "boards", "inbox", "discussions", "moderation"]
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def olga(db: None) -> Member:
    """The operator."""
    return Member.objects.create_superuser("olga", "a long password")


@pytest.fixture
def as_olga(olga: Member) -> Client:
    return signed_in(olga)


@pytest.fixture
def stan(db: None) -> Member:
    """On the staff, with the permissions that a test gives."""
    return Member.objects.create_user("stan", "a long password", is_staff=True)


def grant(member: Member, *codenames: str) -> Client:
    """Give permissions; the client of who now has them."""
    member.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    assert member.user_permissions.count() == len(codenames)
    return signed_in(member)


def page_of(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def fill(first: int, last: int) -> None:
    """Rows of every model, each of other members on other boards; one a number."""
    for place in range(first, last):
        author, other, gone = (
            Member.objects.create_user(f"{name}_{place}") for name in ("author", "other", "gone")
        )
        board = make_board(maker=author, name=f"board_{place}", title=f"Board {place}")
        approve(board=board, member=other, by=author)
        post = submit_post(author=author, board=board, title=f"Post {place}", once=uuid4())
        comment = reply(author=other, post=post, text="A text.")
        vote(voter=other, target=post, value=1)
        vote(voter=author, target=comment, value=-1)
        edit_post(editor=author, post=post, title=post.title, text="Another.")
        Revision.objects.create(comment=comment, text="Before.")
        record_visit(member=other, post=post, before=None, at=timezone.now())
        delete_account(member=gone)
        Group.objects.create(name=f"Group {place}")
        moderate(board, author=author, other=other, comment=comment)


def moderate(board: Board, *, author: Member, other: Member, comment: Comment) -> None:
    """One row of every model of the desk, the case an open one: one reporter is not muted."""
    witness = Member.objects.create_user(board.name.replace("board", "witness"))
    report(reporter=witness, board=board, target=comment, reason="Unkind.")
    made = report(reporter=author, board=board, target=comment, reason="Rude.")
    assert made is not None
    mute_reporter(made, By(), handle="#1")
    act = ban(other, board, By(author), reason="Rude.")
    appeal(member=other, act=act, text="Was I?")
    note(other, board, By(author), text="Is rude.")
    ReasonTemplate.objects.create(board=board, title="Rude", text="Be kind.")
    DeskSettings.objects.create(board=board)
    AutoRule.objects.create(board=board, name="Rude", words="rude", deed="report")
    JoinRequest.objects.create(board=board, member=other)
    BoardRequest.objects.create(board=board, member=other)


# --- Every model


def test_every_model_is_registered() -> None:
    # What waits to be mailed is nobody's to look at.
    ours = [
        model
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if model is not DueMail
    ]
    assert [model.__name__ for model in ours if model not in REGISTERED] == []


def test_lists_cost_the_same_for_5_and_50_rows(as_olga: Client) -> None:
    def costs() -> dict[str, int]:
        return {model._meta.label: _cost(as_olga, model) for model in REGISTERED}

    fill(0, 5)
    costs()  # the first ones fill the cache of content types
    few = costs()
    fill(5, 50)
    assert costs() == few
    assert min(model._default_manager.count() for model in REGISTERED) >= 50


def _cost(client: Client, model: type[Model]) -> int:
    """How many queries the list of a model's rows takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page_of(model, "changelist")).status_code == 200
    return len(queries)


def test_members_and_guests_stay_outside(ben: Member, stan: Member, client: Client) -> None:
    """And staff who have no permission at all."""
    for visitor in (client, signed_in(ben), signed_in(stan)):
        assert "/login/" in visitor.get("/admin/")["Location"]


def test_it_bears_the_name_of_the_site(as_olga: Client, settings: Any) -> None:
    settings.SITE_NAME = "Allotments <&>"
    page = as_olga.get("/admin/").content.decode()
    assert "Allotments &lt;&amp;&gt; admin</a>" in page
    assert "Django" not in page


def test_payloads_are_shown_as_text(as_olga: Client, mo: Member, ann: Member) -> None:
    board = make_board(maker=mo, name="trap", title=XSS, description=XSS, rules=XSS)
    post = submit_post(author=ann, board=board, title=XSS, text=f"{XSS} u/{mo}")
    edit_post(editor=ann, post=post, title=XSS, text="Other")
    reply(author=ann, post=post, text=XSS)
    for model in (Board, Post, Comment, PostVote, CommentVote, Revision, Letter):
        row = model._default_manager.order_by("-pk").first()
        for page in (page_of(model, "changelist"), page_of(model, "change", row.pk)):
            content = as_olga.get(page).content.decode()
            assert "<svg onload" not in content
            assert "<script>alert" not in content


def test_rows_link_to_the_site(as_olga: Client, post: Post, comment: Comment, a: Board) -> None:
    for row in (post, comment, a):
        page = as_olga.get(page_of(type(row), "changelist")).content.decode()
        assert f'href="{row.get_absolute_url()}"' in page


# --- Members


def new_member(client: Client, **fields: str) -> Any:
    password = "correct horse battery"
    known = {"username": "newcomer", "password1": password, "password2": password}
    return client.post(page_of(Member, "add"), known | {"usable_password": "true"} | fields)


def profile(member: Member, **fields: Any) -> dict[str, Any]:
    return {"email": "", "bio": "", "is_active": "on"} | fields


def test_staff_make_a_member(as_olga: Client) -> None:
    assert new_member(as_olga, email="new@mail.example").status_code == 302
    member = Member.objects.get(username="newcomer")
    assert member.check_password("correct horse battery")
    assert member.skeleton == "newcomer"
    assert not member.is_staff


@pytest.mark.parametrize(
    "name", ["", "x", "admin", "\u0430dmin", "BEN", "b3n x", "b-e-n!", "x" * 31, "be\0n", "retlred"]
)
def test_a_name_keeps_to_the_rules_here_too(as_olga: Client, ben: Member, name: str) -> None:
    RetiredName.objects.create(skeleton="retlred")
    before = Member.objects.count()
    response = new_member(as_olga, username=name)
    assert response.status_code == 200
    assert "username" in response.context["adminform"].form.errors
    assert Member.objects.count() == before


def test_a_profile_is_rendered_and_the_name_stays(as_olga: Client, ben: Member) -> None:
    fields = profile(ben, bio="*Hello*", username="other", skeleton="other")
    assert as_olga.post(page_of(Member, "change", ben.pk), fields).status_code == 302
    ben.refresh_from_db()
    assert (ben.username, ben.bio_html) == ("ben", "<p><em>Hello</em></p>")
    assert ben.check_password("a long password")


@pytest.mark.parametrize("bio", [">" * 500 + " deep", "x" * 1_001])
def test_a_bio_that_does_not_fit_is_an_error_at_the_field(
    as_olga: Client, ben: Member, bio: str
) -> None:
    response = as_olga.post(page_of(Member, "change", ben.pk), profile(ben, bio=bio))
    assert list(response.context["adminform"].form.errors) == ["bio"]


def test_a_superuser_makes_staff(as_olga: Client, ben: Member) -> None:
    as_olga.post(page_of(Member, "change", ben.pk), profile(ben, is_staff="on"))
    ben.refresh_from_db()
    assert ben.is_staff


def test_staff_give_nobody_powers(stan: Member, ben: Member) -> None:
    client = grant(stan, "change_member", "view_member")
    group = Group.objects.create(name="All")
    powers = {"is_staff": "on", "is_superuser": "on", "groups": [group.pk], "bio": "Changed"}
    powers["user_permissions"] = [Permission.objects.first().pk]
    response = client.post(page_of(Member, "change", ben.pk), profile(ben, **powers))
    assert response.status_code == 302
    ben.refresh_from_db()
    assert ben.bio == "Changed"
    assert not ben.is_staff
    assert not ben.is_superuser
    assert (ben.groups.count(), ben.user_permissions.count()) == (0, 0)


def test_staff_do_not_touch_the_staff(stan: Member, olga: Member, ben: Member) -> None:
    client = grant(stan, "change_member", "view_member", "delete_member")
    passwords = {"password1": "stolen password", "password2": "stolen password"}
    for victim in (olga, stan):
        for fields in (profile(victim, is_superuser="on"), profile(victim, email="x@mail.example")):
            assert client.post(page_of(Member, "change", victim.pk), fields).status_code == 403
        address = reverse("admin:auth_user_password_change", args=[victim.pk])
        assert client.post(address, passwords).status_code == 403
        assert client.post(page_of(Member, "delete", victim.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [olga.pk, ben.pk], "post": "yes"}
    assert client.post(page_of(Member, "changelist"), chosen).status_code == 403
    chosen["action"] = "deactivate"
    client.post(page_of(Member, "changelist"), chosen)
    olga.refresh_from_db()
    ben.refresh_from_db()
    assert olga.is_active
    assert olga.check_password("a long password")
    assert not ben.is_active


def test_nobody_without_the_permission_touches_anybody(stan: Member, ben: Member) -> None:
    client = grant(stan, "view_member")
    fields = profile(ben, is_superuser="on")
    assert client.post(page_of(Member, "change", ben.pk), fields).status_code == 403
    chosen = {"action": "deactivate", "_selected_action": [ben.pk]}
    client.post(page_of(Member, "changelist"), chosen)
    ben.refresh_from_db()
    assert ben.is_active


def test_members_are_kept_out_and_let_in_again(as_olga: Client, olga: Member, ben: Member) -> None:
    bens = signed_in(ben)
    for action, active in (("deactivate", False), ("activate", True)):
        chosen = {"action": action, "_selected_action": [ben.pk, olga.pk]}
        page = as_olga.post(page_of(Member, "changelist"), chosen, follow=True)
        assert b"1 member changed." in page.content
        ben.refresh_from_db()
        olga.refresh_from_db()
        assert (ben.is_active, olga.is_active) == (active, True)
        assert (bens.get("/settings/").status_code == 200) == active


@pytest.mark.parametrize("way", ["one", "many"])
def test_what_a_deleted_member_wrote_stays(
    as_olga: Client, ann: Member, post: Post, comment: Comment, way: str
) -> None:
    if way == "one":
        address, fields = page_of(Member, "delete", ann.pk), {"post": "yes"}
    else:
        address = page_of(Member, "changelist")
        fields = {"action": "delete_selected", "_selected_action": [ann.pk], "post": "yes"}
    assert as_olga.post(address, fields).status_code == 302
    assert not Member.objects.filter(pk=ann.pk).exists()
    assert RetiredName.objects.filter(skeleton="ann").exists()
    post.refresh_from_db()
    comment.refresh_from_db()
    assert (post.author, post.text, comment.author) == (None, "Its text.", None)


def test_deleting_a_member_is_asked_first(as_olga: Client, ann: Member, post: Post) -> None:
    page = as_olga.get(page_of(Member, "delete", ann.pk))
    assert page.status_code == 200
    assert b"What they wrote stays" in page.content
    assert Member.objects.filter(pk=ann.pk).exists()


def set_password(client: Client, member: Member) -> Any:
    password = "correct horse battery"
    fields = {"password1": password, "password2": password, "usable_password": "true"}
    address = reverse("admin:auth_user_password_change", args=[member.pk])
    return client.post(address, fields | {"set-password": "1"})


def test_a_new_password_ends_the_other_sessions(as_olga: Client, ben: Member) -> None:
    bens = signed_in(ben)
    assert set_password(as_olga, ben).status_code == 302
    ben.refresh_from_db()
    assert ben.check_password("correct horse battery")
    assert bens.get("/settings/").status_code == 302


def test_a_password_claims_an_imported_name(as_olga: Client) -> None:
    ghost = Member.objects.create_user("ghost", imported=True)
    set_password(as_olga, ghost)
    ghost.refresh_from_db()
    assert not ghost.imported


def test_an_imported_name_like_a_members_is_not_claimed(as_olga: Client, ben: Member) -> None:
    alike = Member.objects.create_user("B-en", imported=True)
    Member.objects.create_user("b_en")
    response = set_password(as_olga, alike)
    assert response.status_code == 200
    assert b"looks like this one" in response.content
    alike.refresh_from_db()
    assert alike.imported


def test_a_retired_name_is_freed_but_not_made(as_olga: Client) -> None:
    name = RetiredName.objects.create(skeleton="gone")
    assert as_olga.get(page_of(RetiredName, "add")).status_code == 403
    as_olga.post(page_of(RetiredName, "delete", name.pk), {"post": "yes"})
    assert not RetiredName.objects.exists()


def test_only_superusers_change_groups(as_olga: Client, stan: Member) -> None:
    group = Group.objects.create(name="All")
    client = grant(stan, "change_group", "view_group", "add_group", "delete_group")
    assert client.post(page_of(Group, "change", group.pk), {"name": "Mine"}).status_code == 403
    assert client.get(page_of(Group, "add")).status_code == 403
    assert as_olga.post(page_of(Group, "change", group.pk), {"name": "Ours"}).status_code == 302


# --- Boards


@pytest.fixture
def board_form(as_olga: Client) -> Callable[..., Any]:
    """Sends the form of a board, as the browser fills it in, with changes."""

    def send(board: Board | None, **fields: Any) -> Any:
        address = page_of(Board, "change", board.pk) if board else page_of(Board, "add")
        response = as_olga.get(address)
        data = {"description": "", "rules": ""}
        if board:
            data |= {"title": board.title}
        for formset in response.context["inline_admin_formsets"]:
            for form in [formset.formset.management_form, *formset.formset.initial_forms]:
                data |= {form.add_prefix(name): form[name].value() for name in form.fields}
        sent = {name: value for name, value in (data | fields).items() if value is not None}
        return as_olga.post(address, sent)

    return send


def test_staff_make_a_board(board_form: Any, olga: Member, mo: Member) -> None:
    people = {"moderator_set-TOTAL_FORMS": "1", "moderator_set-0-member": mo.pk}
    response = board_form(None, name="fresh", title="Fresh", description="*So*", **people)
    assert response.status_code == 302
    board = Board.objects.get(name="fresh")
    assert board.description_html == "<p><em>So</em></p>"
    assert set(board.moderators.all()) == {olga, mo}
    assert board.moderator_set.get(member=mo).appointed_by == olga


@pytest.mark.parametrize("name", ["", "all", "BOARD_A", "two words", "x\0y"])
def test_a_board_keeps_to_the_rules_of_names_here_too(board_form: Any, a: Board, name: str) -> None:
    response = board_form(None, name=name, title="Fresh")
    assert response.status_code == 200
    assert "name" in response.context["adminform"].form.errors
    assert Board.objects.count() == 1


def test_staff_change_a_board(board_form: Any, a: Board) -> None:
    fields = {"title": "New", "description": "*So*", "rules": "1. Yes", "name": "other"}
    assert board_form(a, post_count="9", subscriber_count="9", **fields).status_code == 302
    a.refresh_from_db()
    assert (a.name, a.title, a.post_count, a.subscriber_count) == ("board_a", "New", 0, 1)
    assert a.description_html == "<p><em>So</em></p>"
    assert "<li>Yes</li>" in a.rules_html


def test_a_text_that_does_not_render_is_an_error_at_the_field(board_form: Any, a: Board) -> None:
    response = board_form(a, title="New", rules=">" * 500 + " deep")
    assert list(response.context["adminform"].form.errors) == ["rules"]
    a.refresh_from_db()
    assert a.title == "Board A"


def test_a_board_made_private_here_takes_its_letters_back(
    board_form: Any, a: Board, ann: Member, ben: Member, mo: Member
) -> None:
    submit_post(author=ann, board=a, title="Hear", text=f"u/{ben} u/{mo}")
    board_form(a, is_private="on")
    assert [letter.recipient for letter in Letter.objects.all()] == [mo]


def test_moderators_come_and_go(
    board_form: Any, a: Board, mo: Member, ben: Member, olga: Member
) -> None:
    board_form(
        a,
        **{
            "moderator_set-TOTAL_FORMS": "2",
            "moderator_set-1-member": ben.pk,
            "moderator_set-0-DELETE": "on",
        },
    )
    assert [row.member for row in a.moderator_set.all()] == [ben]
    assert a.moderator_set.get().appointed_by == olga


def test_the_last_moderator_stays(board_form: Any, a: Board, mo: Member) -> None:
    response = board_form(a, **{"moderator_set-0-DELETE": "on"})
    assert response.status_code == 200
    assert b"A board keeps at least one moderator." in response.content
    assert list(a.moderators.all()) == [mo]


def test_an_office_is_not_handed_on(board_form: Any, a: Board, mo: Member, ben: Member) -> None:
    board_form(a, **{"moderator_set-0-member": ben.pk, "moderator_set-0-appointed_by": ben.pk})
    assert [(row.member, row.appointed_by) for row in a.moderator_set.all()] == [(mo, mo)]


def test_a_moderator_taken_off_a_private_board_loses_the_letters(
    board_form: Any, p: Board, mo: Member, ben: Member, pam: Member
) -> None:
    appoint(board=p, member=ben, by=mo)
    submit_post(author=pam, board=p, title="Hear", text=f"u/{ben}")
    board_form(p, is_private="on", **{"moderator_set-1-DELETE": "on"})
    assert not Letter.objects.of(ben).exists()


def test_members_are_approved_and_dismissed(
    board_form: Any, as_olga: Client, p: Board, pam: Member, ben: Member, olga: Member
) -> None:
    people = {"approved_set-TOTAL_FORMS": "1", "approved_set-0-member": ben.pk}
    board_form(p, is_private="on", **people)
    assert p.approved_set.get(member=ben).approved_by == olga
    submit_post(author=pam, board=p, title="Hear", text=f"u/{ben}")
    row = p.approved_set.get(member=ben)
    listed = as_olga.get(page_of(ApprovedMember, "changelist"), {"board__id__exact": p.pk})
    assert len(listed.context["cl"].result_list) == 2
    chosen = {"action": "dismiss", "_selected_action": [row.pk]}
    as_olga.post(page_of(ApprovedMember, "changelist"), chosen)
    assert list(p.approved_members.all()) == [pam]
    assert not Letter.objects.of(ben).exists()


def test_boards_are_not_deleted(as_olga: Client, a: Board) -> None:
    assert as_olga.post(page_of(Board, "delete", a.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [a.pk], "post": "yes"}
    as_olga.post(page_of(Board, "changelist"), chosen)
    assert Board.objects.filter(pk=a.pk).exists()


def test_a_board_with_many_people_can_be_saved(board_form: Any, p: Board, mo: Member) -> None:
    for place in range(40):
        appoint(board=p, member=Member.objects.create_user(f"mod_{place}"), by=mo)
        approve(board=p, member=Member.objects.create_user(f"member_{place}"), by=mo)
    assert board_form(p, title="New").status_code == 302


def test_members_are_found_by_the_start_of_their_name(as_olga: Client, ben: Member) -> None:
    found = as_olga.get(
        reverse("admin:autocomplete"),
        {"app_label": "boards", "model_name": "moderator", "field_name": "member", "term": "BE"},
    ).json()
    assert [result["text"] for result in found["results"]] == ["ben"]


def test_every_change_needs_the_token(olga: Member, ben: Member, a: Board) -> None:
    client = signed_in(olga, enforce_csrf_checks=True)
    for row in (ben, a):
        address = page_of(type(row), "change", row.pk)
        assert client.post(address, {"title": "x"}).status_code == 403
