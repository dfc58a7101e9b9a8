"""Tells whoever keeps copies of public pages, such as a content delivery network, which of them changed."""

import logging
import shlex
import subprocess
import threading

from django.conf import settings

LOG = logging.getLogger(__name__)
SECONDS = 20


def purge(paths):
    """Run PURGE_COMMAND, if there is one, with `paths` on its input, a line each. Nobody waits for it."""
    if paths and settings.PURGE_COMMAND:
        threading.Thread(target=_run, args=[sorted(paths)], name="purge", daemon=True).start()


def _run(paths):
    try:
        text = "".join(f"{path}\n" for path in paths)
        command = shlex.split(settings.PURGE_COMMAND)
        subprocess.run(command, input=text, text=True, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        LOG.error("PURGE_COMMAND failed for %s addresses: %s", len(paths), error)
