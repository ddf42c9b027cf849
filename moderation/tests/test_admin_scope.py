"""The admin of moderators: their own boards and nothing else, at every address, however asked.

Whatever belongs to board_0 has a name that ends with _0, and so for board_1; each has its owner.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from boards.models import Ban, Board, Moderator, Power
from boards.tests.cast import site_staff
from discussions.models import Comment, Post, Revision
from discussions.tests.conftest import signed_in
from discussions.tests.test_admin import fill, page_of
from moderation.models import (
    Act,
    Appeal,
    AutoRule,
    BoardRequest,
    Case,
    DeskSettings,
    JoinRequest,
    MutedReporter,
    Note,
    ReasonTemplate,
    Report,
)
from paging.tests.lasting import lasting
from rboard.tests.security.database import unchanged
from rboard.tests.security.visitors import Address, every_address

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# Who is trusted with what sees which rows.
SEEN = {
    Power.CONTENT: {
        Act, Appeal, Case, Comment, MutedReporter, Note, Post, ReasonTemplate, Report, Revision,
    },
    Power.MEMBERS: {Appeal, Ban, JoinRequest},
    Power.SETTINGS: {AutoRule, Board, DeskSettings},
    Power.MODERATORS: {Moderator},
}  # fmt: skip
SCOPED = set().union(*SEEN.values())
STRANGE = re.compile(rb"(author|other|board|gone)_1|Post 1|mail\.example")
# Sessions tell when somebody came; the log of the admin is asked for by itself.
BUT = ("django_session", "django_content_type")


@pytest.fixture(scope="module", autouse=True)
def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with lasting(django_db_blocker):
        fill(0, 2)
        for member in Member.objects.all():
            member.email = f"{member.username}@mail.example"
            member.save()
        Case.objects.filter(pk__gt=0).update(rule="")
        yield


@pytest.fixture
def mod() -> Member:
    """Owns board_0."""
    return Member.objects.get(username="author_0")


def holder(*powers: Power) -> Member:
    """Moderates board_0 with these powers alone."""
    member = Member.objects.create_user("holder_0", "a long password")
    trusted = {power.value: power in powers for power in Power}
    Moderator.objects.create(
        board=Board.objects.get(name="board_0"), member=member, is_owner=False, **trusted
    )
    return member


def of_board(model: type[Model], name: str) -> Any:
    """A row that belongs to a board, by whatever leads there."""
    board = Board.objects.get(name=name)
    ways = {
        Board: {"pk": board.pk},
        Comment: {"post__board": board},
        Report: {"case__board": board},
        Revision: {"post__board": board},
        AutoRule: {"board": board},
    }
    return model._default_manager.filter(**ways.get(model, {"board": board})).first()


def pages_of(model: type[Model], row: Any) -> list[str]:
    return [page_of(model, name, row.pk) for name in ("change", "history", "delete")]


# --- Who comes in


def test_who_moderates_a_board_comes_in(mod: Member) -> None:
    assert signed_in(mod).get("/admin/").status_code == 200
    Moderator.objects.filter(member=mod).delete()
    assert signed_in(mod).get("/admin/").status_code == 302


def test_a_moderator_signs_in_there_too(client: Client) -> None:
    Member.objects.create_user("nobody", "a long password")
    holder(Power.CONTENT)
    for name, answer in (("nobody", 200), ("holder_0", 302)):
        fields = {"username": name, "password": "a long password"}
        assert client.post("/admin/login/", fields).status_code == answer


def test_a_moderator_who_was_shut_out_stays_outside(mod: Member) -> None:
    client = signed_in(mod)
    Member.objects.filter(pk=mod.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "visitor", ["guest", "member", "without the power", "without a role", "staff"]
)
def test_they_see_nothing(visitor: str, model: type[Model]) -> None:
    """Staff who have no permission in the admin, too."""
    client = {
        "guest": Client,
        "member": lambda: signed_in(Member.objects.get(username="other_0")),
        "without the power": lambda: signed_in(holder()),
        "without a role": lambda: signed_in(Member.objects.create_user("una", is_staff=True)),
        "staff": lambda: signed_in(site_staff("stan")),
    }[visitor]()
    inside = visitor in {"without the power", "staff"}
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    with unchanged(*BUT):
        for page in (page_of(model, "changelist"), page_of(model, "add"), *pages_of(model, row)):
            for response in (client.get(page), client.post(page, {"post": "yes"})):
                assert response.status_code in ({302, 403} if inside else {302}), page
                if response.status_code == 302 and inside:
                    assert response["Location"] == "/admin/"
        if inside:
            assert client.get(page_of(model, "changelist")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("power", Power)
def test_each_power_shows_its_rows(power: Power, model: type[Model]) -> None:
    client = signed_in(holder(power))
    answer = client.get(page_of(model, "changelist"))
    assert answer.status_code == (200 if model in SEEN[power] else 403)
    if model in SEEN[power]:
        own = of_board(model, "board_0")
        if (power, model) != (Power.CONTENT, Appeal):  # against a ban, which is not theirs
            assert client.get(page_of(model, "change", own.pk)).status_code == 200
        assert f"/admin/{model._meta.app_label}/{model._meta.model_name}/" in (
            client.get("/admin/").content.decode()
        )


# --- What they see there


@pytest.mark.parametrize("model", sorted(SCOPED, key=lambda model: model.__name__))
def test_rows_of_other_boards_are_as_if_there_were_none(mod: Member, model: type[Model]) -> None:
    client = signed_in(mod)
    strange = of_board(model, "board_1")
    assert strange is not None
    listed = client.get(page_of(model, "changelist"))
    assert listed.status_code == 200
    assert not STRANGE.search(listed.content)
    if "cl" in (listed.context or {}):
        assert strange not in listed.context["cl"].result_list
        assert listed.context["cl"].result_count > 0
    with unchanged(*BUT):
        for page in pages_of(model, strange):
            for response in (client.get(page), client.post(page, {"post": "yes", "state": "x"})):
                assert response.status_code in {302, 403}
                assert not STRANGE.search(client.get("/admin/").content)


def _admin_addresses() -> list[Address]:
    return [one for one in every_address() if one.is_of_admin and "logout" not in one.name]


@pytest.mark.parametrize("address", _admin_addresses(), ids=str)
def test_no_address_tells_of_others(mod: Member, address: Address) -> None:
    """Every address of the admin, about the youngest row of its model: one of board_1."""
    member = Member.objects.get(username="author_1")
    kind = ContentType.objects.get_for_model(Post)
    secret = Post.objects.get(title="Post 1")
    path = address.path(
        {
            "url": "x",
            "app_label": "moderation",
            "content_type_id": kind.pk,
            "object_id": secret.pk,
            "id": member.pk,
        }
    )
    client = signed_in(mod)
    query = {"_popup": "1", "q": "author_1", "term": "author", "model_name": "note"}
    with unchanged(*BUT):
        for response in (
            client.get(path),
            client.get(path, query),
            client.post(path, {"post": "yes", "_selected_action": [secret.pk], "action": "lift"}),
        ):
            assert response.status_code in {200, 301, 302, 400, 403, 404, 405}, path
            told = response.content + response.headers.get("Location", "").encode()
            assert not STRANGE.search(told.replace(b"q=author_1", b"").replace(
                b'value="author_1"', b"")), path  # fmt: skip


def test_nobody_reads_an_address_of_mail(mod: Member) -> None:
    client = signed_in(mod)
    for model in SCOPED:
        own = of_board(model, "board_0")
        pages = [page_of(model, "changelist")]
        pages += pages_of(model, own)[:2] if own is not None else []
        for page in pages:
            assert b"mail.example" not in client.get(page, follow=True).content


def test_reporters_are_told_by_a_handle_alone(mod: Member) -> None:
    reporter = Member.objects.create_user("whistle_blower")
    Report.objects.filter(reporter__username__startswith="witness").update(reporter=reporter)
    MutedReporter.objects.filter(board__name="board_0").update(reporter=reporter)
    client = signed_in(mod)
    for model in (Report, MutedReporter, Case):
        own = of_board(model, "board_0")
        for page in (page_of(model, "changelist"), page_of(model, "change", own.pk)):
            assert b"whistle_blower" not in client.get(page).content


@pytest.mark.parametrize(
    "lookup",
    [
        "reporter__email__startswith", "reporter__username", "reporter", "reporter__id__exact",
        "member__email__startswith", "member__password__startswith", "author__email__startswith",
        "actor__email__contains", "act__actor__email__startswith", "case__reports__reporter",
        "board__moderators__email__startswith", "board__posts__title__startswith",
        "post__board__posts__title__startswith", "created_by__email__startswith", "id__in",
        "pk__in", "text__startswith", "reason__regex",
    ],
)  # fmt: skip
def test_no_lookup_asks_around_the_scope(mod: Member, lookup: str) -> None:
    """A filter that is answered, even with an empty list, tells letter by letter."""
    client = signed_in(mod)
    for model in SCOPED - {Case}:  # its page has filters of its own, and takes no lookup
        response = client.get(page_of(model, "changelist"), {lookup: "a"})
        assert response.status_code == 400, model


def test_popups_name_rows_by_their_id_alone(mod: Member) -> None:
    client = signed_in(mod)
    for model in SCOPED - {Case}:
        for field in ("email", "reporter", "text", "name", "member"):
            query = {"_popup": "1", "_to_field": field}
            assert client.get(page_of(model, "changelist"), query).status_code == 400


def test_filters_name_no_other_board(mod: Member) -> None:
    client = signed_in(mod)
    other = Board.objects.get(name="board_1")
    for model in SCOPED - {Case, Revision, Board}:
        response = client.get(page_of(model, "changelist"), {"on": other.pk})
        assert response.status_code == 200, model
        assert list(response.context["cl"].result_list) == []
        assert not STRANGE.search(response.content)
    assert b"data-card" not in client.get(page_of(Case, "changelist"), {"board": other.pk}).content


def test_searches_stay_on_their_boards(mod: Member) -> None:
    client = signed_in(mod)
    for model in SCOPED - {Case}:
        strange = of_board(model, "board_1")
        for words in (str(strange.pk), "author_1", "other_1", "board_1", "Post 1", "mail.example"):
            rows = client.get(page_of(model, "changelist"), {"q": words}).context["cl"].result_list
            assert strange not in rows


def test_nothing_is_completed_for_moderators(mod: Member) -> None:
    client = signed_in(mod)
    for model in MODELS:
        for field in model._meta.fields:
            if field.remote_field:
                query = {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": "",
                }
                assert client.get(reverse("admin:autocomplete"), query).status_code in {403, 404}


def test_the_shortcut_to_the_site_is_the_staffs(mod: Member) -> None:
    """It tells the title of a post on a private board by its address."""
    post = Post.objects.get(title="Post 1")
    kind = ContentType.objects.get_for_model(Post)
    address = reverse("admin:view_on_site", args=[kind.pk, post.pk])
    assert signed_in(mod).get(address).status_code == 404
    olga = Member.objects.create_superuser("olga", None)
    assert signed_in(olga).get(address).status_code == 302


# --- What they do there


@pytest.mark.parametrize("model", sorted(SCOPED, key=lambda model: model.__name__))
def test_forged_choices_change_nothing(mod: Member, model: type[Model]) -> None:
    client = signed_in(mod)
    strange = of_board(model, "board_1")
    names = {"delete_selected", "take_back", "lift", "grant", "refuse", "approve", "remove"}
    with unchanged(*BUT):
        for action in names:
            fields = {"action": action, "_selected_action": [strange.pk], "post": "yes"}
            for more in ({}, {"select_across": "1"}, {"confirmed": "1", "reason": "Mine"}):
                if more.get("select_across") and action in {"take_back", "lift"}:
                    continue  # these are done to all of one's own; see below
                if more.get("select_across") and action in {"grant", "refuse"}:
                    continue
                client.post(page_of(model, "changelist"), fields | more)


def test_all_that_is_chosen_across_pages_is_ones_own(mod: Member) -> None:
    client = signed_in(mod)
    fields = {"action": "lift", "_selected_action": ["0"], "select_across": "1"}
    client.post(page_of(Ban, "changelist"), fields)
    assert [ban.board.name for ban in Ban.objects.all()] == ["board_1"]


def test_moderators_delete_nothing_in_bulk(mod: Member) -> None:
    client = signed_in(mod)
    for model in SCOPED:
        assert b"delete_selected" not in client.get(page_of(model, "changelist")).content


@pytest.mark.parametrize("model", [ReasonTemplate, AutoRule, DeskSettings])
def test_settings_are_made_and_moved_on_own_boards_alone(mod: Member, model: type[Model]) -> None:
    client = signed_in(mod)
    fields = {
        "title": "T", "text": "T", "position": "0", "name": "T", "words": "x", "deed": "remove",
        "is_active": "on", "for_posts": "on", "newcomer_days": "1", "hold_first_posts": "1",
    }  # fmt: skip
    own = of_board(model, "board_0")
    other = Board.objects.get(name="board_1")
    with unchanged(*BUT):
        for board in (str(other.pk), ""):  # a rule without a board would hold everywhere
            for page in (page_of(model, "add"), page_of(model, "change", own.pk)):
                response = client.post(page, fields | {"board": board})
                assert response.status_code == 200
                assert "board" in response.context["adminform"].form.errors
    response = client.post(page_of(model, "change", own.pk), fields | {"board": own.board_id})
    assert response.status_code == 302


def test_reasons_are_written_by_those_who_give_them() -> None:
    client = signed_in(holder(Power.CONTENT))
    fields = {
        "board": of_board(ReasonTemplate, "board_0").board_id,
        "title": "Terse", "text": "Be kind.", "position": "0",
    }  # fmt: skip
    assert client.post(page_of(ReasonTemplate, "add"), fields).status_code == 302
    made = ReasonTemplate.objects.get(title="Terse")
    page = page_of(ReasonTemplate, "change", made.pk)
    assert client.post(page, fields | {"text": "Be kinder."}).status_code == 302
    made.refresh_from_db()
    assert made.text == "Be kinder."
    assert client.get(page_of(AutoRule, "add")).status_code == 403


def test_a_moderator_changes_the_board_with_the_power_alone(mod: Member) -> None:
    own = Board.objects.get(name="board_0")
    fields = {"title": "New", "description": "*So*", "rules": "", "name": "other", "approved": "9"}
    page = page_of(Board, "change", own.pk)
    assert signed_in(holder(Power.CONTENT, Power.MEMBERS)).post(page, fields).status_code == 403
    forged = {"moderator_set-TOTAL_FORMS": "1", "moderator_set-INITIAL_FORMS": "0"}
    forged |= {"moderator_set-0-member": str(Member.objects.get(username="other_1").pk)}
    assert signed_in(mod).post(page, fields | forged).status_code == 302
    own.refresh_from_db()
    assert (own.title, own.description_html, own.name) == ("New", "<p><em>So</em></p>", "board_0")
    assert own.moderator_set.filter(member__username="other_1").count() == 0
    assert Act.objects.filter(board=own, verb="settings", actor=mod).exists()


def test_nobody_gets_powers_by_a_form(mod: Member) -> None:
    fields = {"username": "author_0", "is_superuser": "on", "is_staff": "on"}
    assert signed_in(mod).post(page_of(Member, "change", mod.pk), fields).status_code == 403
    mod.refresh_from_db()
    assert not mod.is_superuser


@pytest.mark.parametrize("kept", ["permissions", "superuser"])
def test_what_somebody_kept_from_the_staff_counts_not(mod: Member, kept: str) -> None:
    if kept == "superuser":
        Member.objects.filter(pk=mod.pk).update(is_superuser=True)
    else:
        mod.user_permissions.set(Permission.objects.all())
    client = signed_in(mod)
    for model in set(MODELS) - SCOPED:
        assert client.get(page_of(model, "changelist")).status_code == 403, model
    for model in SCOPED:
        strange = of_board(model, "board_1")
        assert client.get(page_of(model, "change", strange.pk)).status_code in {302, 403}


def test_staff_see_every_board_by_their_permissions() -> None:
    stan = site_staff("stan")
    stan.user_permissions.set(Permission.objects.filter(codename__in=["view_act", "view_case"]))
    client = signed_in(stan)
    rows = client.get(page_of(Act, "changelist")).context["cl"].result_list
    assert {row.board.name for row in rows} == {"board_0", "board_1"}
    reported = f"{page_of(Case, 'changelist')}?queue=reported"
    assert client.get(reported).content.count(b"data-card") == 2
    with unchanged(*BUT):
        act = Act.objects.filter(verb="ban").first()
        assert act is not None
        chosen = {"action": "take_back", "_selected_action": [act.pk]}
        client.post(page_of(Act, "changelist"), chosen)
        case = Case.objects.first()
        assert case is not None
        fields = {"one": f"approve:{case.pk}"}
        assert client.post(page_of(Case, "changelist"), fields).status_code == 403


def test_requests_for_boards_are_the_staffs(mod: Member) -> None:
    assert signed_in(mod).get(page_of(BoardRequest, "changelist")).status_code == 403


def test_boards_are_completed_in_order() -> None:
    """Without one the pages of what is found could overlap; the paginator warns of it."""
    client = signed_in(Member.objects.create_superuser("olga", None))
    query = {"app_label": "moderation", "model_name": "autorule", "field_name": "board"}
    found = client.get("/admin/autocomplete/", query | {"term": "board"}).json()["results"]
    assert [one["text"] for one in found] == ["board_1", "board_0"]


@pytest.mark.parametrize("model", [AutoRule, DeskSettings, ReasonTemplate, Board, Case, Act])
def test_who_is_banned_has_nothing_of_the_board_there(mod: Member, model: type[Model]) -> None:
    own = of_board(model, "board_0")
    Moderator.objects.create(board=Board.objects.get(name="board_1"), member=mod, is_owner=True)
    client = signed_in(mod)
    assert client.get(page_of(model, "change", own.pk)).status_code == 200
    ban = Ban.objects.create(board=Board.objects.get(name="board_0"), member=mod)
    with unchanged(*BUT):
        for page in pages_of(model, own):
            for answer in (client.get(page), client.post(page, {"post": "yes", "title": "Mine"})):
                assert answer.status_code in {302, 403}
    Ban.objects.filter(pk=ban.pk).update(is_mute=True)
    assert client.get(page_of(model, "change", own.pk)).status_code == 200
    Ban.objects.filter(pk=ban.pk).update(is_mute=False)
    Moderator.objects.filter(board__name="board_1", member=mod).delete()
    assert client.get("/admin/").status_code == 302
