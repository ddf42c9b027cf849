"""The site that the benchmark makes is one that the real one could have made."""

import json
from statistics import median

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Member
from bench import make
from bench.site import BIG_BOARD, READER, Site
from bench.sizes import Size
from boards.models import Board
from discussions.actions import comments, posts
from discussions.models import Comment, Post

SIZE = Size(
    posts=300, boards=60, members=60, busy=20, shown=30, middle=40, large=50, wide=50, huge=80
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.fixture
def site() -> Site:
    site = Site(SIZE)
    site.write()
    return site


def _indexes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def test_nothing_in_it_needs_to_be_put_right(site, capsys):
    call_command("check_tree", "--json")
    assert json.loads(capsys.readouterr().out)["comments"] == Comment.objects.count()
    for command in ("recount", "recompute_ranks"):
        call_command(command, "--json")  # ends with status 3 when it finds something
        found = json.loads(capsys.readouterr().out)
        assert found["posts"]["rows"] == SIZE.posts
        assert found["comments"]["drifted"] == found["posts"]["drifted"] == 0


def test_it_has_the_size_that_was_asked_for(site):
    sizes = {post.pk: post.comment_count for post in Post.objects.all()}
    assert (Post.objects.count(), Board.objects.count()) == (SIZE.posts, SIZE.boards)
    assert [sizes[post] for post in (site.shown, site.middle, site.huge)] == [30, 40, 80]
    assert [sizes[post] for post in site.empty] == [0] * 10
    assert Comment.objects.get(post=site.wide, level=0).descendant_count == SIZE.wide
    assert Post.objects.filter(board=BIG_BOARD).count() > SIZE.posts / 3
    assert Member.objects.get(pk=READER).subscriptions.count() == 50


def test_texts_are_of_differing_lengths(site):
    lengths = [len(text) for text in Comment.objects.values_list("text", flat=True)]
    assert 80 < median(lengths) < 250
    assert max(lengths) > 2 * median(lengths)


def test_the_same_seed_makes_the_same_site(site):
    other = Site(SIZE)
    assert other.texts.posts == site.texts.posts
    assert {post: thread.parents for post, thread in other.threads.items()} == {
        post: thread.parents for post, thread in site.threads.items()
    }


def test_it_leaves_the_tables_as_they_were_and_open_to_more():
    before = _indexes()
    site = Site(SIZE)
    site.write()
    assert _indexes() == before
    member, board = Member.objects.get(pk=READER), Board.objects.get(pk=BIG_BOARD)
    post = posts.submit_post(author=member, board=board, title="One more")
    comment = comments.reply(author=member, post=post, text="And one here.")
    assert post.pk > SIZE.posts
    assert comment.tree_id > max(site.threads[site.huge].parents)


def test_every_page_that_is_told_is_there(site, client):
    told = make.describe(site)
    for page in told["pages"].values():
        if page["guest"]:
            assert client.get(page["guest"]).status_code == 200
    client.cookies.load(told["reader"])
    for page in told["pages"].values():
        response = client.get(page["member"])
        assert response.status_code == 200
        assert response.wsgi_request.user.pk == READER
