"""Serves media: immutable, and in parts where a browser asks for a part."""

from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from exercises import media, ranges

BLOCK = 64 * 1024
LATER = "This file cannot be shown at the moment. Try again in a few minutes."


class Part:
    """The bytes from `first` to `last` of an open file. Raises OSError where they cannot be read."""

    def __init__(self, file, first, last):
        self.file, self.left = file, last - first + 1
        file.seek(first)
        # Before anything is answered, so that it can still be said that there is nothing to read.
        self.ahead = self._next(BLOCK)

    def read(self, size):
        """Return the next bytes; none at the end."""
        chunk, self.ahead = self.ahead or self._next(size), b""
        return chunk

    def _next(self, size):
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        return chunk

    def close(self):
        """Close the file, whether or not it was read to the end."""
        self.file.close()


@require_safe
def serve(request, stem, extension):
    """Answer a request for the file `stem`.`extension`, whole or in part (RFC 9110)."""
    try:
        return _served(request, f"{stem}.{extension}", f'"{stem}"')
    except FileNotFoundError:
        return HttpResponse("There is no such file.", status=404, content_type="text/plain")
    except OSError:
        headers = {"Retry-After": "60", "Cache-Control": "no-store"}
        return HttpResponse(LATER, status=503, content_type="text/plain", headers=headers)


def _served(request, name, etag):
    storage = media.DigestStorage()
    if not storage.exists(name):
        raise FileNotFoundError
    stored = int(storage.get_modified_time(name).timestamp())
    # In the order of section 13.2.2: first the conditions, then whether the part is of this file, then the part.
    response = get_conditional_response(request, etag, stored)
    if response is None:
        asked = request.headers.get("Range") if _is_of_this_file(request, etag, stored) else None
        response = _content(request, storage, name, asked)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stored)
    response["Accept-Ranges"] = "bytes"
    if response.status_code not in (412, 416):
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _is_of_this_file(request, etag, stored):
    """Whether a part may be sent: of HEAD it never is, and whoever has a part of another file gets the whole of this.

    A moment of storing is as strong as the tag: the bytes under this name never change.
    """
    held = request.headers.get("If-Range")
    if held and not held.startswith(('"', "W/")):
        held = etag if parse_http_date_safe(held) == stored else None
    return request.method == "GET" and ("If-Range" not in request.headers or held == etag)


def _content(request, storage, name, asked):
    size, type_ = storage.size(name), media.type_of(name)
    try:
        part = ranges.requested(asked, size)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    headers = {"Content-Length": str(last - first + 1)}
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    if request.method == "HEAD":
        return HttpResponse(content_type=type_, headers=headers)
    content = _opened(storage, name, first, last)
    response = FileResponse(content, status=206 if part else 200, content_type=type_, headers=headers)
    response.block_size = BLOCK
    return response


def _opened(storage, name, first, last):
    file = storage.open(name)
    try:
        return Part(file, first, last)
    except OSError:
        file.close()
        raise
