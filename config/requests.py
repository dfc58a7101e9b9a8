"""A number for each request that reaches Django, by which what the log says of it is found."""

import logging
import re
import time
from uuid import uuid4

from django.conf import settings

from config import logs

log = logging.getLogger(__name__)
# In such a form nothing but a number can be written.
WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class RequestIdMiddleware:
    """Numbers every request, and tells staff the number: in X-Request-ID, and on a page that says what went wrong.

    A proxy of our own may have numbered it already. Public answers are the same for everybody, so they name none.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        begun, request.request_id = time.perf_counter(), _given(request) or uuid4().hex
        request.is_of_staff = request.path_info.startswith("/admin/")
        token = logs.request_id.set(request.request_id)
        try:
            response = self.get_response(request)
            if request.is_of_staff:
                response["X-Request-ID"] = request.request_id
                log.info("Answered", extra={"answered": _answered(request, response, begun)})
            return response
        finally:
            logs.request_id.reset(token)


def _given(request):
    given = request.headers.get("X-Request-ID", "") if settings.PROXY_COUNT else ""
    return given if WELL_FORMED.fullmatch(given) else None


def _answered(request, response, begun):
    # Who asked, if somebody wanted to know: that alone asks no database.
    user = request.__dict__.get("_cached_user")
    return {
        "method": request.method if request.method in ("GET", "HEAD", "POST") else "other",
        "route": logs.route(request),
        "status": response.status_code,
        "milliseconds": round(1000 * (time.perf_counter() - begun)),
        "staff": user and user.pk,
    }
