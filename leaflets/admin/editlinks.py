"""The links from the blocks of a preview to the forms that make them. They are in no page that the public sees."""

import re
from itertools import count

from django.urls import reverse
from django.utils.html import format_html

from history.returning import leading_back
from leaflets.passages import GROUP, LEAFLET, PROGRAMME, ROUTE, VIDEO

# A link that leads away: in a frame, only the links inside the page itself stay there.
_AWAY = re.compile(r'<a (?=[^>]*href="(?:https?:)?/)')


class EditLinks:
    """Makes the link of each block of one leaflet's pages, for whoever may change what is in it.

    `back` is where a form leads once it is saved, with &at= the block that one came from.
    """

    def __init__(self, leaflet, by, back):
        self.back, self.numbers, self.slug = back, count(1), leaflet.slug
        self.forms = {
            (item._meta.label_lower, getattr(item, "key", leaflet.slug)): _form(item)
            for item in leaflet.items()
            if by.has_perm(f"{item._meta.app_label}.change_{item._meta.model_name}")
        }

    def own(self, fragment, words):
        """Return the link to a field of the leaflet itself, called `words`."""
        return self._link(LEAFLET, self.slug, fragment, words)

    def group(self, group, fragment="id_title", part="red-flag group"):
        """Return the link to a red-flag group, or to a `part` of it."""
        return self._link(GROUP, group["key"], fragment, f"{part} “{group['title']}”")

    def contact(self, contact):
        """Return the link to a contact route."""
        return self._link(ROUTE, contact["key"], "id_name", f"contact “{contact['name']}”")

    def programme(self, programme):
        """Return the link to an exercise programme."""
        return self._link(PROGRAMME, programme["key"], "id_title", f"programme “{programme['title']}”")

    def video(self, video):
        """Return the link to an exercise video."""
        return self._link(VIDEO, video["key"], "id_title", f"exercise video “{video['title']}”")

    def _link(self, kind, key, fragment, words):
        form = self.forms.get((kind, key))
        if form is None:
            return ""
        number = next(self.numbers)
        address = leading_back(f"{form}#{fragment}", f"{self.back}&at=edit-{number}")
        html = '<a class="edit" id="edit-{}" lang="en-GB" dir="ltr" href="{}">Edit<span> {}</span></a>'
        return format_html(html, number, address, words)


def framed(page):
    """Return the HTML of a `page` for a frame: links that lead away from it open in the whole window."""
    return _AWAY.sub('<a target="_top" ', page)


def _form(item):
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])
