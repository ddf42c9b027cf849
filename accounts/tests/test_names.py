import pytest
from django.core.exceptions import ValidationError

from accounts.names import skeleton, validate_name


@pytest.mark.parametrize("name", ["bob", "Alice_B", "x-1", "0xdeadbeef", "a" * 30])
def test_names_that_may_be_taken(name):
    validate_name(name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u0430dmin", "characters"),
        ("admin.", "characters"),
        ("bob\n", "characters"),
        ("", "characters"),
        ("\u0661\u0662\u0663", "characters"),
        ("ab", "length"),
        ("a" * 31, "length"),
        ("ADMIN", "reserved"),
        ("adm1n", "reserved"),
        ("-mod-", "reserved"),
    ],
)
def test_names_that_may_not(name, code):
    with pytest.raises(ValidationError) as refusal:
        validate_name(name)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("one", "other"),
    [("Alice", "a1lce"), ("bob", "B0B"), ("corn", "com"), ("a-b", "a_b"), ("vvill", "will")],
)
def test_names_that_look_alike(one, other):
    assert skeleton(one) == skeleton(other)
