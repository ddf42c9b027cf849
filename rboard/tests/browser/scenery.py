"""What the tests of the browser find on their site, beside the samples.

Run as a program, it fills an empty database with the samples and with "members" alone, "all" or a
"court", or without them with a "huge" thread, and prints the addresses of what it made, as JSON in
the last line.
"""

import json
import random
import sys
from collections.abc import Iterator
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

PASSWORD = "a password for tests only"
MEMBERS = ("wanda", "otto")  # wanda made the board and has letters; otto answered her
BOARD = "workshop"
BUSY = 230  # comments in the busy thread, more than a page holds
LIVELY = ("desktop", "no script", "list", "access")  # each test that talks there has its own
HUGE_ROOTS, HUGE_TREE = 100, 1_000  # root comments of the huge thread, and comments of each tree

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
WIDE_TEXT = f"""{LONG_WORD}

    {"code that goes on and on " * 12}

| {" | ".join(f"column{n}" for n in range(24))} |
|{"---|" * 24}
| {" | ".join(f"cell{n}" for n in range(24))} |

https://example.com/{"a-very-long-path-" * 15}

> > > A quote in a quote in a quote with {LONG_WORD}

1. one
   - two
     - three `{"inline_code_" * 20}`
"""


def make_members() -> tuple[Any, Any]:
    """MEMBERS, who can sign in, and who follow the boards of the samples."""
    # The models can be imported only once Django is set up.
    from accounts.models import Member  # noqa: PLC0415
    from boards.actions import subscribe  # noqa: PLC0415
    from boards.models import Board  # noqa: PLC0415

    members = [Member.objects.create_user(name, password=PASSWORD) for name in MEMBERS]
    for board in Board.objects.filter(is_private=False):
        for member in members:
            subscribe(member=member, board=board)
    return members[0], members[1]


def make_all() -> dict[str, str]:
    """Fill the database; the addresses of what is there, by name."""
    from boards.actions import make_board  # noqa: PLC0415
    from discussions.actions.comments import edit_comment, reply  # noqa: PLC0415
    from discussions.actions.posts import submit_post  # noqa: PLC0415
    from discussions.models import Post  # noqa: PLC0415

    wanda, otto = make_members()
    board = make_board(
        maker=wanda,
        name=BOARD,
        title="Things made by hand",
        description="For people who *make* things, and for those who mend them.",
        rules="1. Show your work.\n2. Be kind.",
        is_private=False,
    )
    wide = submit_post(author=wanda, board=board, title=f"Wide: {LONG_WORD}", text=WIDE_TEXT)
    reply(author=otto, post=wide, text=WIDE_TEXT)
    quiet = submit_post(author=wanda, board=board, title="A stool with three legs", text="Look.")
    answer = reply(author=otto, post=quiet, text="It will not wobble, u/wanda.")
    own = reply(author=wanda, post=quiet, parent=answer, text="That was the idea.")
    edit_comment(editor=wanda, comment=own, text="That was the whole idea.")
    busy = submit_post(author=otto, board=board, title="Which glue for oak?", text="It is outside.")
    _talk(busy, [wanda, otto], reply)
    lively = {}
    for of in LIVELY:
        lively[of] = submit_post(
            author=wanda, board=board, title=f"Who is there, {of}?", text="Hm?"
        )
        reply(author=otto, post=lively[of], text="Hello.")
    closing = submit_post(author=wanda, board=board, title="Last orders", text="We close soon.")
    reply(author=otto, post=closing, text="Already?")
    judged = make_court(otto)
    disputed = submit_post(author=wanda, board=judged.board, title="Who wants it?", text="I do.")
    for n in range(12):
        reply(author=otto, post=disputed, text=f"I asked first, {n} times.\n\nGive it to me.")
    make_bench(otto)
    sample = Post.objects.filter(board__name="balcony", comment_count__gt=5).order_by("pk")[0]
    return {
        "front": "/",
        "board": board.get_absolute_url(),
        "about": f"{board.get_absolute_url()}about/",
        "thread": quiet.get_absolute_url(),
        "wide thread": wide.get_absolute_url(),
        "busy thread": busy.get_absolute_url(),
        "judged post": judged.get_absolute_url(),
        "disputed thread": disputed.get_absolute_url(),
        "sample thread": sample.get_absolute_url(),
        **{f"lively thread, {of}": thread.get_absolute_url() for of, thread in lively.items()},
        "closing thread": closing.get_absolute_url(),
        "comment": own.get_absolute_url(),
        "history": f"{own.address}history/",
        "edit": f"{own.address}edit/",
        "reply": f"{answer.address}reply/",
        "submit": f"{board.get_absolute_url()}submit/",
        "board settings": f"{board.get_absolute_url()}edit/",
        "board members": f"{board.get_absolute_url()}members/",
        "profile": wanda.get_absolute_url(),
        "profile comments": f"{wanda.get_absolute_url()}comments/",
        "inbox": "/inbox/",
        "settings": "/settings/",
        "appearance": "/appearance/",
        "directory": "/boards/",
        "new board": "/boards/new/",
        "register": "/register/",
        "login": "/login/",
        "password reset": "/password-reset/",
        "404": "/nothing/here/",
    }


