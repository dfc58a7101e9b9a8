"""Keeps what was made lately, up to so many bytes: what is asked for often is ready, and memory stays bounded."""

import threading


class Kept:
    """Values by key, `most` bytes of them together at most; what was kept first goes first.

    `found`, a dict, may be read by any thread at any time. Only `keep` and `clear` change it.
    """

    def __init__(self, most):
        self.found, self.most = {}, most
        self._sizes, self._bytes, self._lock = {}, 0, threading.Lock()

    def keep(self, key, value, size):
        """Keep `value`, which takes `size` bytes, unless it would take more than a thirty-second of all there is."""
        if size > self.most // 32:
            return
        with self._lock:
            self._bytes += size - self._sizes.pop(key, 0)
            self._sizes[key], self.found[key] = size, value
            while self._bytes > self.most:
                first = next(iter(self._sizes))
                self._bytes -= self._sizes.pop(first)
                del self.found[first]

    def clear(self):
        """Forget all."""
        with self._lock:
            self.found.clear()
            self._sizes.clear()
            self._bytes = 0
