"""How this site holds on to PostgreSQL, and lets go of a server that is lost."""

import time

import psycopg

# A statement that takes this long is given up if the database answers nobody else either.
PATIENCE = 5


class Frozen(psycopg.OperationalError):
    """The database took the question and answers nobody."""


class Connection(psycopg.Connection):
    """A connection to PostgreSQL that nobody waits for where the server is frozen: no network notices that."""

    # Whether the database answers nobody now. A process that does not look all the time waits for as long as it takes.
    is_silent = staticmethod(lambda: False)

    def wait(self, gen, *args, **kwargs):
        """Wait for the database's answer. Raises Frozen, and closes the connection, where there will be none."""
        try:
            return super().wait(self._unless_silent(gen), *args, **kwargs)
        except Frozen:
            self.pgconn.finish()
            raise

    def _unless_silent(self, gen):
        begun, ready = time.monotonic(), None
        try:
            while True:
                ready = yield gen.send(ready)
                if not ready and time.monotonic() - begun > PATIENCE and self.is_silent():
                    raise Frozen("The database does not answer.")
        except StopIteration as done:
            return done.value