def make_court(author: Any) -> Any:
    """A board of two moderators, mara and milo, with a post that rita will report."""
    from accounts.models import Member  # noqa: PLC0415
    from boards.actions import appoint, make_board  # noqa: PLC0415
    from discussions.actions.posts import submit_post  # noqa: PLC0415
    from moderation.models import ReasonTemplate  # noqa: PLC0415

    mara, milo, _rita = (
        Member.objects.create_user(name, password=PASSWORD) for name in ("mara", "milo", "rita")
    )
    board = make_board(
        maker=mara, name="court", title="The court", rules="1. No selling.\n2. Be kind."
    )
    appoint(board=board, member=milo, by=mara)
    ReasonTemplate.objects.create(board=board, title="Selling", text="Nothing is sold here.")
    return submit_post(author=author, board=board, title="My old lathe", text="Any offers?")


def make_bench(author: Any) -> None:
    """A board of kira, with something in each queue."""
    from datetime import timedelta  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Member  # noqa: PLC0415
    from boards.actions import appoint, make_board  # noqa: PLC0415
    from discussions.actions.posts import submit_post  # noqa: PLC0415
    from moderation.actions import appeals, content, people, reports, requests  # noqa: PLC0415
    from moderation.actions.log import By  # noqa: PLC0415
    from moderation.models import ReasonTemplate  # noqa: PLC0415

    kira, kurt, noisy = (
        Member.objects.create_user(name, password=PASSWORD) for name in ("kira", "kurt", "noisy")
    )
    board = make_board(maker=kira, name="bench", title="The bench", rules="1. No planks.")
    hidden = make_board(maker=kira, name="loft", title="The loft", is_private=True)
    appoint(board=board, member=kurt, by=kira)
    for title, text in (("Planks", "No planks here."), ("Nails", "No nails either.")):
        ReasonTemplate.objects.create(board=board, title=title, text=text)
    long = "unbroken" * 30
    for n in range(4):
        post = submit_post(author=author, board=board, title=f"Plank {n}", text=f"```\n{long}\n```")
        reports.report(reporter=kurt, board=board, target=post, rule="No planks.", reason=long)
    gone = submit_post(author=noisy, board=board, title="A removed plank", text=long)
    act = content.remove(gone, By(kurt), reason="No planks here.")
    appeals.appeal(member=noisy, act=act, text=long)  # type: ignore[arg-type]
    people.ban(noisy, board, By(kurt), until=timezone.now() + timedelta(days=1), reason=long)
    requests.request_to_join(member=noisy, name=hidden.name, text=long)


def make_judged() -> dict[str, str]:
    """The court, with something to decide and something decided."""
    from accounts.models import Member  # noqa: PLC0415
    from discussions.actions.comments import reply  # noqa: PLC0415
    from moderation.actions import content, reports  # noqa: PLC0415
    from moderation.actions.log import By  # noqa: PLC0415

    wanda, otto = make_members()
    post = make_court(otto)
    rita, milo = (Member.objects.get(username=name) for name in ("rita", "milo"))
    reports.report(reporter=rita, board=post.board, target=post, rule="No selling.")
    rude = reply(author=wanda, post=post, text="Nobody wants that heap of rust.")
    reports.report(reporter=rita, board=post.board, target=rude, rule="Be kind.")
    reports.report(reporter=otto, board=post.board, target=rude, reason="It is not rusty at all.")
    spam = reply(author=wanda, post=post, text="Lathes, half the price, today only.")
    content.remove(spam, By(milo), reason="Nothing is sold here.")
    return {}


