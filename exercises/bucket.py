"""Files for patients in a private bucket of an S3-compatible store.

Imported only where the settings name a bucket: the client of S3 takes 30 MB in each process.
"""

import errno
import io
import logging
import time
from base64 import b64encode
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from typing import NamedTuple

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from exercises.blocks import BLOCK, Reader
from exercises.media import Unreachable, type_of

LOG = logging.getLogger(__name__)
# Somebody waits: at the very worst twice so many seconds, and for the answers to come twice so many again.
PATIENCE = {"connect_timeout": 3, "read_timeout": 8, "retries": {"mode": "standard", "total_max_attempts": 2}}
# What lies in the bucket is listed anew after so many seconds; where that failed, it is tried again after fewer.
LISTED, AGAIN = 600, 10
WORDS = {
    "NoSuchBucket": "the bucket of media is not there",
    "AccessDenied": "the bucket of media is closed to this site",
    "InvalidAccessKeyId": "the bucket of media is closed to this site",
    "SignatureDoesNotMatch": "the bucket of media is closed to this site",
    "InvalidRange": "a file in the bucket of media is shorter than it was",
    "403": "the bucket of media is closed to this site",
}
OTHERWISE = "the bucket of media does not answer"
# Somebody stored the same at the same time.
THERE = {"PreconditionFailed", "ConditionalRequestConflict"}


class Seen(NamedTuple):
    """A file as it was seen in the bucket: its bytes, and when it was stored."""

    size: int
    at: datetime


class Bucket(S3Storage):
    """The bucket `bucket_name`, and in it all whose name begins with `location`. Keys are found as boto3 does it.

    What was seen under a name stays what it is, so its size is remembered: a leaflet has dozens of files, and each
    question takes as long as a page. So pages of staff can also be shown while the bucket does not answer.
    """

    def __init__(self, **options):
        style = "path" if options["endpoint_url"] else "auto"
        # Not where the environment or a file of AWS leads to: the settings have judged this one only.
        own = {"ignore_configured_endpoint_urls": True, "request_checksum_calculation": "when_required"}
        config = Config(s3={"addressing_style": style}, max_pool_connections=16, **PATIENCE, **own)
        super().__init__(client_config=config, default_acl=None, **options)
        self._seen, self._due, self._trouble = {}, float("-inf"), None

    @cached_property
    def client(self):
        """The client of boto3, which all threads may use."""
        return self.connection.meta.client

    def add(self, name, content):
        """Put `content`, an open Django File, there under `name`. The store checks its digest. Raises Unreachable."""
        checksum = b64encode(bytes.fromhex(name.partition(".")[0])).decode()
        with _told(), _at_the_same_time():
            self.client.put_object(
                **self._at(name),
                Body=content.file,
                ContentType=type_of(name),
                ChecksumSHA256=checksum,
                IfNoneMatch="*",
            )
        if self._find(name) is None:
            raise Unreachable(OTHERWISE)

    def exists(self, name):
        """Return whether there is such a file. Raises Unreachable."""
        return self._find(name) is not None

    def size(self, name):
        """Return how many bytes a file has. Raises FileNotFoundError and Unreachable."""
        return self._found(name).size

    def get_modified_time(self, name):
        """Return when a file was stored. Raises FileNotFoundError and Unreachable."""
        return self._found(name).at

    def listdir(self, path):
        """Return (no folders, the files) in the bucket now. Raises Unreachable."""
        return [], list(self._listed())

    def read(self, name, first, last):
        """Return the bytes from `first` to `last` of a file. Raises FileNotFoundError and Unreachable."""
        with _told():
            answer = self.client.get_object(**self._at(name), Range=f"bytes={first}-{last}")
            with answer["Body"] as body:
                return body.read()

    def problem(self):
        """Return a sentence if the bucket does not answer as it should, else None."""
        try:
            with _told():
                self.client.list_objects_v2(**self._all(), MaxKeys=1)
        except Unreachable as error:
            return error.sentence
        return None

    def exposure(self):
        """Return a sentence if somebody without a key is given a file, else None. Raises Unreachable."""
        for name in self._listed():
            try:
                self.unsigned_connection.meta.client.get_object(**self._at(name))["Body"].close()
            except ClientError:
                return None
            return "The bucket of media is open to everybody: block all public access to it."
        return None

    def _open(self, name, mode="rb"):
        fetch = partial(self.read, name)
        return File(io.BufferedReader(Reader(fetch, self.size(name)), BLOCK), name)

    def _at(self, name):
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}

    def _all(self):
        return {"Bucket": self.bucket_name, "Prefix": self._normalize_name("")}

    def _found(self, name):
        seen = self._find(name)
        if seen is None:
            raise FileNotFoundError(errno.ENOENT, "No such file", name)
        return seen

    def _find(self, name):
        """Return what was Seen under a name, None if there is nothing."""
        if time.monotonic() >= self._due:
            self._look()
        seen = self._seen.get(name)
        if seen is None and self._trouble:
            raise Unreachable(self._trouble)
        if seen is None:
            try:
                with _told():
                    answer = self.client.head_object(**self._at(name))
            except FileNotFoundError:
                return None
            seen = self._seen[name] = Seen(answer["ContentLength"], answer["LastModified"])
        return seen

    def _look(self):
        """See all that is there. Where that fails, what was seen before is still right; the rest is not asked for."""
        self._due = time.monotonic() + AGAIN
        try:
            self._seen, self._trouble = self._listed(), None
        except Unreachable as error:
            self._trouble = error.strerror
        # From now: the answer may have taken longer than the wait until it is asked again.
        self._due = time.monotonic() + (AGAIN if self._trouble else LISTED)

    def _listed(self):
        pages, start = (
            self.client.get_paginator("list_objects_v2").paginate(**self._all()),
            self._all()["Prefix"],
        )
        with _told():
            return {
                each["Key"].removeprefix(start): Seen(each["Size"], each["LastModified"])
                for page in pages
                for each in page.get("Contents", ())
            }


@contextmanager
def _told():
    """Say what the client of S3 raises as a folder would: FileNotFoundError, or that it cannot be reached."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        if code in ("404", "NoSuchKey"):
            raise FileNotFoundError(errno.ENOENT, "No such file") from error
        LOG.error("The bucket of media: %s", code or type(error).__name__)
        raise Unreachable(WORDS.get(code, OTHERWISE)) from error


@contextmanager
def _at_the_same_time():
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in THERE:
            raise
