"""The auditor's question: what did the public see at a moment?"""

from datetime import UTC

from django import forms
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from leaflets import family, look, pages, public
from leaflets.models import Edition, Kind, Rendering
from leaflets.workspace import moment_in_words

EARLIEST_YEAR = 2000


class AsAtForm(forms.Form):
    """Which leaflet, and when."""

    slug = forms.ChoiceField(label="Leaflet")
    at = forms.DateTimeField(
        label="At",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": "Give a date and a time, such as 2026-11-14T12:00."},
    )

    def clean_at(self):
        # Far from here a moment has no local time.
        if self.cleaned_data["at"].year < EARLIEST_YEAR:
            raise forms.ValidationError(
                f"Choose a moment after the year {EARLIEST_YEAR}: there is no history before."
            )
        if self.cleaned_data["at"] > timezone.now():
            raise forms.ValidationError("This moment has not come yet.")
        # PostgreSQL takes no offset of more than a few hours.
        return self.cleaned_data["at"].astimezone(UTC)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = Edition.objects.order_by("leaflet__title", "slug").values_list("slug", "leaflet__title")
        self.fields["slug"].choices = [(slug, f"{title} ({slug})") for slug, title in found.distinct()]


def may_look(view):
    """Staff who may see editions; others are led to sign in, or refused."""
    return staff_member_required(
        permission_required("leaflets.view_edition", raise_exception=True)(view), login_url="admin:login"
    )


@may_look
def ask(request):
    """Ask for a leaflet and a moment, and lead to the answer."""
    form = AsAtForm(request.GET or None)
    if form.is_valid():
        return redirect(_address(form.cleaned_data["slug"], form.cleaned_data["at"]))
    return _asked(request, form)


@may_look
def as_at(request, slug):
    """The page that `slug` led to at the moment `at`, as the public saw it; ?page=check or exercises for the others."""
    form = AsAtForm({"slug": slug, "at": request.GET.get("at", "")})
    if not form.is_valid():
        return _asked(request, form, status=400)
    at = form.cleaned_data["at"]
    decision = public.decision(slug, at)
    if decision is None:
        nothing = _banner(slug, at, "nothing had been published at this address.", back=reverse("as_at"))
        return HttpResponse(pages.not_found(nothing))
    name = request.GET.get("page")
    name = name if name in pages.NAMES else "leaflet"
    if decision.kind == Kind.WITHDRAWN:
        name = "withdrawn"
    kept = public.rendering(decision, at)
    back = reverse("admin:leaflets_edition_change", args=[decision.edition_id])
    if name not in kept.bodies:
        return HttpResponse(pages.not_found(_banner(slug, at, "there was no such page yet.", back)))
    told = f"edition {decision.edition.number}, {decision.kind} by {decision.by_name}: “{decision.reason}”"
    details = (*_led(slug, decision), *_told(decision), *_kept(kept, name, at))
    around = family.around(decision, at)
    return HttpResponse(kept.page(name, _banner(slug, at, told, back, details), around))


def _banner(slug, at, told, back, details=()):
    return pages.Preview(
        f"{moment_in_words(at)}: {told}",
        back=back,
        leaflet=_address(slug, at),
        check=_address(slug, at, page="check"),
        exercises=_address(slug, at, page="exercises"),
        details=details,
        elsewhere=lambda slug, page: _address(slug, at, page=page),
    )


@may_look
def rendering(request, sequence, name):
    """A body as it was kept, as plain text: its SHA-256 is the digest that history names."""
    kept = get_object_or_404(Rendering.objects.select_related("edition"), sequence=sequence)
    if name not in kept.bodies:
        raise Http404
    return HttpResponse(kept.bodies[name], content_type="text/plain; charset=utf-8")


def _asked(request, form, status=200):
    context = {**admin.site.each_context(request), "form": form, "title": "What did the public see?"}
    return render(request, "admin/leaflets/ask.html", context, status=status)


def _led(slug, decision):
    """Where an old address led then."""
    now = decision.edition.slug
    if now != slug:
        yield f"The leaflet had moved: /{slug}/ led to /{now}/, where this stood."


def _told(decision):
    """Who submitted and who wrote what was decided on, and how long it stood there."""
    edition = decision.edition
    submitted = edition.events.get(kind=Kind.SUBMITTED)
    authors = dict.fromkeys(version.by_name for version in edition.new_versions())
    [interval] = [each for each in public.intervals(edition.leaflet_id) if each.decision == decision]
    until = f"until {moment_in_words(interval.until)}" if interval.until else "to this day"
    yield f"Submitted by {submitted.by_name}: “{submitted.reason}”"
    yield f"Written by {', '.join(authors) or 'nobody anew'}, since the edition approved before."
    yield f"It stood there from {moment_in_words(decision.takes_effect)} {until}."


def _kept(rendering, name, at):
    """What is shown, and how it can be compared with the audit pack."""
    if rendering.at > at:
        yield "Pages were not kept yet then: this was rendered afterwards."
    yield f"What stands below is rendering {rendering.sequence}; its SHA-256 is {rendering.said['bodies'][name]}."
    if rendering.said["styles"] != look.digest():
        yield "Its style sheet was another one than today’s."


def _address(slug, at, **more):
    return f"{reverse('as_at_slug', args=[slug])}?{urlencode({'at': at.isoformat(), **more})}"
