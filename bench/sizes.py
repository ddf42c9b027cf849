"""How large the sites are that are measured, and for how long."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Size:
    """What is generated. The named threads are counted in comments."""

    posts: int
    boards: int
    members: int
    busy: int  # so many of the newest posts have an ordinary thread
    shown: int = 200  # all of them on one page
    middle: int = 1_000
    large: int = 10_000
    wide: int = 10_000  # replies to one root comment
    huge: int = 100_000


@dataclass(frozen=True)
class Plan:
    """One run of the benchmark."""

    site: Size
    seconds: int  # each page is loaded for so long
    replies: int  # each writer who writes alone sends so many
    storm: int  # each of eight writers sends so many
    imported: int  # comments of the archive
    whole: bool  # with the second start of bin/run

    @property
    def comparison(self) -> Size:
        """The small site that the lists of the large one are held against."""
        return replace(
            self.site, posts=min(10_000, self.site.posts), middle=20, large=20, wide=20, huge=20
        )


FULL = Plan(
    site=Size(posts=1_000_000, boards=200, members=20_000, busy=20_000),
    seconds=5,
    replies=400,
    storm=250,
    imported=100_000,
    whole=True,
)
SMALL = Plan(
    site=Size(posts=20_000, boards=200, members=2_000, busy=1_000),
    seconds=1,
    replies=60,
    storm=40,
    imported=20_000,
    whole=False,
)
