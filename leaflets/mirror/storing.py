"""Whether the place where media are kept answers. It may take its time to say so, and nobody waits for it long."""

import threading
import time

from exercises.media import DigestStorage

# Asked again after so many seconds, by whoever wants to know.
EVERY = 15
# How long they wait for the answer.
PATIENCE = 2
SILENT = "The place where media are kept does not answer."


class MediaStore:
    """What is known of the place where media are kept."""

    def __init__(self):
        self._found, self._asking, self._asked_at, self._lock = None, None, float("-inf"), threading.Lock()

    def problems(self):
        """Return what is wrong with it, as sentences; none if all is well."""
        with self._lock:
            if not self._is_asking() and time.monotonic() - self._asked_at > EVERY:
                self._asked_at = time.monotonic()
                self._asking = threading.Thread(target=self._ask, name="media", daemon=True)
                self._asking.start()
        # Of all that come while it is silent, only the first wait: else they would take the places of patients.
        self._asking.join(max(0, self._asked_at + PATIENCE - time.monotonic()))
        if self._is_asking():
            return [SILENT]
        return [self._found] if self._found else []

    def _is_asking(self):
        return self._asking is not None and self._asking.is_alive()

    def _ask(self):
        # What it has to say of itself stands in the log only.
        self._found = SILENT
        self._found = DigestStorage().store.problem()
