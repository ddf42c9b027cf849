"""Locks on rows, and the one order in which they are taken.

1. The board's row, of several the lowest id first. Who replies or posts holds it FOR KEY SHARE
   (`Board.objects.hold`), which many may at once; who moderates, edits or deletes a text FOR NO KEY
   UPDATE (`lock_board`), one after the other on a board, beside those who reply; who changes the
   readers of a board, bans somebody, purges or acts on many texts FOR UPDATE
   (`lock_board(whole=True)`), alone. A member's own row comes right after it, where the boards that
   they follow are counted.
2. Posts, by id. 3. Roots of comment trees, by id. 4. The case. 5. Reports, letters, appeals.

Who deletes an account locks the boards on which the member did anything, as who moderates does,
then the trees, the member's row, and the posts: a reply to them holds the row before the post.

Each may be left out, none taken after a later one. A reply alone writes its post last, after the
tree and the letters, since all who reply in the thread wait for that row; who shows a comment or
takes one off, whom its post counts, writes the post after the tree as well, and waits for no tree
then. A rule that takes a new reply off locks nothing more of it. A reply holds its board from the
beginning, and whoever locks a post and then waits for trees or for letters that a reply wrote has
the board FOR UPDATE, so the two never wait for each other.
"""

from collections.abc import Iterable

from boards.models import Board
from discussions import bulk
from discussions.models import Comment

IDS_PER_QUERY = 1_000


def lock_board(pk: int, *, whole: bool = False) -> Board:
    """The board as it is now, locked until the transaction ends; `whole`: also against replies."""
    return Board.objects.select_for_update(no_key=not whole).get(pk=pk)


def lock_trees(tree_ids: Iterable[int]) -> None:
    """Lock comment trees until the transaction ends, as `lock_tree` does one.

    In order of their ids, so that two who lock several wait for each other instead of locking up.
    """
    for ids in bulk.chunks(sorted(set(tree_ids)), IDS_PER_QUERY):
        roots = Comment.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
        list(roots.values_list("pk"))
