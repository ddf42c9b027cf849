"""The search: what it finds, for whom, in which order, and what it says of bad words."""

import re
import string
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from boards.tests.cast import site_staff
from discussions.actions.comments import delete_comment, edit_comment, reply
from discussions.actions.posts import delete_post, edit_post, submit_post
from discussions.models import Comment, Post
from discussions.search import posts as searching
from discussions.tests.conftest import signed_in
from discussions.tests.crowd import crowd
from moderation.actions.content import remove
from moderation.actions.log import By


def found(client: Client, words: str, **query: str) -> list[str]:
    """The titles of posts, or the texts of comments."""
    answer = client.get("/search/", {"q": words, **query})
    assert answer.status_code == 200, words
    assert not answer.context["search"].problem, words
    return [getattr(row, "title", None) or row.text for row in answer.context["search"].page.rows]


def problem(words: str, **query: str) -> str:
    answer = Client().get("/search/", {"q": words, **query})
    assert answer.status_code == 200
    assert not answer.context["search"].page.rows
    told: str = answer.context["search"].problem
    assert told in answer.content.decode()
    return told


@pytest.mark.parametrize(
    ("text", "words", "others"),
    [
        ("The Lighthouse keeper", ["lighthouse", "LIGHT", "keeper the"], ["house", "keep per"]),
        ("Éclairs au café", ["eclairs", "ÉCLAIR", "cafe"], ["éclat"]),
        ("Привет, Мир!", ["мир", "ПРИВЕТ"], ["миры"]),
        ("हिन्दी में", ["हिन्दी"], ["हाथी"]),
        ("서울 여행", ["서울"], ["부산"]),
        ("한국어 배우기", ["한국", "한국어", "배"], ["국어", '"한국"']),
        ("日本語テスト", ["日本語", "日", "日本語テスト"], ["テスト", '"日本語"']),
        ("ภาษาไทย", ["ภาษา"], ["ไทย"]),
        ("E = mc²", ["mc²", "MC² e"], ["mc³", "-mc² e"]),
        ("the \ufb01rst \ufb01nance", ["\ufb01nance", '"\ufb01rst \ufb01nance"'], ["\ufb01nish"]),
        ("the finance", ["\ufb01nance", "\ufb01nan"], ["-\ufb01nance the"]),
        ("one two three", ['"one two"', '"ONE, two"', "three one"], ['"one three"', '"two one"']),
        ("red apple", ["red -green", "red -apples"], ["red -apple", 'red -"red apple"']),
        ("state-of-the-art", ["state-of-the-art", "art state", "of-the"], ["the-state"]),
        ("see https://www.example.org/a_page?x=3.14", ["example.org", "a_page", "3.14"], ["a_x"]),
        ("don't panic", ["don't", "don’t", "panic"], ["dont"]),
        ("cats", ["cats"], ["cat"]),
        ("boards", ["board"], ['"board"']),
        ("l33t 2nd 1e5", ["l33t", "2nd", "1e5"], ["33"]),
    ],
)
def test_words(a: Board, ann: Member, text: str, words: list[str], others: list[str]) -> None:
    submit_post(author=ann, board=a, title="A title", text=text)
    for some in words:
        assert found(Client(), some) == ["A title"], some
    for some in others:
        assert found(Client(), some) == [], some


@pytest.mark.postgresql
def test_a_ligature_is_its_letters(a: Board, ann: Member) -> None:
    """SQLite's index takes letters as they are: there it is found only as it is written."""
    submit_post(author=ann, board=a, title="The \ufb01nance of mc²")
    assert found(Client(), "finance mc2") == ["The \ufb01nance of mc²"]


OPERATORS = ["AND", "one OR two", "NEAR(a b)", "q*", "^one", "title:one", "(", "{title} : x"]
OPERATORS += ["a & b", "a <-> b", "!q", "it's 'so'", "q:*", "\\", '"', '"open', '""', "x -", "--x"]
OPERATORS += ["%", "a\0b", "💥 b", "\ud7ff", "-a b -c", "A" * 200, "1 " * 20]


@pytest.mark.parametrize("left", ["left", "l\u00e9ft"])
def test_a_sign_is_never_part_of_a_word(a: Board, ann: Member, left: str) -> None:
    for number, sign in enumerate([*string.punctuation, "://", "&#39;", ".com/~", "@a."]):
        text = f"{left}{sign}word{number}{sign}2"
        submit_post(author=ann, board=a, title=f"A {sign}", text=text)
        assert found(Client(), f'"word{number}"') == [f"A {sign}"]


