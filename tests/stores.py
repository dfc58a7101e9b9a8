"""The two places where media can be kept: a folder, and a bucket of a real server for S3 on this machine."""

import socket
import subprocess
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from exercises import bucket
from exercises.media import DigestStorage
from leaflets import loading

NUMBERS = count(1)
# Making one takes half a second.
CLIENTS = {}


def a_free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def s3_server():
    """The address of a server for S3, which keeps all in memory and takes any key."""
    port = a_free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


class Store:
    """A place where media are kept, and what somebody can do to it behind the site's back."""

    def names(self):
        return DigestStorage().listdir("")[1]

    def read(self, name):
        with DigestStorage().open(name) as file:
            return file.read()


class OfFolder(Store):
    def __init__(self, folder):
        self.folder = folder

    def spoil(self, name, content):
        (self.folder / name).write_bytes(content)

    def remove(self, name):
        (self.folder / name).unlink()

    def lose(self):
        """Put something that is no folder in its place."""
        self.folder.rename(self.folder.with_name("away"))
        self.folder.write_text("")


class OfBucket(Store):
    def __init__(self, name, client, settings, keep):
        self.name, self.client, self.settings, self.keep = name, client, settings, keep

    def spoil(self, name, content):
        self.client.put_object(Bucket=self.name, Key=f"media/{name}", Body=content)
        self.forget()

    def remove(self, name):
        self.client.delete_object(Bucket=self.name, Key=f"media/{name}")
        self.forget()

    def lose(self):
        """Let nobody answer any more. The process goes on with what it has seen."""
        seen = DigestStorage().store._seen
        self.keep(self.settings, self.name, f"http://127.0.0.1:{a_free_port()}")._seen = seen

    def forget(self):
        """Be as a process that has just started."""
        store = DigestStorage().store
        store._seen, store._due = {}, 0


def keep_in_bucket(settings, name, endpoint):
    """Let the site keep its media in a bucket."""
    options = {"bucket_name": name, "location": "media", "endpoint_url": endpoint, "region_name": "eu-west-2"}
    kept = {"BACKEND": "exercises.bucket.Bucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": kept}
    store = DigestStorage().store
    store.client = CLIENTS[endpoint] = CLIENTS.get(endpoint) or store.client
    return store


@pytest.fixture
def folder(settings, tmp_path):
    """A folder of the test's own."""
    (tmp_path / "media").mkdir()
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return OfFolder(tmp_path / "media")


@pytest.fixture
def s3(settings, monkeypatch, s3_server):
    """A bucket of the test's own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    # How long is waited before something is tried again.
    monkeypatch.setattr(bucket, "PATIENCE", {**bucket.PATIENCE, "retries": {"total_max_attempts": 1}})
    name = f"leaflets-{next(NUMBERS)}"
    store = keep_in_bucket(settings, name, s3_server)
    store.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return OfBucket(name, store.client, settings, keep_in_bucket)


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.looks)])
def store(request):
    """Each place where media can be kept."""
    return request.getfixturevalue(request.param)


def keep(content):
    """Store `content`, bytes, and return its name."""
    return DigestStorage().save("any name", ContentFile(content))


def stock():
    """Store all that the first leaflet names, whether or not loading it did."""
    for path in Path(loading.__file__).parent.joinpath("content", "media").iterdir():
        keep(path.read_bytes())
