"""A file that lies elsewhere, read as if it were here: block by block, each fetched when it is needed."""

import io

# Fetched at once, so that neither memory nor a connection to the store is held by whoever reads slowly.
BLOCK = 256 * 1024


class Reader(io.RawIOBase):
    """A file of `size` bytes. `fetch` is a function of the first and the last place that returns the bytes there."""

    def __init__(self, fetch, size):
        super().__init__()
        self.fetch, self.size, self.place = fetch, size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        return self.place

    def tell(self):
        return self.place

    def readinto(self, buffer):
        last = min(self.place + len(buffer), self.size) - 1
        if last < self.place:
            return 0
        block = self.fetch(self.place, last)
        buffer[: len(block)] = block
        self.place += len(block)
        return len(block)
