"""What the page of an act tells moderators, and whom it concerns."""

from datetime import timedelta

from django.core.management import call_command
from django.utils.formats import date_format

from accounts.models import Member
from boards.models import Board
from discussions.models import Post
from discussions.tests.conftest import signed_in
from moderation.actions import content, people, settings
from moderation.actions.log import By
from moderation.models import Act


def page_of(act: Act, reader: Member) -> str:
    return signed_in(reader).get(f"/acts/{act.pk}/").content.decode()


def test_settings_say_who_changed_what(a: Board, mo: Member, amy: Member) -> None:
    act = settings.change_board(
        a, By(mo), title="Another", description=a.description, rules="1. Be kind.", is_private=False
    )
    assert act is not None
    page = page_of(act, amy)
    assert "<h1>moe changed the settings of the board</h1>" in page
    assert "title; rules</dd>" in page.split("What was changed")[1]
    told = settings.write_down(a, By(mo), "made the rule “Shoes”, twice")
    assert "made the rule “Shoes”, twice" in page_of(told, amy)


def test_an_appointment_says_with_what(a: Board, ben: Member, mo: Member) -> None:
    call_command("appoint", "board_a", "ben", "--power", "settings")
    page = page_of(Act.objects.get(verb="appoint"), mo)
    assert "<h1>ben: appointed</h1>" in page
    assert (
        "the board&#x27;s description, rules and settings"
        in page.split("Trusted with")[1].split("</dl>")[0]
    )


def test_the_note_is_for_the_moderators(post: Post, ann: Member, mo: Member, amy: Member) -> None:
    act = content.remove(post, By(mo), note="hush")
    assert act is not None
    assert "hush" in page_of(act, amy)
    assert "hush" not in page_of(act, ann)


def test_a_moderator_does_not_read_the_note_about_themselves(
    a: Board, amy: Member, mo: Member
) -> None:
    act = people.ban(amy, a, By(mo), mute=True, note="hush")
    assert "hush" in page_of(act, mo)
    assert "hush" not in page_of(act, amy)


def test_it_says_until_when_one_can_appeal(post: Post, ann: Member, mo: Member) -> None:
    act = content.remove(post, By(mo))
    assert act is not None
    last = date_format(act.at + timedelta(days=14), "j F Y")
    assert f"You can appeal until {last}" in page_of(act, ann)
    assert "You can appeal" not in page_of(act, mo)