def make_huge() -> dict[str, str]:
    """A thread of 100,000 comments."""
    from boards.actions import make_board  # noqa: PLC0415
    from discussions import bulk  # noqa: PLC0415
    from discussions.actions.posts import submit_post  # noqa: PLC0415
    from discussions.models import Comment, Post  # noqa: PLC0415

    wanda, _otto = make_members()
    board = make_board(maker=wanda, name="crowd", title="The crowd")
    post = submit_post(author=wanda, board=board, title="A huge thread")
    with transaction.atomic():
        ids = Comment.objects.next_ids(HUGE_ROOTS * HUGE_TREE)
        bulk.insert(Comment, _huge_tree(post, ids[:HUGE_TREE]))
        _copy_tree(Comment, post.pk)
    Post.objects.filter(pk=post.pk).update(comment_count=HUGE_ROOTS * HUGE_TREE)
    middle = Comment.objects.filter(post=post, level=3)[HUGE_ROOTS // 2]
    return {
        "huge thread": post.get_absolute_url(),
        "huge comment": middle.get_absolute_url(),
    }


def _huge_tree(post: Any, ids: list[int]) -> Iterator[dict[str, Any]]:
    """Each comment of the tree answers any of those before it."""
    from discussions.models import Comment  # noqa: PLC0415
    from discussions.trees import nested_sets  # noqa: PLC0415

    dice = random.Random(1)
    start = {
        field.attname: field.get_default()
        for field in Comment._meta.concrete_fields
        if field.name != "id"
    }
    parents: dict[int, int | None] = {ids[0]: None}
    for place in range(1, HUGE_TREE):
        parents[ids[place]] = ids[dice.randrange(place)]
    for number, (pk, place) in enumerate(nested_sets(parents).items()):
        words = {"text": f"Word {number}", "html": f"<p>Word {number}</p>"}
        points = _points(Comment(), dice.randint(1, 50), dice.randint(0, 9))
        place_of = {**place._asdict(), "parent_id": parents[pk], "post_id": post.pk}
        yield {**start, "id": pk, "created_at": post.created_at, **points, **words, **place_of}


def _copy_tree(model: Any, post_id: int) -> None:
    """Put the one tree of a post there again and again, with ids that follow its own."""
    columns = [field.column for field in model._meta.concrete_fields]
    copied = [
        f"{name} + %(on)s" if name in {"id", "tree_id", "parent_id"} else name for name in columns
    ]
    statement = (
        f"INSERT INTO discussions_comment ({', '.join(columns)}) SELECT {', '.join(copied)} "
        "FROM discussions_comment WHERE post_id = %(post)s AND tree_id = %(tree)s"
    )
    tree = model.objects.filter(post=post_id).values_list("tree_id", flat=True)[0]
    with connection.cursor() as cursor:
        for number in range(1, HUGE_ROOTS):
            values = {"on": number * HUGE_TREE, "post": post_id, "tree": tree}
            cursor.execute(statement, values)


def _points(comment: Any, ups: int, downs: int) -> dict[str, Any]:
    comment.count_votes(ups, downs)
    names = ("ups", "downs", "score", "best", "controversy")
    return {name: getattr(comment, name) for name in names}


def _talk(post: Any, members: list[Any], reply: Any) -> None:
    """A long conversation that never says the same thing twice, so that it compresses as one."""
    dice = random.Random(1)
    words = LOREM.split()
    comments: list[Any] = []
    for turn in range(BUSY):
        near = [comment for comment in comments[-25:] if comment.level < 5]
        parent = dice.choice(near) if near and turn % 6 else None
        text = " ".join(dice.choice(words) for _ in range(dice.randint(8, 60)))
        comments.append(reply(author=members[turn % 2], post=post, parent=parent, text=text))


LOREM = """the a of to and in is that it for on with as was be this have from or one had by not but
what all were when we there can an your which their said if do will each about how up out them
then she many some so these would other into has more her two like him see time could no make than
first been its who now people my made over did down only way find use may water long little very
after words called just where most know get through back much before go good new write our used me
man too any day same right look think also around another came come work three word must because
does part even place well such here take why things help put years different away again off went
old number great tell men say small every found still between name should home big give air line
set own under read last never us left end along while might next sound below saw something thought
both few those always looked show large often together asked house world going want school until
important form food keep children feet land side without boy once animals life enough took sometimes
four head above kind began almost live page got earth need far hand high year mother light parts
country father let night following picture being study second eyes soon times story boys since
white days ever paper hard near sentence better best across during today others however sure means
knew try told young miles sun ways thing whole hear example heard several change answer room sea
against top turned learn point city play toward five using himself usually glue oak clamp joint
mortise tenon chisel plane grain resin epoxy hide casein polyurethane varnish outdoors frost rain"""


if __name__ == "__main__":
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    addresses = {}
    with transaction.atomic():  # a disk takes longer to keep each step than the step takes
        if sys.argv[1] != "huge":
            call_command("load_samples")
        if sys.argv[1] == "members":
            make_members()
        else:
            addresses = {"all": make_all, "huge": make_huge, "court": make_judged}[sys.argv[1]]()
    sys.stdout.write(f"\n{json.dumps(addresses)}\n")
