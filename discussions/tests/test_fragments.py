"""fragments.Fragment and rows: kept templates give what plain ones would."""

from typing import NamedTuple

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.utils.safestring import SafeString
from django.utils.translation import override
from pytest_django import Settings

from accounts.models import Member
from discussions import fragments
from discussions.actions.comments import reply
from discussions.fragments import Fragment, render_around
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in

XSS = "<b>\"'&%(pk)s %s"


class Kind(NamedTuple):
    loud: bool


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were rendered."""
    rendered: list[str] = []

    def render(source: str, context: dict[str, object]) -> str:
        rendered.append(source)
        return engines["django"].from_string(source).render(context)

    monkeypatch.setattr(fragments, "render_to_string", render)
    return rendered


def test_values_take_the_place_of_blanks(made: list[str]) -> None:
    fragment = Fragment("100% {{ name }}{% if loud %}!{% endif %}", "name")
    fill = fragment.filler()
    assert fill(Kind(False), ["ann"]) == "100% ann"
    assert fill(Kind(True), ["ben"]) == "100% ben!"
    assert fill(Kind(True), [7]) == "100% 7!"
    assert len(made) == 2


def test_values_are_escaped_unless_they_are_safe(made: list[str]) -> None:
    fill = Fragment("<i title='{{ name }}'>", "name").filler()
    said = fill(Kind(False), [XSS])
    assert said == "<i title='&lt;b&gt;&quot;&#x27;&amp;%(pk)s %s'>"
    assert fill(Kind(False), [SafeString("<b>")]) == "<i title='<b>'>"


def test_each_language_has_its_own(made: list[str]) -> None:
    fragment = Fragment("{% load i18n %}{% translate 'Yes' %} {{ name }}", "name")
    with override("en"):
        assert fragment.filler()(Kind(False), ["x"]) == "Yes x"
    with override("de"):
        assert fragment.filler()(Kind(False), ["x"]) == "Ja x"


def test_development_shows_templates_as_they_are_now(made: list[str], settings: Settings) -> None:
    settings.DEBUG = True
    fill = Fragment("{{ name }}", "name").filler()
    for _time in range(2):
        fill(Kind(False), ["x"])
    assert len(made) == 2


def test_names_and_titles_can_do_nothing(post: Post, comment: Comment, ben: Member) -> None:
    """Not even in what was rendered once for all."""
    Post.objects.filter(pk=post.pk).update(title=XSS, url="https://a.example/?%(pk)s&x")
    Member.objects.filter(pk=ben.pk).update(username="%(pk)s")
    reply(author=ben, post=post, parent=comment, text="100 %(pk)s %s %%")
    for path in (post.get_absolute_url(), "/", "/b/board_a/"):
        page = signed_in(ben).get(path, follow=True).content.decode()
        assert "<b>" not in page
        assert "%(pk)s" in page
        assert "\0" not in page
    assert "100 %(pk)s %s %%" in Client().get(post.get_absolute_url()).content.decode()


def test_large_parts_are_put_in_where_they_are_named(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(source: str, context: dict[str, object], request: object) -> str:
        return engines["django"].from_string(source).render(context)

    monkeypatch.setattr(fragments, "render_to_string", render)
    answer = render_around(
        rf.get("/"),
        "<h1>{{ title }}</h1>{{ rows }}{% if more %}{{ rows }}{% endif %}…",
        {"title": "<b>", "more": True},
        rows=[SafeString("<li>"), SafeString("ä</li>")],
    )
    assert answer.content.decode() == "<h1>&lt;b&gt;</h1><li>ä</li><li>ä</li>…"


@pytest.mark.parametrize("rows", [[], [""], ["ä", "", "\N{SEEDLING}</li>"]], ids=len)
def test_a_page_knows_where_its_frame_stands(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, rows: list[str]
) -> None:
    def render(source: str, context: dict[str, object], request: object) -> str:
        return engines["django"].from_string(source).render(context)

    monkeypatch.setattr(fragments, "render_to_string", render)
    for source, frame in (("ö{{ rows }}中{{ rows }}", ["ö", "中", ""]), ("{{ rows }}", ["", ""])):
        answer = render_around(rf.get("/"), source, {}, rows=rows)
        assert [answer.content[slice(*part)].decode() for part in answer.frame] == frame


def test_all_forms_of_a_thread_are_in_its_frame(post: Post, comment: Comment, ben: Member) -> None:
    """There alone tokens are sought, see rboard/entity_tags.py."""
    reply(author=ben, post=post, parent=comment, text="Ein Bäumchen \N{SEEDLING}")
    page = signed_in(ben).get(post.get_absolute_url())
    forms = [page.content[slice(*part)].count(b'<input type="hidden"') for part in page.frame]
    assert sum(forms) == page.content.count(b'<input type="hidden"') > 2
