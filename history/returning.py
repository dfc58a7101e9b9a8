"""The way back: a form that was opened from another page of the admin leads back there once it is saved.

?next= names that page in the form's own address, so that it outlasts every save that is refused.
"""

import re

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

# Neither dots, which lead out of the admin again, nor what a browser could take for another host.
_PAGE = re.compile(r"/admin/[\w/-]*(\?[\w=&-]*)?(#[\w-]*)?", re.ASCII)


def way_back(request):
    """Return the address of the admin that ?next= names, or "" if it names none."""
    back = request.GET.get("next", "")
    return back if _PAGE.fullmatch(back) and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def leading_back(address, back):
    """Return the `address` of a form, which may have a fragment, so that it leads to `back` once it is saved."""
    page, mark, fragment = address.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'next': back})}{mark}{fragment}"


class ReturningAdmin(admin.ModelAdmin):
    """Shows the way back on the form of an item, and takes it after a save."""

    def render_change_form(self, request, context, *args, **kwargs):
        return super().render_change_form(
            request, {**context, "way_back": way_back(request)}, *args, **kwargs
        )

    def response_change(self, request, item):
        response, back = super().response_change(request, item), way_back(request)
        return redirect(back) if back and IS_POPUP_VAR not in request.POST else response
