"""Files for patients, kept under the SHA-256 of their bytes.

A name therefore says what the file holds: a file is never overwritten, never deleted, and may be cached for ever.
"""

import hashlib
import re

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.deconstruct import deconstructible

from exercises import lengths
from exercises.kinds import KINDS, TYPES, sniff, validate_upload

NAME = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(TYPES)})")
NOT_STORED = (
    "This file was not stored, because the place where files are kept does not take it now. Nothing is saved yet, and "
    "what you typed is still here: save again, with the file, in a few minutes."
)
NOT_READ = (
    "This file cannot be read now, because the place where files are kept does not answer. Nothing is saved yet, and "
    "what you typed is still here: save again in a few minutes."
)


class Unreachable(OSError):
    """The place where files are kept does not answer as it should. `strerror` says how, and names nobody."""

    def __init__(self, words):
        super().__init__(None, words)

    @property
    def sentence(self):
        """How it does not, as a sentence of its own."""
        return f"{self.strerror[0].upper()}{self.strerror[1:]}."


def url(file):
    """Return the public address of `file`, a dict as `describe` returns."""
    return f"/media/{name(file)}"


def name(file):
    """Return the name under which `file`, a dict as `describe` returns, is stored."""
    return f"{file['sha256']}.{KINDS[file['type']].extension}"


def type_of(name):
    """Return the type of the file that is stored under `name`."""
    return TYPES[name.partition(".")[2]]


def digest_of(file):
    """Return the SHA-256 of an open file from where it stands, 64 letters and digits. Raises OSError."""
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def describe(field_file):
    """Return {"sha256", "type", "bytes"} of a stored file, or None for an empty field. A lost file has 0 bytes.

    Raises Unreachable.
    """
    if not field_file:
        return None
    size = field_file.size if field_file.storage.exists(field_file.name) else 0
    return {"sha256": field_file.name.partition(".")[0], "type": type_of(field_file.name), "bytes": size}


def problem(name, store=None):
    """Return what is wrong with the bytes that are stored under `name`, or None if they are whole.

    `store` is a Folder or a Bucket; without it, the site's own. Raises Unreachable.
    """
    try:
        with (store or DigestStorage()).open(name) as content:
            whole = digest_of(content) == name.partition(".")[0]
    except Unreachable:
        raise
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None if whole else "is not what it was"


@deconstructible
class DigestStorage(Storage):
    """Keeps each file once, under the digest of its content, for ever: in the Folder or the Bucket of the settings."""

    @property
    def store(self):
        """The Folder or the Bucket."""
        return storages["default"]

    def save(self, name, content, max_length=None):
        """Store `content`, a Django File of one of KINDS, and return its name, whatever `name` proposes.

        Raises OSError, Unreachable among others.
        """
        content.seek(0)
        type_ = sniff(content.read(64))
        content.seek(0)
        name = f"{digest_of(content)}.{KINDS[type_].extension}"
        if not self.store.exists(name):
            content.seek(0)
            self.store.add(name, content)
        return name

    def open(self, name, mode="rb"):
        return self.store.open(name)

    def exists(self, name):
        return self.store.exists(name)

    def size(self, name):
        return self.store.size(name)

    def get_modified_time(self, name):
        return self.store.get_modified_time(name)

    def listdir(self, path):
        return self.store.listdir(path)

    def url(self, name):
        return f"/media/{name}"

    def delete(self, name):
        raise NotImplementedError("A file that may have been published is kept.")


def seconds(field_file):
    """Return how long a stored or uploaded video is, in whole seconds, 1 at least; None if it does not say."""
    if not field_file._committed:
        return _seconds(field_file.file)
    if not field_file.storage.exists(field_file.name):
        return None
    with field_file.storage.open(field_file.name) as stored:
        return _seconds(stored)


def _seconds(file):
    file.seek(0)
    found = lengths.length(file, sniff(file.read(64)))
    file.seek(0)
    return found and max(1, round(found))


class MediaField(models.FileField):
    """An upload of one of `types`, judged by its content."""

    def __init__(self, *args, types=(), **kwargs):
        self.types = types
        super().__init__(*args, **{"max_length": 80, "storage": DigestStorage(), "blank": True, **kwargs})

    def formfield(self, **kwargs):
        return super().formfield(**{**kwargs, "max_length": None})

    def clean(self, value, model_instance):
        if value and not value._committed:
            validate_upload(value.file, self.types)
            self._keep(value.file)
        return super().clean(value, model_instance)

    def _keep(self, file):
        """Store it while the form can still say that this failed. Saving then finds it there."""
        try:
            self.storage.save(file.name, file)
        except OSError as error:
            raise ValidationError(NOT_STORED, code="store") from error
        file.seek(0)