@pytest.mark.parametrize("words", OPERATORS)
@pytest.mark.parametrize("kind", ["posts", "comments"])
def test_what_means_something_to_the_database_is_only_words(
    post: Post, words: str, kind: str
) -> None:
    answer = Client().get("/search/", {"q": words, "kind": kind})
    assert answer.status_code == 200
    assert not answer.context["search"].page.rows


def test_titles_texts_and_links_are_searched_together(a: Board, ann: Member) -> None:
    submit_post(author=ann, board=a, title="Tern", text="Dabchick")
    submit_post(author=ann, board=a, title="Gannet", url="https://birds.example/shag")
    assert found(Client(), "tern dabchick") == ["Tern"]
    assert found(Client(), "birds.example gannet") == ["Gannet"]


@pytest.mark.parametrize("words", ["", "  "])
def test_without_words_there_is_a_form(post: Post, words: str) -> None:
    answer = Client().get("/search/", {"q": words})
    assert not answer.context["search"].problem
    assert answer.content.decode().count('role="search"') == 2  # in the bar, too


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "board", "field"),
    [
        ("first", "nowhere", "search-board"),
        ("!?", "", "search-words"),
        ("!?", "nowhere", "search-words"),
    ],
)
def test_what_is_wrong_is_told_of_its_own_field(words: str, board: str, field: str) -> None:
    html = Client().get("/search/", {"q": words, "board": board}).content.decode()
    fields = re.findall(r"<input[^>]*is-invalid[^>]*>", html)
    assert [re.findall(r' id="([\w-]+)"', each) for each in fields] == [[field]]
    described = re.findall(r"<input[^>]*search-problem[^>]*>", html)
    assert described == fields


def test_what_cannot_be_searched_for_is_said(p: Board, post: Post) -> None:
    assert "200 characters" in problem("a" * 201)
    assert "20 words" in problem("a " * 21)
    assert "20 words" in problem(f'"{"a " * 15}" {"b " * 6}')
    assert "200 characters" in problem("\ufdfa" * 150)  # a letter that is eighteen
    for words in ["-first", "!?", '"', "- -"]:
        assert "at least one word" in problem(words)
    assert "no board" in problem("first", board="nowhere")
    assert problem("first", board="board_p") == problem("first", board="nowhere")
    for query in [{"kind": "votes"}, {"sort": "random"}, {"after": "x"}, {"after": "1~2"}]:
        assert Client().get("/search/", {"q": "first", **query}).status_code == 400


def test_the_words_stay_in_the_form(post: Post) -> None:
    text = '"a <b>" & c'
    page = Client().get("/search/", {"q": text, "board": "b/board_a"}).content.decode()
    assert 'value="&quot;a &lt;b&gt;&quot; &amp; c"' in page
    assert 'value="board_a"' in page


# --- Who finds what


def test_a_private_board_is_searched_by_those_who_read_it(
    secret: Post, pam: Member, ben: Member, mo: Member
) -> None:
    reply(author=pam, post=secret, text="hush comment")
    staff = site_staff("stan")
    for reader in (pam, mo, staff):
        assert found(signed_in(reader), "hush") == ["hush title"]
        assert found(signed_in(reader), "hush", board="board_p") == ["hush title"]
        assert found(signed_in(reader), "hush", kind="comments") == ["hush comment"]
    for client in (signed_in(ben), Client()):
        assert found(client, "hush") == []
        assert found(client, "hush", kind="comments") == []


def test_what_is_gone_is_not_found(
    a: Board, ann: Member, mo: Member, post: Post, comment: Comment
) -> None:
    removed = submit_post(author=ann, board=a, title="First removed")
    below = reply(author=ann, post=removed, text="First below")
    taken = reply(author=ann, post=post, text="First taken")
    assert len(found(signed_in(ann), "first")) == 2
    assert len(found(signed_in(ann), "first", kind="comments")) == 3
    remove(removed, By(mo))
    remove(taken, By(mo))
    for member in (ann, mo):
        assert found(signed_in(member), "first") == ["A first post"]
        assert found(signed_in(member), "first", kind="comments") == ["A first comment."]
    delete_comment(author=ann, comment=comment)
    assert found(signed_in(ann), "first", kind="comments") == []
    delete_post(author=ann, post=post)
    assert found(signed_in(ann), "first") == []
    assert below.pk


# --- The index follows the texts


def indexed(model: Any, word: str) -> list[int]:
    """The ids of the rows that the index has for a word, whatever became of the rows."""
    table = f"{model._meta.db_table}words"
    sql = {
        "postgresql": f"SELECT id FROM {table} WHERE words @@ to_tsquery('simple', %s) ORDER BY id",
        "sqlite": f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor], [word])
        return [pk for (pk,) in cursor.fetchall()]


