"""What goes out is of one moment, and nobody waits for it."""

import json
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from boards.models import Board
from discussions.actions.comments import reply
from discussions.models import Comment, Post
from moderation.carrying import sending, writing
from moderation.carrying.shapes import Wishes
from moderation.tests.carried import full_board, lines_of


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_in_the_file(tmp_path: Path) -> None:
    board = full_board()
    before = Comment.objects.count()

    def write() -> None:
        post = Post.objects.get(title="A rose is")
        reply(author=post.author, post=post, text="Too late")
        connection.close()

    with sending.snapshot():
        Board.objects.get(pk=board.pk)  # the snapshot is taken by what is read first
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=20)
        assert not writer.is_alive()
        with writing.written(str(tmp_path / "one")) as out:
            sending.export(board, Wishes(), out, lambda count: None)
    assert Comment.objects.count() == before + 1
    assert out.counts["comment"] == before
    assert "Too late" not in (tmp_path / "one").read_text()


@pytest.mark.django_db(transaction=True)
def test_the_command_leaves_no_transaction_open(tmp_path: Path) -> None:
    full_board()
    call_command("export_board", "garden", str(tmp_path / "one"), "--json")
    assert not connection.in_atomic_block
    post = Post.objects.get(title="A rose is")
    reply(author=post.author, post=post, text="After it")
    call_command("import_board", str(tmp_path / "one"), "--as=Other", "--same-site", "--apply")
    assert Board.objects.filter(name="Other").exists()


def test_standard_output_is_the_file_and_nothing_else(
    db: None, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    full_board()
    call_command("export_board", "garden", "-")
    written = capsysbinary.readouterr()
    assert b"post" in written.err
    (tmp_path / "one").write_bytes(written.out)
    lines = lines_of(tmp_path / "one")
    assert (lines[0]["kind"], lines[-1]["kind"]) == ("header", "end")
    assert lines[-1]["lines"] == len(lines) - 1
    assert json.loads(written.out.splitlines()[0])["board"] == "Garden"
