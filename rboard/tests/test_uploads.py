"""Where uploads are kept, and that a bucket costs nothing until it is used."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError
from pytest_django import Settings

from discussions.models import Post
from rboard import doctor
from rboard.doctor import GOOD, WARNING, look
from rboard.tests.backups.conftest import ann, client_tools, post, run
from rboard.tests.browser.site import ROOT
from rboard.tests.bucket import SECRET, Bucket, keep_uploads_at, serving_bucket
from rboard.uploads import uploads

__all__ = ["ann", "client_tools", "post"]  # fixtures


@pytest.fixture
def bucket(settings: Settings) -> Iterator[Bucket]:
    with serving_bucket() as bucket:
        keep_uploads_at(bucket.url, settings)
        yield bucket


def test_a_file_goes_into_the_bucket_and_comes_back(bucket: Bucket) -> None:
    assert default_storage.save("a/rose.jpg", ContentFile(b"a rose")) == "a/rose.jpg"
    assert bucket.objects == {"up/a/rose.jpg": b"a rose"}
    assert default_storage.open("a/rose.jpg").read() == b"a rose"
    assert default_storage.listdir("") == (["a"], [])
    other = default_storage.save("a/rose.jpg", ContentFile(b"another"))
    assert other != "a/rose.jpg"
    default_storage.delete("a/rose.jpg")
    assert list(bucket.objects) == [f"up/{other}"]
    assert {"PUT", "GET", "HEAD", "DELETE"} <= set(bucket.asked)


def test_uploads_of_a_bucket_are_in_backups_and_come_back(
    bucket: Bucket, post: Post, tmp_path: Path
) -> None:
    bucket.objects |= {"up/a/rose.jpg": b"a rose", "up/b.txt": b"b", "elsewhere": b"not ours"}
    assert run("backup", tmp_path / "site")["uploads"] == 2
    bucket.objects["up/a/rose.jpg"] = b"spoilt"
    del bucket.objects["up/b.txt"]
    run("restore", tmp_path / "site", "--apply", "--replace")
    assert bucket.objects == {
        "up/a/rose.jpg": b"a rose", "up/b.txt": b"b", "elsewhere": b"not ours",
    }  # fmt: skip


def test_a_bucket_that_refuses_ends_a_backup_with_one_line(
    bucket: Bucket, post: Post, tmp_path: Path, settings: Settings
) -> None:
    keep_uploads_at(bucket.url.replace("the-key", "another"), settings)
    with pytest.raises(CommandError) as ended:
        run("backup", tmp_path / "site")
    assert "UPLOADS_URL" in str(ended.value)
    assert "\n" not in str(ended.value)
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_writes_reads_and_deletes_a_file(bucket: Bucket, settings: Settings) -> None:
    [found] = look((doctor.uploads,))
    assert (found.level, found.found) == (GOOD, "in the bucket boards")
    assert bucket.objects == {}
    assert {"PUT", "GET", "DELETE"} <= set(bucket.asked)
    keep_uploads_at(bucket.url.replace("the-key", "another"), settings)
    [found] = look((doctor.uploads,))
    assert found.level == WARNING
    assert "UPLOADS_URL" in found.mend
    assert SECRET not in found.found


def test_the_doctor_looks_at_a_folder(tmp_path: Path, settings: Settings) -> None:
    keep_uploads_at(f"file://{tmp_path}/uploads", settings)
    [found] = look((doctor.uploads,))
    assert (found.level, found.found) == (GOOD, f"in the folder {tmp_path}/uploads")
    assert list((tmp_path / "uploads").iterdir()) == []
    (tmp_path / "file").touch()
    keep_uploads_at(f"file://{tmp_path}/file/uploads", settings)
    [found] = look((doctor.uploads,))
    assert found.level == WARNING


@pytest.mark.parametrize(
    "url",
    [
        "uploads",
        "file://relative/folder",
        "ftp://host/folder",
        "s3://key:hunter2@host",
        "s3://key:hunter2@/bucket",
        "s3://key@host/bucket",
        "s3://key:hunter2@host:many/bucket",
        "s3://key:hunter2@host/bucket?regoin=eu",
        "s3://key:hunter2@host/bucket?eu",
    ],
)
def test_a_wrong_value_is_named_and_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADS_URL", url)
    with pytest.raises(ImproperlyConfigured, match="UPLOADS_URL must look like") as refused:
        uploads("UPLOADS_URL", "")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "endpoint", "style", "key"),
    [
        (
            "s3://k:s@s3.eu-west-1.amazonaws.com/b",
            "https://s3.eu-west-1.amazonaws.com",
            "auto",
            "k",
        ),
        ("s3://k:s@minio.example:9000/b", "https://minio.example:9000", "path", "k"),
        ("s3+http://[::1]:9000/b", "http://[::1]:9000", "path", None),
    ],
)
def test_a_bucket_is_found_by_its_address(
    url: str, endpoint: str, style: str, key: str | None
) -> None:
    options = uploads("NO_UPLOADS_URL", url)["OPTIONS"]
    assert options["endpoint_url"] == endpoint
    assert options["bucket_name"] == "b"
    assert options["addressing_style"] == style
    assert options["access_key"] == key


@pytest.mark.parametrize("url", ["", "s3://key:secret@host.invalid/bucket"])
def test_what_speaks_s3_takes_no_memory_until_a_file_is_asked_for(url: str) -> None:
    code = "import sys, rboard.wsgi; print([n for n in sys.modules if n.startswith('boto')])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"UPLOADS_URL": url},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[]\n", done.stderr
