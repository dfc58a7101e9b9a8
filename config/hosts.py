"""ADMIN_HOST: the admin answers on that host only. Public pages answer on every host of the site."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http.request import split_domain_port

from leaflets import errors


class AdminHostMiddleware:
    """Answers for the admin on any other host that there is no such page, before anything else looks at the request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _is_of_the_admin(request.path_info) and settings.ADMIN_HOST and not _is_there(request):
            return errors.not_found(request, None)
        return self.get_response(request)


def _is_of_the_admin(path):
    return path == "/admin" or path.startswith("/admin/")


def _is_there(request):
    try:
        domain, _ = split_domain_port(request.get_host())
    except DisallowedHost:
        return False
    return domain == settings.ADMIN_HOST
