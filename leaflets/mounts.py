"""On which file system a path lies: SQLite loses what was written where several machines may share the file."""

import os
import re
from pathlib import Path

MOUNTS = "/proc/mounts"
# Locks that are only advisory between machines, or none; and no shared memory, which WAL needs.
NETWORK = {
    *(
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "lustre",
        "gpfs",
        "beegfs",
        "gfs2",
        "ocfs2",
    ),
    *("ncpfs", "coda", "davfs", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "glusterfs", "pvfs2", "fuse"),
    *(
        f"fuse.{name}"
        for name in ("sshfs", "glusterfs", "ceph", "s3fs", "rclone", "gcsfuse", "goofys", "davfs")
    ),
    *(f"fuse.{name}" for name in ("juicefs", "vmhgfs-fuse", "mfs", "curlftpfs", "geesefs", "mount-s3")),
}


def file_system(path, mounts=None):
    """Return the kind of file system that `path` lies on, or would, such as "ext4"; "" where nothing says so.

    `mounts` is what there is, in the form of /proc/mounts (default: this machine's).
    """
    where = os.path.realpath(path)
    found, longest = "", -1
    for line in (_mounts() if mounts is None else mounts).splitlines():
        point, kind = _point(line)
        within = point == "/" or where == point or where.startswith(f"{point}/")
        # Of two at one place the later one counts.
        if within and len(point) >= longest:
            found, longest = kind, len(point)
    return found


def is_shared(kind):
    """Return whether other machines may write on a file system of this `kind` too."""
    return kind in NETWORK


def _mounts():
    return Path(MOUNTS).read_text() if Path(MOUNTS).exists() else ""


def _point(line):
    _, point, kind = [*line.split(" "), "", "", ""][:3]
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point), kind
