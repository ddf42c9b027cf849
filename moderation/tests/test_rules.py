"""Rules of boards and of the site."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from boards.models import Board
from discussions.actions.comments import edit_comment, reply
from discussions.actions.posts import edit_post, submit_post
from discussions.models import Comment, Post
from inbox.models import Letter
from markup import render
from moderation import matching, rules
from moderation.actions import content
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.matching import Text, compile_rule
from moderation.models import Act, AutoRule, Case, DeskSettings, Note

Deed = AutoRule.Deed


def rule(board: Board | None, deed: str = Deed.HOLD, **asks: Any) -> AutoRule:
    others = AutoRule.objects.filter(board=board).count()
    name = f"test {others + 1}" if others else "test"
    return AutoRule.objects.create(board=board, name=name, deed=deed, is_active=True, **asks)


@pytest.mark.parametrize(
    ("words", "text", "matches"),
    [
        ("buy", "Buy now", True),
        ("buy", "buyer", False),
        ("buy", "**BUY**!", True),
        ("buy", "b\u200buy", True),
        ("buy", "\uff22\uff35\uff39", True),  # full-width
        ("stra\u00dfe", "STRASSE", True),
        ("buy it now", "So buy it\nnow.", True),
        ("buy it now", "buy it not now", False),
        ("nothing\nbuy", "buy", True),
        (".*", "anything", False),
        ("no\n\n  \nmore", "anything", False),
        ("buy", "b\u034fuy", True),
        ("buy", "bu\ufe0fy", True),
        ("buy", "b**u**y", True),
        ("buy", "b&#117;y", True),
        ("buy", "b\\uy", False),
        ("buy it", "[buy](/x) *it*", True),
        ("buy", "bu\n\ny", False),
        ("1 2 3 4 5 6 7 8 9 10 11", "1 2 3 4 5 6 7 8 9 10", True),
    ],
)
def test_words_are_whole_and_in_any_case(words: str, text: str, matches: bool) -> None:
    asked = compile_rule(AutoRule(words=words))
    assert asked.is_true_of(Text(Comment(text=text, html=render(text)))) is matches


def test_what_stands_in_the_source_alone_counts_too() -> None:
    asked = compile_rule(AutoRule(words="buy"))
    text = "[x](https://buy.example/)"
    assert asked.is_true_of(Text(Comment(text=text, html=render(text))))


class CountedWord(str):
    """Counts how often it is compared with another."""

    __slots__ = ()
    __hash__ = str.__hash__
    compared = 0

    def __eq__(self, other: object) -> bool:
        CountedWord.compared += 1
        return str.__eq__(self, other)


def test_many_phrases_cost_no_more_than_reading_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """No phrase is compared with each place of the text: 400,000 times here."""
    monkeypatch.setattr(
        matching, "words_of", lambda text: [CountedWord(word) for word in text.split()]
    )
    asked = compile_rule(AutoRule(words="\n".join(f"a {number}" for number in range(400))))
    text = Text(Comment(text="a " * 1_000, html="a " * 1_000))
    CountedWord.compared = 0
    assert not asked.is_true_of(text)
    assert CountedWord.compared < 20_000


@pytest.mark.parametrize(
    ("domains", "link", "matches"),
    [
        ("spam.example", "https://spam.example/x", True),
        ("spam.example", "http://www.SPAM.example:80/", True),
        ("spam.example", "https://user@deep.spam.example./", True),
        ("www.spam.example", "https://spam.example", True),
        ("https://spam.example/x", "https://spam.example/y", True),
        ("*.spam.example", "https://a.spam.example/", True),
        ("spam.example", "https://notspam.example/", False),
        ("spam.example", "https://spam.example.org/", False),
        ("spam.example", "https://good.example/?spam.example", False),
        ("b\u00fccher.example", "https://xn--bcher-kva.example/", True),
        ("spam.example", "http://spam%2eexample", True),
        ("spam.example", "http://s%70am.EXAMPLE/x", True),
    ],
)
def test_links_lead_to_a_domain_or_a_part_of_it(domains: str, link: str, matches: bool) -> None:
    asked = compile_rule(AutoRule(domains=domains))
    post = Post(title="x")
    post.set_url(link)
    assert asked.is_true_of(Text(post)) is matches
    in_text = Comment(text="x", html=f'<a href="{link}">x</a>')
    assert asked.is_true_of(Text(in_text)) is matches


def test_without_rules_it_costs_one_query(
    a: Board, post: Post, ben: Member, django_assert_num_queries: Any
) -> None:
    written = reply(author=ben, post=post, text="x")
    with django_assert_num_queries(1):
        rules.judge_written(written)


def test_rules_are_compiled_once(
    a: Board, post: Post, ben: Member, django_assert_num_queries: Any
) -> None:
    made = rule(a, words="buy")
    written = reply(author=ben, post=post, text="x")
    with django_assert_num_queries(1):
        rules.judge_written(written)
    made.words = "x"
    made.save()
    rules.judge_written(written)
    assert written.is_held


@pytest.mark.parametrize("where", ["board", "site"])
def test_a_held_text_waits_and_is_told_when_approved(
    where: str, a: Board, post: Post, ann: Member, ben: Member, mo: Member
) -> None:
    rule(a if where == "board" else None, words="buy")
    held = reply(author=ben, post=post, text="u/moe buy")
    assert held.is_held
    held = Comment.objects.get(pk=held.pk)
    assert held.removed_at
    assert not Letter.objects.exclude(kind=Letter.Kind.MODERATION).exists()
    act = Act.objects.get()
    assert (act.verb, act.source, act.rule, act.actor) == ("hold", "rule", "test", None)
    case = Case.objects.get()
    assert (case.kind, case.rule, case.comment) == ("held", "test", held)
    content.approve(held, By(mo), case=case)
    assert set(Letter.objects.filter(sender=ben).values_list("recipient__username", "kind")) == {
        ("ann", "post_reply"), ("moe", "mention"),
    }  # fmt: skip
    case.refresh_from_db()
    assert case.approved


def test_a_held_post_is_not_counted_until_it_is_approved(a: Board, ben: Member, mo: Member) -> None:
    rule(a, domains="spam.example")
    made = submit_post(author=ben, board=a, title="u/moe", text="u/moe", url="https://spam.example")
    a.refresh_from_db()
    assert (made.is_held, a.post_count) == (True, 0)
    assert not Letter.objects.filter(sender=ben).exists()
    content.approve(made, By(mo))
    a.refresh_from_db()
    assert a.post_count == 1
    assert Letter.objects.filter(sender=ben, recipient=mo).exists()


@pytest.mark.parametrize("deed", Deed.values)
def test_each_deed(deed: str, a: Board, ben: Member) -> None:
    rule(a, deed, words="buy", reason="No trade.")
    made = submit_post(author=ben, board=a, title="Buy")
    assert made.is_held is (deed == Deed.HOLD)
    assert made.is_live is (deed not in (Deed.HOLD, Deed.REMOVE))
    assert (made.is_nsfw, made.is_spoiler) == (deed == Deed.NSFW, deed == Deed.SPOILER)
    assert Case.objects.open().exists() is (deed in (Deed.HOLD, Deed.REPORT))
    assert Note.objects.filter(text="No trade.", member=ben).exists() is (deed == Deed.NOTE)
    told = Letter.objects.filter(recipient=ben, excerpt__startswith="No trade.").exists()
    assert told is (deed in (Deed.HOLD, Deed.REMOVE))


def test_all_that_it_asks_must_be_so(a: Board, ben: Member) -> None:
    rule(a, words="buy", younger_than_days=2, for_comments=False)
    assert submit_post(author=ben, board=a, title="Buy").is_held
    post = submit_post(author=ben, board=a, title="Sell")
    assert not post.is_held
    assert not reply(author=ben, post=post, text="buy").is_held
    Member.objects.filter(pk=ben.pk).update(joined_at=timezone.now() - timedelta(days=3))
    assert not submit_post(author=Member.objects.get(pk=ben.pk), board=a, title="Buy").is_held


@pytest.mark.parametrize("who", ["amy", "stan"])
def test_who_looks_after_the_board_is_not_judged(
    who: str, a: Board, amy: Member, stan: Member
) -> None:
    rule(a, words="buy")
    assert not submit_post(author={"amy": amy, "stan": stan}[who], board=a, title="Buy").is_held


def test_the_site_s_rules_bind_the_moderators_of_a_board_too(
    a: Board, post: Post, amy: Member, stan: Member
) -> None:
    rule(None, words="buy")
    assert submit_post(author=amy, board=a, title="Buy").is_held
    assert not submit_post(author=stan, board=a, title="Buy").is_held
    made = submit_post(author=amy, board=a, title="x")
    rule(None, score_below=0)
    rule(a, score_below=0)
    Post.objects.filter(pk=made.pk).update(downs=3, score=-2)
    assert [(found.board, text) for found, text in rules.judge_scores(apply=True)] == [(None, made)]


def test_a_rule_of_an_age_beyond_the_calendar_is_refused(a: Board, ben: Member) -> None:
    for wrong in (AutoRule(board=a, name="x", younger_than_days=36_501, deed=Deed.HOLD),
                  DeskSettings(board=a, newcomer_days=3_651),
                  DeskSettings(board=a, hold_first_posts=101)):  # fmt: skip
        with pytest.raises(ValidationError):
            wrong.full_clean()
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            wrong.save()
    rule(a, younger_than_days=36_500)
    assert submit_post(author=ben, board=a, title="x").is_held


def test_an_age_beyond_the_calendar_can_be_asked_for(ben: Member) -> None:
    """As a rule that was saved before there was a limit may."""
    asked = compile_rule(AutoRule(younger_than_days=2**31 - 1))
    assert asked.is_true_of(Text(Comment(author=ben, text="x")))


def test_held_texts_make_nothing_active_until_they_are_approved(
    a: Board, post: Post, ben: Member, mo: Member
) -> None:
    rule(a, words="buy")
    past = timezone.now() - timedelta(days=3)
    Board.objects.update(active_at=past)
    Post.objects.update(active_at=past)
    Post.objects.update(created_at=past)
    post = Post.objects.select_related("board").get(pk=post.pk)
    held = submit_post(author=ben, board=a, title="Buy")
    reply(author=ben, post=post, text="buy")
    answer = Comment.objects.get()
    a.refresh_from_db()
    post.refresh_from_db()
    assert (held.is_held, a.active_at, post.active_at) == (True, past, past)
    content.approve(held, By(mo))
    content.approve(answer, By(mo))
    a.refresh_from_db()
    post.refresh_from_db()
    assert (a.active_at, post.active_at) == (held.created_at, answer.created_at)


@pytest.mark.parametrize("other", ["inactive", "elsewhere"])
def test_other_rules_do_nothing(other: str, a: Board, mia: Member, ben: Member) -> None:
    made = rule(a, words="buy")
    if other == "inactive":
        made.is_active = False
    else:
        made.board = Board.objects.get(name="board_m")
    made.save()
    assert not submit_post(author=ben, board=a, title="Buy").is_held


def test_samples_and_archives_are_not_judged(a: Board, ben: Member) -> None:
    rule(a, words="buy")
    assert not submit_post(author=ben, board=a, title="Buy", at=timezone.now()).is_held


def test_first_posts_of_newcomers_wait(a: Board, ben: Member, mo: Member) -> None:
    DeskSettings.objects.create(board=a, hold_first_posts=2)
    first = [submit_post(author=ben, board=a, title=f"{n}") for n in range(3)]
    assert [post.is_held for post in first] == [True, True, True]
    assert set(Case.objects.values_list("rule", flat=True)) == {rules.FIRST_POSTS}
    content.approve(first[0], By(mo))
    assert reply(author=ben, post=Post.objects.get(pk=first[0].pk), text="x").is_held
    content.approve(first[1], By(mo))
    assert not submit_post(author=ben, board=a, title="x").is_held
    assert not submit_post(author=mo, board=a, title="x").is_held
    old = Member.objects.create_user("old", joined_at=timezone.now() - timedelta(days=8))
    assert not submit_post(author=old, board=a, title="x").is_held


def test_edits_are_judged(a: Board, post: Post, comment: Comment, ann: Member) -> None:
    rule(a, words="buy")
    edit_comment(editor=ann, comment=comment, text="buy")
    edit_post(editor=ann, post=post, title="Buy", text="x")
    for text in (post, comment):
        text.refresh_from_db()
        assert text.is_held


def test_what_was_approved_is_looked_at_again_when_edited(
    a: Board, post: Post, comment: Comment, ann: Member, mo: Member
) -> None:
    edit_comment(editor=ann, comment=comment, text="other words")
    assert not Case.objects.exists()
    for text in (post, comment):
        content.approve(text, By(mo), ignore_reports=True)
    edit_comment(editor=ann, comment=comment, text="very other words")
    edit_post(editor=ann, post=post, title="x", text="y")
    assert list(Case.objects.open().values_list("kind", flat=True)) == ["edited", "edited"]


def test_reports_are_counted(a: Board, post: Post, ben: Member, pam: Member, mo: Member) -> None:
    rule(a, reports_at_least=2)
    report(reporter=ben, board=a, target=post, reason="x")
    post.refresh_from_db()
    assert post.is_live
    report(reporter=pam, board=a, target=post, reason="x")
    post.refresh_from_db()
    assert post.is_held
    assert Case.objects.get().kind == Case.Kind.HELD
    content.approve(post, By(mo))
    for member in (ben, pam):
        report(reporter=member, board=a, target=post, reason="again")
    post.refresh_from_db()
    assert post.is_live


def test_scores_are_judged_by_command(a: Board, post: Post, comment: Comment, mo: Member) -> None:
    made = rule(a, score_below=0)
    Comment.objects.update(downs=3, score=-2)
    assert list(rules.judge_scores(apply=False)) == [(made, comment)]
    comment.refresh_from_db()
    assert comment.is_live
    assert list(rules.judge_scores(apply=True)) == [(made, comment)]
    comment.refresh_from_db()
    assert comment.is_held
    content.approve(comment, By(mo))
    assert list(rules.judge_scores(apply=True)) == []


def test_a_note_is_written_once_a_text(a: Board, post: Post, comment: Comment, ann: Member) -> None:
    rule(a, Deed.NOTE, words="buy")
    for number in range(3):
        edit_post(editor=ann, post=post, title="x", text=f"buy {number}")
    assert Note.objects.count() == 1
    edit_comment(editor=ann, comment=comment, text="buy")
    assert (Note.objects.count(), Act.objects.count()) == (2, 2)


@pytest.mark.parametrize("deed", [Deed.NOTE, Deed.NSFW, Deed.SPOILER, Deed.REPORT])
def test_scores_are_judged_once(
    deed: str, a: Board, post: Post, comment: Comment, ben: Member
) -> None:
    rule(a, deed, score_below=0)
    for model in (Post, Comment):
        model.objects.update(downs=3, score=-2)
    report(reporter=ben, board=a, target=comment, reason="x")
    found = {text for _rule, text in rules.judge_scores(apply=True)}
    # Comments have no labels, and this one is reported already.
    assert found == ({post, comment} if deed == Deed.NOTE else {post})
    acts = Act.objects.count()
    assert list(rules.judge_scores(apply=True)) == []
    assert (Act.objects.count(), Note.objects.count() > 0) == (acts, deed == Deed.NOTE)


def test_a_trial_reads_some_texts_at_a_time(
    a: Board, post: Post, ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        reply(author=ann, post=post, text=f"{number}")
    monkeypatch.setattr(rules, "TEXTS_AT_ONCE", 2)
    found = rules.lately(a, 30)
    with CaptureQueriesContext(connection) as first:
        assert [next(found).text, next(found).text] == ["4", "3"]
    with CaptureQueriesContext(connection) as second:
        assert next(found).text == "2"
    assert len(first) > len(second) > 0
    assert [text.text for text in found] == ["1", "0", post.text]


def test_a_trial_shows_what_would_have_been_done(
    a: Board, mia: Member, post: Post, comment: Comment, django_assert_max_num_queries: Any
) -> None:
    other = Board.objects.get(name="board_m")
    submit_post(author=mia, board=other, title="A first post elsewhere")
    Post.objects.create(
        board=a, title="first and old", created_at=timezone.now() - timedelta(days=40)
    )
    before = Post.objects.count(), Act.objects.count()
    with django_assert_max_num_queries(6):
        found = rules.trial(AutoRule(board=a, words="first", deed=Deed.REMOVE))
    assert (found.looked_at, found.matched) == (2, 2)
    assert found.shown == [comment, post]
    assert rules.trial(AutoRule(words="first")).matched == 3
    assert (Post.objects.count(), Act.objects.count()) == before


def test_a_board_has_a_hundred_rules_at_most(a: Board) -> None:
    AutoRule.objects.bulk_create(
        AutoRule(board=a, name=f"x{n}", words="x", deed=Deed.HOLD) for n in range(100)
    )
    with pytest.raises(ValidationError, match="100 rules"):
        AutoRule(board=a, name="y", words="x", deed=Deed.HOLD).full_clean()
    AutoRule(name="site", words="x", deed=Deed.HOLD).full_clean()
    with pytest.raises(ValidationError, match="100 rules"):
        AutoRule.objects.create(board=a, name="y", words="x", deed=Deed.HOLD)
    AutoRule.objects.filter(board=a).latest("pk").save()
    AutoRule.objects.create(name="site", words="x", deed=Deed.HOLD)


def test_a_list_of_words_too_long_is_not_saved(a: Board) -> None:
    with pytest.raises(ValidationError, match="words"):
        AutoRule.objects.create(board=a, name="y", words="x" * 5_001, deed=Deed.HOLD)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of_site", [False, True])
def test_two_at_once_don_t_make_one_rule_too_many(a: Board, *, of_site: bool) -> None:
    board = None if of_site else a
    AutoRule.objects.bulk_create(
        AutoRule(board=board, name=f"x{n}", words="x", deed=Deed.HOLD) for n in range(98)
    )
    barrier, refused = Barrier(6), []

    def make(number: int) -> None:
        try:
            barrier.wait()
            AutoRule.objects.create(board=board, name=f"y{number}", words="x", deed=Deed.HOLD)
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=make, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (AutoRule.objects.filter(board=board).count(), len(refused)) == (100, 4)
