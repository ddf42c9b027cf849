"""A backup while members write."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from accounts.models import Member
from discussions.actions.comments import reply
from discussions.actions.votes import vote
from discussions.models import Comment, Post
from rboard.backups import restoring
from rboard.backups.contents import differences
from rboard.backups.making import backup, site
from rboard.tests.security.threads import PATIENCE, in_thread

WRITERS = 4


def test_it_is_of_one_moment(post: Post, tmp_path: Path) -> None:
    """Whole trees and right counters, with all that was written before it began."""
    stop, going = Event(), [Event() for _ in range(WRITERS)]
    members = [Member.objects.create_user(f"writer_{n}") for n in range(WRITERS)]

    def write(number: int) -> int:
        count = 0
        parent = None
        while not stop.is_set():
            parent = reply(author=members[number], post=post, parent=parent, text=f"{count}")
            vote(voter=members[number - 1], target=parent, value=1)
            count += 1
            if count == 5:
                going[number].set()
        return count

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [in_thread(pool, lambda n=n: write(n)) for n in range(WRITERS)]
        try:
            assert all(event.wait(PATIENCE) for event in going)
            before = Comment.objects.count()
            made = backup(tmp_path / "site", quiet=True)
            after = Comment.objects.count()
        finally:
            stop.set()
        written = sum(writer.result(PATIENCE) for writer in writers)
    found = restoring.read(made.path, quiet=True)
    assert before <= found.contents.tables["discussions_comment"].rows <= after
    assert after - before > 0
    assert restoring.verify(found, quiet=True) == []
    assert Comment.objects.count() == written + 2
    restoring.apply(found, replace=True, quiet=True)
    assert list(differences(made.contents, site().contents())) == []
