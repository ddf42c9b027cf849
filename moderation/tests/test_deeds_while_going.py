"""While an account is being deleted, nothing that others or its member send fails with an error."""

import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import delete_account
from accounts.models import Member
from boards.actions import make_board, subscribe
from boards.models import ApprovedMember, Board, Moderator
from discussions.actions.comments import reply
from discussions.actions.posts import submit_post
from discussions.models import Comment, Post
from discussions.tests.conftest import signed_in
from inbox.models import Letter
from moderation.actions import people
from moderation.actions.log import By
from moderation.actions.reports import report
from moderation.models import Case, JoinRequest
from moderation.tests.test_boards_at_once import halfway, waits
from rboard.tests.security.threads import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def sent_while_going(member: Member, send: Callable[[], Any]) -> int:
    """The status of what was sent when all was deleted, and is not committed."""
    with halfway(lambda: delete_account(member=Member.objects.get(pk=member.pk))) as pool:
        sent = waits(pool, send)
    answer = sent.result(PATIENCE)
    assert not Member.objects.filter(pk=member.pk).exists()
    return int(answer.status_code)


def posting(client: Client, address: str, **fields: Any) -> Callable[[], Any]:
    client.raise_request_exception = False
    return lambda: client.post(address, fields)


def test_who_mentions_them_loses_nothing(post: Post, ann: Member, ben: Member, pam: Member) -> None:
    send = posting(signed_in(ben), f"{post.address}reply/", text="u/pam knows, and u/ann too")
    assert sent_while_going(pam, send) == 302
    assert Comment.objects.filter(author=ben, text__startswith="u/pam").exists()
    assert list(Letter.objects.values_list("recipient", flat=True)) == [ann.pk]


def test_who_replies_to_them_loses_nothing(post: Post, ann: Member, ben: Member) -> None:
    send = posting(signed_in(ben), f"{post.address}reply/", text="Yes.")
    assert sent_while_going(ann, send) == 302
    assert Comment.objects.filter(post=post, text="Yes.").exists()


def test_a_request_of_theirs_is_gone(p: Board, ben: Member, mo: Member, pam: Member) -> None:
    made = JoinRequest.objects.create(board=p, member=ben)
    fields = {"queue": "joins", "one": f"grant:{made.pk}", "back": "queue=joins"}
    send = posting(signed_in(mo), "/admin/moderation/case/", **fields)
    assert sent_while_going(ben, send) < 500
    assert not ApprovedMember.objects.exclude(member=pam).exists()


@pytest.mark.parametrize("deed", ["approve", "appoint"])
def test_nobody_is_let_in_or_appointed_who_goes(
    deed: str, p: Board, ben: Member, mo: Member, pam: Member
) -> None:
    send = posting(
        signed_in(mo), f"/b/board_p/members/{deed}/", username="ben", powers="may_content"
    )
    assert sent_while_going(ben, send) < 500
    assert not ApprovedMember.objects.exclude(member=pam).exists()
    assert list(Moderator.objects.filter(board=p).values_list("member", flat=True)) == [mo.pk]


OWN: dict[str, tuple[str, dict[str, str]]] = {
    "reply": ("{post}reply/", {"text": "Mine."}),
    "vote": ("{comment}vote/", {"value": "1"}),
    "report": ("{comment}report/", {"reason": "Bad."}),
    "appeal": ("/acts/{act}/appeal/", {"text": "Why?"}),
    "subscribe": ("/b/board_a/subscribe/", {"subscribed": "1"}),
    "claim": ("/admin/moderation/case/", {"queue": "reported", "one": "claim:{case}"}),
}


@pytest.mark.parametrize("deed", OWN)
def test_what_they_send_themselves_is_refused(
    deed: str, a: Board, post: Post, comment: Comment, ben: Member, amy: Member, mo: Member
) -> None:
    report(reporter=ben, board=a, target=comment, reason="Rude.")
    act, case = people.warn(amy, a, By(mo), reason="Mind."), Case.objects.get()
    address, fields = OWN[deed]
    address = address.format(post=post.address, comment=comment.address, act=act.pk)
    fields = {name: value.format(case=case.pk) for name, value in fields.items()}
    assert sent_while_going(amy, posting(signed_in(amy), address, **fields)) == 403
    assert not Comment.objects.filter(text="Mine.").exists()
    case.refresh_from_db()
    assert case.claimed_by is None


def test_who_replies_to_a_post_of_theirs_and_who_deletes_don_t_lock_up(
    post: Post, ann: Member, ben: Member
) -> None:
    """The reply holds their account before the post, and so does who deletes."""
    going: list[Future[None]] = []
    pool = ThreadPoolExecutor(1)

    def delete_before(execute: Any, sql: str, *rest: Any) -> Any:
        if 'UPDATE "discussions_post"' in sql and not going:  # it may go with another
            account = Member.objects.get(pk=ann.pk)
            going.append(waits(pool, lambda: delete_account(member=account)))
        return execute(sql, *rest)

    with patch("accounts.actions.DELETE_ATTEMPTS", 1):
        with connection.execute_wrapper(delete_before):
            reply(author=ben, post=post, text="Yes.")
        going[0].result(PATIENCE)
    pool.shutdown()
    assert Comment.objects.filter(post=post, text="Yes.").exists()
    assert not Member.objects.filter(pk=ann.pk).exists()


def test_who_deletes_takes_all_locks_in_the_order_of_the_house(
    a: Board, post: Post, ben: Member, ann: Member
) -> None:
    subscribe(member=ben, board=a)
    reply(author=ben, post=post, text="Mine.")
    report(reporter=ann, board=a, target=ben, reason="Rude.")
    made = make_board(maker=ben, name="board_z", title="Z")
    submit_post(author=ben, board=made, title="Mine", text="x")
    with CaptureQueriesContext(connection) as seen:
        delete_account(member=Member.objects.get(pk=ben.pk))
    locked = [
        re.findall(r'FROM "(\w+)"', query["sql"])[0]
        for query in seen.captured_queries
        if re.search(r"FOR (NO KEY )?UPDATE", query["sql"])
    ]
    first = list(dict.fromkeys(locked))
    assert first == [
        "boards_board", "discussions_comment", "accounts_member", "discussions_post",
        "moderation_case",
    ]  # fmt: skip
    changed = [query["sql"] for query in seen.captured_queries]
    head = max(n for n, sql in enumerate(changed) if '"moderation_case"' in sql and "FOR NO" in sql)
    assert not any(sql.startswith(("UPDATE", "DELETE")) for sql in changed[:head])
