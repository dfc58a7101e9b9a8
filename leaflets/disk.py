"""What was written is on the disk, and stays there when the power goes."""

import os


def sync(path):
    """Wait until a file, or the list of files of a folder, is on the disk. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
