"""What the drills call lost."""

import pytest

from drills.lost import lost
from drills.site import Site
from drills.writers import Answer, Load


class Found(Site):
    """What is there after a drill, as the test says."""

    def __init__(self, comments: set[int], half_made: int = 1, faulty: int = 0) -> None:
        self.there, self.half_made, self.faulty = comments, half_made, faulty

    def comments(self) -> set[int]:
        return self.there

    def query(self, statement: str, *parameters: object) -> list[tuple[int]]:
        return [(self.half_made,)]

    def faults(self) -> int:
        return self.faulty


def acknowledged(*comments: int) -> Load:
    failed = Answer(sent=0, seconds=1, status=503, good=False)
    return Load([failed, *(Answer(0, 1, 302, True, comment) for comment in comments)])


def test_nothing_is_lost() -> None:
    assert lost(Found({1, 2, 3}), acknowledged(3, 2), earlier={1}) == []


@pytest.mark.parametrize(
    ("found", "taken", "fault"),
    [
        (Found({1, 2}), [2, 3], "1 acknowledged replies are missing, 0 are too many"),
        (Found({1, 2, 3, 4}), [2, 3], "0 acknowledged replies are missing, 1 are too many"),
        (Found({1, 2}), [2, 2], "1 replies were acknowledged twice"),
        (Found({1}), [], "no reply was acknowledged"),
        (Found({1, 2}, half_made=2), [2], "1 replies are half made"),
        (Found({1, 2}, faulty=4), [2], "4 faults in trees and counters"),
    ],
)
def test_each_fault_is_told(found: Found, taken: list[int], fault: str) -> None:
    assert lost(found, acknowledged(*taken), earlier={1}) == [fault]


def test_failures_are_counted_by_their_status() -> None:
    nothing = Answer(0, 1, 0, good=False)
    load = Load([nothing, *acknowledged(1).answers, nothing])
    assert load.statuses() == {"none": 2, "503": 1}
    assert len(load.failed) == 3
