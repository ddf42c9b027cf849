"""Roles for the whole site: what staff may do on every board is said by permissions alone."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from boards.models import Ban, Board, Moderator, Power
from boards.policy import MEMBER, STAFF, SUPERUSER, rank
from boards.tests.cast import site_staff
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import content, people
from moderation.actions.log import By
from moderation.actions.offices import keep_looked_after, step_down
from moderation.actions.reports import report
from moderation.models import Case
from rboard.tests.security.database import unchanged

pytestmark = pytest.mark.django_db

QUEUE = "/admin/moderation/case/"


def in_group(name: str) -> Member:
    member = Member.objects.create_user("gus", "a long password", is_staff=True)
    member.groups.add(Group.objects.get(name=name))
    return member


def deeds(post: Post) -> dict[Power, tuple[str, dict[str, Any]]]:
    """One deed on a board for each power."""
    board = post.board.get_absolute_url()
    settings = {"title": "New", "description": "", "rules": ""}
    return {
        Power.CONTENT: (f"{post.address}lock/", {"locked": "1"}),
        Power.MEMBERS: (f"{post.address}ban/", {"ban_for": "3"}),
        Power.SETTINGS: (f"{board}edit/", settings),
        Power.MODERATORS: (f"{board}members/appoint/", {"username": "ben"}),
    }


@pytest.mark.parametrize("power", Power)
def test_each_power_lets_do_its_own_on_every_board(
    power: Power, post: Post, ann: Member, ben: Member
) -> None:
    client = signed_in(site_staff("stan", power))
    for other, (address, fields) in deeds(post).items():
        if other != power:
            with unchanged("django_session"):
                assert client.post(address, fields).status_code == 403, other
    address, fields = deeds(post)[power]
    assert client.post(address, fields).status_code == 302
    post.refresh_from_db()
    done = {
        Power.CONTENT: post.locked_at is not None,
        Power.MEMBERS: Ban.objects.filter(member=ann).exists(),
        Power.SETTINGS: Board.objects.get(pk=post.board_id).title == "New",
        Power.MODERATORS: Moderator.objects.filter(member=ben).exists(),
    }
    assert [each for each, is_done in done.items() if is_done] == [power]


def test_without_a_role_staff_are_members_like_all(
    una: Member, post: Post, secret: Post, comment: Comment, mo: Member
) -> None:
    content.remove(comment, By(mo))
    client = signed_in(una)
    with unchanged("django_session"):
        for address, fields in deeds(post).values():
            assert client.post(address, fields).status_code == 403
    assert client.get(secret.get_absolute_url()).status_code == 404
    page = client.get(post.get_absolute_url()).content.decode()
    assert comment.text not in page
    assert "/remove/" not in page
    assert "staff</span>" not in client.get("/u/una/").content.decode()
    assert client.get("/admin/").status_code == 302
    assert rank(una, post.board) == MEMBER
    people.ban(una, post.board, By(mo))
    assert client.post(f"{post.address}reply/", {"text": "x"}).status_code == 403


def test_who_has_one_power_stands_above_boards_and_reads_all(
    post: Post, secret: Post, comment: Comment, mo: Member
) -> None:
    stan = site_staff("stan", Power.SETTINGS)
    content.remove(comment, By(mo))
    assert rank(stan, post.board) == STAFF
    assert comment.text in signed_in(stan).get(post.get_absolute_url()).content.decode()
    assert signed_in(stan).get(secret.get_absolute_url()).status_code == 200
    assert "staff</span>" in signed_in(stan).get("/u/stan/").content.decode()
    with pytest.raises(PermissionDenied):
        people.ban(stan, post.board, By(mo))


def test_powers_of_who_is_not_on_the_staff_count_not(post: Post, secret: Post) -> None:
    stan = site_staff("stan")
    Member.objects.filter(pk=stan.pk).update(is_staff=False)
    stan = Member.objects.get(pk=stan.pk)
    assert rank(stan, post.board) == MEMBER
    assert signed_in(stan).get(secret.get_absolute_url()).status_code == 404


def test_superusers_may_all(post: Post, ben: Member) -> None:
    olga = Member.objects.create_superuser("olga", None)
    assert rank(olga, post.board) == SUPERUSER
    for address, fields in deeds(post).values():
        assert signed_in(olga).post(address, fields).status_code == 302


def test_who_can_appoint_is_told_of_a_board_without_moderators(a: Board) -> None:
    told = site_staff("stan", Power.MODERATORS)
    site_staff("stella", Power.CONTENT)
    Moderator.objects.filter(board=a).delete()
    keep_looked_after([a])
    assert [letter.recipient for letter in Letter.objects.all()] == [told]


# --- The two roles that the site comes with


def test_site_moderators_decide_at_the_desk_of_every_board(
    post: Post, ben: Member, mo: Member
) -> None:
    gus = in_group("Site moderators")
    report(reporter=ben, board=post.board, target=post, reason="Look.")
    people.ban(ben, post.board, By(mo))
    case = Case.objects.get()
    client = signed_in(gus)
    assert client.get(QUEUE).status_code == 200
    answer = client.post(QUEUE, {"one": f"lock:{case.pk}", "confirmed": "1"})
    assert answer.status_code == 302
    post.refresh_from_db()
    assert post.locked_at is not None
    ban = {"action": "lift", "_selected_action": [Ban.objects.get().pk]}
    client.post("/admin/boards/ban/", ban)
    assert not Ban.objects.exists()
    for page in ("accounts/member", "auth/group", "moderation/autorule", "inbox/letter"):
        assert client.get(f"/admin/{page}/").status_code == 403
    with pytest.raises(PermissionDenied):
        step_down(mo, post.board, By(gus))


def test_site_administrators_do_all_but_give_powers(post: Post, ben: Member) -> None:
    gus = in_group("Site administrators")
    client = signed_in(gus)
    for address, fields in deeds(post).values():
        assert client.post(address, fields).status_code == 302
    for page in ("accounts/member", "moderation/autorule", "moderation/case", "inbox/letter"):
        assert client.get(f"/admin/{page}/").status_code == 200
    assert client.get("/admin/auth/group/").status_code == 403
    fields = {"email": "", "bio": "", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.post(f"/admin/accounts/member/{ben.pk}/change/", fields)
    ben.refresh_from_db()
    assert (ben.is_staff, ben.is_superuser) == (False, False)


def test_the_upgrade_takes_nothing_and_gives_nothing(una: Member, ben: Member) -> None:
    """And a group that somebody made under such a name stays as it is."""
    roles: Any = import_module("moderation.migrations.0011_site_roles")
    Group.objects.all().delete()
    Group.objects.create(name="Site moderators")
    roles.make_roles(apps, SimpleNamespace(connection=connection))
    assert not Group.objects.get(name="Site moderators").permissions.exists()
    assert Group.objects.get(name="Site administrators").permissions.count() > 50
    una = Member.objects.get(pk=una.pk)
    assert una.get_all_permissions() == {power.permission for power in Power}
    assert not Member.objects.get(pk=ben.pk).user_permissions.exists()


def test_what_an_operator_made_of_the_groups_stays() -> None:
    Group.objects.filter(name="Site moderators").update(name="Wardens")
    Group.objects.filter(name="Site administrators").delete()
    call_command("migrate", verbosity=0)
    assert [group.name for group in Group.objects.all()] == ["Wardens"]


# --- What it costs


@pytest.mark.parametrize("page", ["front", "board", "thread"])
def test_a_role_costs_two_queries_and_only_the_staff(
    page: str, post: Post, comment: Comment, ben: Member
) -> None:
    address = {"front": "/?feed=all", "board": "/b/board_a/", "thread": post.get_absolute_url()}
    counts = {}
    for member in (ben, site_staff("stan")):
        client = signed_in(member)
        client.get(address[page])
        with CaptureQueriesContext(connection) as captured:
            client.get(address[page])
        about = [query["sql"] for query in captured if "auth_permission" in query["sql"]]
        counts[member.username] = (len(captured), len(about))
    assert counts["ben"][1] == 0
    assert counts["stan"][1] == 2
    assert counts["stan"][0] <= (20 if page == "thread" else 12)
