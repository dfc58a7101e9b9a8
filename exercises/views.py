"""Serves media: immutable, and in parts where a browser asks for a part."""

from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from exercises import media, ranges


class Part:
    """The bytes from `first` to `last` of an open file."""

    def __init__(self, file, first, last):
        self.file, self.left = file, last - first + 1
        file.seek(first)

    def read(self, size):
        """Return the next bytes, `size` at most; none at the end."""
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        return chunk

    def close(self):
        """Close the file, whether or not it was read to the end."""
        self.file.close()


@require_safe
def serve(request, stem, extension):
    """Answer a request for the file `stem`.`extension`, whole or in part (RFC 9110)."""
    storage, name, etag = media.DigestStorage(), f"{stem}.{extension}", f'"{stem}"'
    if not storage.exists(name):
        return HttpResponse("There is no such file.", status=404, content_type="text/plain")
    stored = int(storage.get_modified_time(name).timestamp())
    # In the order of section 13.2.2: first the conditions, then whether the part is of this file, then the part.
    response = get_conditional_response(request, etag, stored)
    if response is None:
        asked = request.headers.get("Range") if _is_of_this_file(request, etag, stored) else None
        response = _content(storage, name, asked)
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


def _content(storage, name, asked):
    size, type_ = storage.size(name), media.TYPES[name.partition(".")[2]]
    try:
        part = ranges.requested(asked, size)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        return FileResponse(storage.open(name), content_type=type_)
    first, last = part
    response = FileResponse(Part(storage.open(name), first, last), status=206, content_type=type_)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response