def test_the_index_follows_an_edit(post: Post, comment: Comment, ann: Member) -> None:
    edit_post(editor=ann, post=post, title=post.title, text="Now a shearwater.")
    edit_comment(editor=ann, comment=comment, text="Now a fulmar.")
    assert indexed(Post, "shearwater") == indexed(Post, "first") == [post.pk]
    assert indexed(Post, "its") == indexed(Comment, "comment") == []
    assert indexed(Comment, "fulmar") == [comment.pk]


def test_the_index_follows_what_is_written_in_bulk(a: Board, ann: Member) -> None:
    posts = Post.objects.bulk_create(
        Post(board=a, author=ann, title=f"bulk {word}", slug="x") for word in ("one", "two")
    )
    assert indexed(Post, "bulk") == [post.pk for post in posts]
    Post.objects.filter(title="bulk one").update(title="other", text="bulk in the text")
    assert indexed(Post, "one") == []
    assert indexed(Post, "bulk") == [post.pk for post in posts]
    Post.objects.filter(board=a).delete()
    assert indexed(Post, "bulk") == indexed(Post, "other") == []


def test_the_index_follows_a_thread_that_is_deleted(post: Post, comment: Comment) -> None:
    reply(author=comment.author, post=post, parent=comment, text="A first reply.")
    assert len(indexed(Comment, "first")) == 2
    post.delete()
    assert indexed(Post, "first") == indexed(Comment, "first") == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_vote_writes_nothing_to_the_index(post: Post) -> None:
    table = "discussions_postwords"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin FROM {table}")
        before = cursor.fetchall()
        Post.objects.update(ups=5, score=5, hot=7)
        post.refresh_from_db()
        post.save()
        cursor.execute(f"SELECT xmin FROM {table}")
        assert cursor.fetchall() == before != []


# --- Pages and orders


@pytest.mark.django_db
@pytest.mark.parametrize("sort", list(searching.ORDERS))
@pytest.mark.parametrize("words", ["enough", "post", '"post 7"', "post -enough", "long -7"])
def test_pages_hold_what_matches_in_order(
    django_db_blocker: Any, monkeypatch: Any, sort: str, words: str
) -> None:
    """Common words fill pages from the posts that are looked at, rare ones from the index."""
    monkeypatch.setattr(searching, "LOOKED_AT", 60)
    with crowd(300, django_db_blocker) as site:
        column = searching.ORDERS[sort][0]
        rows = Post.objects.live().order_by(f"-{column}", "-pk")
        if words == '"post 7"':
            rows = rows.filter(title="post 7")
        elif words == "post -enough":
            rows = rows.none()
        elif words == "long -7":
            rows = rows.exclude(title="post 7")
        for client, expected in [
            (Client(), rows.filter(board__is_private=False)),
            (signed_in(site.reader), rows),
        ]:
            assert paged(client, words, sort=sort) == [post.title for post in expected]
        here = rows.filter(board=site.boards[1])
        assert paged(Client(), words, sort=sort, board="CROWD_1") == [post.title for post in here]


def paged(client: Client, words: str, **query: str) -> list[str]:
    titles: list[str] = []
    after = ""
    for _ in range(20):
        answer = client.get("/search/", {"q": words, "after": after, **query})
        titles += [row.title for row in answer.context["search"].page.rows]
        after = answer.context["search"].page.after
        if not after:
            return titles
        assert "after=" in answer.content.decode()
    raise AssertionError("there is no end to the pages")


def test_comments_come_in_pages_the_latest_first(post: Post, ann: Member, ben: Member) -> None:
    texts = [f"word {'rare' if n == 3 else 'usual'} {n}" for n in range(60)]
    for text in texts:
        reply(author=ben, post=post, text=text)
    pages = []
    after = ""
    for _ in range(3):
        answer = Client().get("/search/", {"q": "word", "kind": "comments", "after": after})
        pages.append([row.text for row in answer.context["search"].page.rows])
        after = answer.context["search"].page.after
    assert not after
    assert [text for page in pages for text in page] == texts[::-1]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert found(Client(), "rare word", kind="comments", board="board_a") == ["word rare 3"]


def test_a_guests_search_is_not_kept(post: Post, ann: Member, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 60
    assert found(Client(), "first") == ["A first post"]
    Post.objects.update(removed_at=timezone.now())
    assert found(Client(), "first") == []


def test_the_bar_and_a_board_lead_to_it(a: Board) -> None:
    page = Client().get("/b/board_a/").content.decode()
    assert 'action="/search/"' in page
    assert 'href="/search/?board=board_a"' in page
