"""Serves media: immutable, and in parts where a browser asks for a part."""

from django.http import FileResponse, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
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
    size = storage.size(name)
    response = _answer(request, storage, name, size, etag)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    if response.status_code != 416:
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _answer(request, storage, name, size, etag):
    wanted = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in [tag.removeprefix("W/") for tag in wanted] or "*" in wanted:
        return HttpResponseNotModified()
    part = None
    if request.headers.get("If-Range", etag) == etag and request.method == "GET":
        try:
            part = ranges.requested(request.headers.get("Range"), size)
        except ranges.Unsatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    type_ = media.TYPES[name.partition(".")[2]]
    if part is None:
        return FileResponse(storage.open(name), content_type=type_)
    first, last = part
    response = FileResponse(Part(storage.open(name), first, last), status=206, content_type=type_)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response
