"""Two roles for the whole site, made once: what an operator makes of the groups is theirs."""

from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ["accounts", "boards", "discussions", "inbox", "moderation"]
EVERYWHERE = ["may_content_everywhere", "may_members_everywhere", "may_settings_everywhere",
              "may_moderators_everywhere"]
# What belongs to posts, comments and members. The rows of members are not among it: they tell
# e-mail addresses.
OF_MODERATORS = [
    "may_content_everywhere", "may_members_everywhere",
    "view_board", "view_moderator", "view_approvedmember", "delete_approvedmember",
    "view_post", "view_comment", "view_revision",
    "view_case", "change_case", "view_report", "view_mutedreporter", "delete_mutedreporter",
    "view_act", "change_act", "view_appeal", "change_appeal", "view_note",
    "view_ban", "delete_ban", "view_joinrequest", "change_joinrequest",
]


def make_roles(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    for label in APPS:  # otherwise they are made when all migrations are done
        create_permissions(installed.get_app_config(label), verbosity=0, using=using, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    theirs = permissions.filter(content_type__app_label__in=APPS)
    groups = apps.get_model("auth", "Group").objects.using(using)
    for name, given in (
        ("Site moderators", theirs.filter(codename__in=OF_MODERATORS)),
        ("Site administrators", theirs),
    ):
        # A group that has this name already was made for something else.
        group, made = groups.get_or_create(name=name)
        if made:
            group.permissions.set(given)
    # Whoever was on the staff could do everything on every board, and in the admin what their
    # permissions said: they keep that, and get nothing more.
    everywhere = list(theirs.filter(codename__in=EVERYWHERE))
    members = apps.get_model("accounts", "Member").objects.using(using)
    for member in members.filter(is_staff=True, is_superuser=False):
        member.user_permissions.add(*everywhere)


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0010_appeals_refused_or_granted'),
        ('boards', '0003_powers_on_every_board'),
        ('accounts', '0002_staff_by_groups'),
        ('discussions', '0004_slugs_that_are_deeds'),
        ('inbox', '0002_letters_of_moderation'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
