"""Patients who read: each has a connection of its own, asks for a page, reads it for some seconds, then asks again.

python -m tests.bench.patients PORT COUNT SECONDS SLUG... prints what came of it as JSON.
"""

import asyncio
import contextlib
import json
import random
import resource
import sys
import time
from collections import Counter

READING = (2, 6)
PATIENCE = 10
PAGES = ("/{}/", "/{}/check/", "/{}/exercises/", "/")
ASK = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"


async def patient(port, slugs, over, taken, wrong):
    """Read until `over`, adding the milliseconds of each answer to `taken` and what was not right to `wrong`."""
    # They come one after the other, within the time that one page is read.
    await asyncio.sleep(random.uniform(0, READING[1]))
    reader = writer = None
    while time.monotonic() < over:
        start = time.monotonic()
        try:
            if writer is None:
                reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), PATIENCE)
            page = random.choice(PAGES).format(random.choice(slugs))
            status = await asyncio.wait_for(_ask(reader, writer, page), PATIENCE)
            taken.append((time.monotonic() - start) * 1000)
            if status != 200:
                wrong[f"{page} answers {status}"] += 1
        except (OSError, ValueError, EOFError) as error:
            wrong[f"{type(error).__name__}: {error}"] += 1
            writer = writer and writer.close()
        await asyncio.sleep(random.uniform(*READING))
    if writer:
        writer.close()


async def _ask(reader, writer, page):
    writer.write(ASK.format(page).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    body = await reader.readexactly(length)
    if not body.startswith(b"\x1f\x8b"):
        raise ValueError(f"{page} is no page")
    return int(head.split()[1])


async def main(port, count, seconds, slugs):
    """Let so many patients read for so long; return how it went."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    taken, wrong, over = [], Counter(), time.monotonic() + seconds
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*(patient(port, slugs, over, taken, wrong) for _ in range(count)))
    return {"taken": {"a page for a patient": taken}, "wrong": wrong}


if __name__ == "__main__":
    given = sys.argv[1:]
    json.dump(asyncio.run(main(*map(int, given[:3]), given[3:])), sys.stdout)
