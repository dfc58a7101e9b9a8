"""Writes the mirror, beside all else, whenever there is something new to write."""

import logging
import threading
import time

LOG = logging.getLogger(__name__)
# Several changes in a row are written together.
BETWEEN, AGAIN = 1, 5


class Writer:
    """Writes the newest Generation that it was offered to a Folder, and forgets withdrawals that no longer hold."""

    def __init__(self, folder, withdrawals):
        self.folder, self.withdrawals, self.trouble = folder, withdrawals, False
        self._offered, self._anew, self._lock = None, False, threading.Lock()
        self._new = threading.Event()

    def start(self):
        """Write from now on what is offered."""
        threading.Thread(target=self._write_on, name="writer", daemon=True).start()

    def offer(self, generation, anew=False):
        """Write `generation` as soon as there is time, unless there is a newer one by then; with `anew`, all of it."""
        with self._lock:
            self._offered, self._anew = generation, self._anew or anew
        self._new.set()

    def problems(self):
        """Return what is wrong with the mirror, as sentences."""
        return ["The mirror cannot be written: the log says why."] if self.trouble else []

    def write(self):
        """Write what was offered last, if it was not written yet."""
        with self._lock:
            generation, anew = self._offered, self._anew
            self._offered, self._anew = None, False
        if generation is None:
            return
        try:
            self.folder.write(generation, anew)
        except Exception:
            with self._lock:
                self._offered, self._anew = self._offered or generation, self._anew or anew
            raise
        self.withdrawals.forget(generation.pages, self.folder.kept)

    def _write_on(self):
        while True:
            self._new.wait()
            self._new.clear()
            try:
                self.write()
                self.trouble = False
            except Exception as error:
                LOG.error("The mirror cannot be written: %s", error)
                self.trouble = True
                time.sleep(AGAIN - BETWEEN)
                self._new.set()
            time.sleep(BETWEEN)
