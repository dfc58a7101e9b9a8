"""Files for patients in a folder of this machine."""

import os
import tempfile
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """The folder `location`, or else MEDIA_ROOT. All else about names and digests is DigestStorage's."""

    def add(self, name, content):
        """Put `content`, an open Django File, there under `name`: at once, whole, and on the disk. Raises OSError."""
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as part:
            try:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
                os.chmod(part.name, 0o644)
                os.replace(part.name, folder / name)
            except BaseException:
                os.unlink(part.name)
                raise

    def listdir(self, path):
        """Return (folders, files) in `path`; nothing where nothing was stored yet."""
        try:
            return super().listdir(path)
        except FileNotFoundError:
            return [], []

    def problem(self):
        """Return a sentence if files cannot be read from here at all, else None."""
        try:
            self.listdir("")
        except OSError as error:
            return f"The folder of media cannot be read: {error.strerror}."
        return None

    def exposure(self):
        """Return None: what else is served from the folder is not for this to know."""
        return None
