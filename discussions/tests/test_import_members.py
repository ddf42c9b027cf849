"""importing.members: who an archive's authors are here."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from accounts.actions import delete_account, set_password
from accounts.models import Member
from discussions.importing import members
from discussions.importing.members import candidates
from discussions.models import Comment, Post
from discussions.tests.archives import (
    DATE,
    Importer,
    archive_fixture,  # noqa: F401
    remark,
    submission,
)

MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
LONG = "a-name-as-long-as-a-name-can-b"


def authors() -> dict[str, str]:
    """The author's name of each archived post and comment that has one."""
    return {
        content.source_id: content.author.username
        for model in (Post, Comment)
        for content in model.objects.exclude(source_id=None).exclude(author=None)
    }


def test_authors_become_members_who_can_not_sign_in(archive: Importer) -> None:
    outcome = archive([submission(author="O_0-x")])
    member = Member.objects.get()
    assert outcome.done["members"] == 1
    assert (member.username, member.imported, member.is_active) == ("O_0-x", True, True)
    assert member.skeleton == "o_o_x"
    assert not member.has_usable_password()
    assert not member.check_password("")


def test_passwords_that_nobody_has_differ(archive: Importer) -> None:
    """A link to claim a name is signed with them."""
    archive([submission()], [remark("c1")])
    assert len(set(Member.objects.values_list("password", flat=True))) == 2


def test_nobody_joins_after_their_first_words(archive: Importer) -> None:
    archive(
        [submission("p1", created_utc=DATE + 9), submission("p2", created_utc=DATE + 5)],
        [remark("c1", author="ann", created_utc=DATE + 2)],
    )
    assert Member.objects.get().joined_at == datetime.fromtimestamp(DATE, UTC) + timedelta(
        seconds=2
    )


def test_a_name_in_two_cases_is_one_members(archive: Importer) -> None:
    archive([submission("p1", author="Ann"), submission("p2", author="ann")])
    assert Member.objects.get().username.lower() == "ann"
    archive(None, [remark("c1", author="ANN")])
    assert len(set(authors().values())) == 1


def test_look_alike_names_stay_apart(archive: Importer) -> None:
    archive([submission("p1", author="bill"), submission("p2", author="bi11")])
    assert authors() == {"t3_p1": "bill", "t3_p2": "bi11"}


def test_what_can_not_be_a_name_is_told_and_the_text_kept(archive: Importer) -> None:
    outcome = archive([submission(author="an n")], [remark("c1", author="x" * 31)])
    assert outcome.status == 3
    assert outcome.problems == {"foreign_author": 2}
    assert Post.objects.get().author is None
    assert Comment.objects.get().author is None


def test_nobody_is_made_to_say_what_they_never_wrote(archive: Importer) -> None:
    native = Member.objects.create_user("Ann")
    archive([submission("p1")])
    archive([submission("p2")], [remark("c1", author="ann")])
    assert authors() == {"t3_p1": "ann-reddit", "t3_p2": "ann-reddit", "t1_c1": "ann-reddit"}
    assert Member.objects.get(username="ann-reddit").imported
    assert not native.posts.exists()


def test_a_taken_second_name_gets_a_number(archive: Importer) -> None:
    for name in ("ann", "ANN-reddit", "ann-reddit2"):
        Member.objects.create_user(name)
    archive([submission("p1")])
    archive([submission("p2")])
    assert authors() == {"t3_p1": "ann-reddit3", "t3_p2": "ann-reddit3"}


def test_the_author_stays_the_same_when_the_name_becomes_free(archive: Importer) -> None:
    native = Member.objects.create_user("ann")
    archive([submission("p1")])
    Member.objects.filter(pk=native.pk).delete()  # not by delete_account
    archive([submission("p2")])
    assert authors() == {"t3_p1": "ann-reddit", "t3_p2": "ann-reddit"}


def test_a_retired_name_is_nobodys(archive: Importer) -> None:
    delete_account(member=Member.objects.create_user("Ann"))
    archive([submission("p1")])
    assert authors() == {"t3_p1": "ann-reddit"}


def test_who_claimed_a_name_stays_its_author(archive: Importer) -> None:
    archive([submission("p1")])
    set_password(member=Member.objects.get(), password="a long password")
    claimed = Member.objects.get()
    assert not claimed.imported
    archive([submission("p2", created_utc=DATE - 9)], [remark("c1", author="ann")])
    assert authors() == {"t3_p1": "ann", "t3_p2": "ann", "t1_c1": "ann"}
    assert Member.objects.get().joined_at == claimed.joined_at


def test_who_claimed_a_name_for_comments_stays_their_author(archive: Importer) -> None:
    archive([submission("p1", author=None)], [remark("c1")])
    set_password(member=Member.objects.get(), password="a long password")
    archive(None, [remark("c2")])
    assert authors() == {"t1_c1": "ben", "t1_c2": "ben"}


def test_no_two_authors_meet_in_one_name(archive: Importer) -> None:
    """An archive may have its own ann-reddit."""
    archive([submission("p1", author="ann-reddit")])
    Member.objects.create_user("ann")
    archive([submission("p2", author="ann")])
    names = authors()
    assert names["t3_p1"] != names["t3_p2"]


def test_candidates_are_names() -> None:
    assert list(islice(candidates("ann"), 3)) == ["ann", "ann-reddit", "ann-reddit2"]
    assert list(islice(candidates("ann-reddit"), 1)) == ["ann-reddit-reddit"]
    longer = list(islice(candidates(LONG), 101))
    assert longer[0] == LONG
    assert all(len(name) <= 30 for name in longer)
    assert next(islice(candidates(LONG[:-1] + "c"), 1, None)) != longer[1]


def test_a_name_taken_meanwhile_is_not_the_authors(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody registers between the look-up and the making."""
    look_up = members._look_up

    def register_after_the_look(names: list[str], depth: int) -> object:
        found = look_up(names, depth)
        if not Member.objects.exists():
            Member.objects.create_user("ann")
        return found

    monkeypatch.setattr(members, "_look_up", register_after_the_look)
    found = members.Members().resolve({"ann": MOMENT, "ben": MOMENT})
    assert Member.objects.get(pk=found["ann"]).username == "ann-reddit"
    assert Member.objects.get(pk=found["ben"]).username == "ben"


def test_what_is_remembered_is_bounded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_REMEMBERED", 10)
    people = members.Members()
    for number in range(10):
        names = {f"m{number}x{each}": MOMENT for each in range(5)}
        assert people.resolve(names).keys() == names.keys()
        assert len(people._remembered) <= 15
    assert Member.objects.count() == people.made == 50


def test_who_came_with_a_board_of_another_site_is_not_an_archives_author(
    archive: Importer,
) -> None:
    """Two people may have had one name on two sites; one of them may claim it here."""
    other = Member.objects.create_user("ann", imported=True, origin="https://board.example")
    archive([submission(author="ann")])
    assert authors() == {"t3_p1": "ann-reddit"}
    assert not Post.objects.filter(author=other).exists()
