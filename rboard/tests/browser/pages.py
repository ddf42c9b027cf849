"""The pages that every check of looks and access goes through."""

from rboard.tests.browser.scenery import MEMBERS

# Names of addresses of the site, see scenery.py.
FOR_GUESTS = ("register", "login", "password reset")
FOR_ALL = (
    *("front", "board", "about", "thread", "wide thread", "comment", "directory"),
    *("profile", "profile comments", "appearance", "404"),
)
FOR_MEMBERS = (
    *("submit", "reply", "edit", "history", "inbox", "settings", "new board"),
    *("board settings", "board members"),
)
ALL = FOR_GUESTS + FOR_ALL + FOR_MEMBERS


def visitors_of(name: str) -> list[str]:
    """Who sees a page: "", the guest, and the name of a member."""
    guests = [] if name in FOR_MEMBERS else [""]
    members = [] if name in FOR_GUESTS else [MEMBERS[0]]
    return guests + members
