"""The addresses of previews: of a leaflet's draft or of an edition, each of its pages."""

from django.urls import path, reverse

# A page's name: what its address ends with, and the name of its URL.
PAGES = {"leaflet": ("", "preview"), "check": ("check/", "check"), "exercises": ("exercises/", "exercises")}


def previews(model, view):
    """Return the URL patterns of the previews of a `model`, "leaflet" or "edition"; `view` is given the page's name."""
    return [
        path(f"<int:pk>/preview/{end}", view, {"name": page}, name=f"leaflets_{model}_{url}")
        for page, (end, url) in PAGES.items()
    ]


def preview_ways(model, pk):
    """Return {page: the address of its preview} of one of a `model`."""
    return {page: reverse(f"admin:leaflets_{model}_{url}", args=[pk]) for page, (_, url) in PAGES.items()}
