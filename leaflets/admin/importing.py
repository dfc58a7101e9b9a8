"""Bringing in a leaflet that exists: paste or upload, look at what was recognised beside the source, make the draft."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join

from exercises.models import ExerciseVideo, Programme
from history.loading import Unloadable
from history.models import Version
from leaflets import importing, loading
from leaflets.admin.import_forms import PartsForm, SourceForm
from leaflets.models import Leaflet
from triage.models import ContactRoute, RedFlagGroup

SHARED = (RedFlagGroup, ContactRoute, Programme, ExerciseVideo)
MAY = ["leaflets.add_leaflet", *(f"{m._meta.app_label}.add_{m._meta.model_name}" for m in SHARED)]


def bring_in(request):
    """Ask for the source, then for what each of its parts is, and make the draft. Nothing is kept in between."""
    if not request.user.has_perms(MAY):
        raise PermissionDenied
    if request.method != "POST":
        return _ask(request, SourceForm())
    if "back" in request.POST:
        return _ask(request, SourceForm(initial={"text": request.POST.get("text", "")}))
    if "make" in request.POST:
        return _make(request)
    form = SourceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, form)
    if form.cleaned_data["document"]:
        return _load(request, form)
    return _show(request, PartsForm(source=form.cleaned_data), form.cleaned_data["said"])


def _ask(request, form):
    context = {**admin.site.each_context(request), "title": "Bring in a leaflet", "form": form}
    return render(
        request, "admin/leaflets/import.html", context, status=400 if form.is_bound and form.errors else 200
    )


def _show(request, form, said=()):
    context = {
        **admin.site.each_context(request),
        "title": "What was recognised",
        "form": form,
        "said": said,
    }
    return render(request, "admin/leaflets/import_parts.html", context, status=400 if form.errors else 200)


def _make(request):
    source = SourceForm({"text": request.POST.get("text", "")})
    if not source.is_valid() or source.cleaned_data["document"]:
        return _ask(request, source)
    form = PartsForm(request.POST, source=source.cleaned_data)
    if form.is_valid():
        try:
            leaflet, said = _draft(form, request.user)
            return _done(request, leaflet, form.cleaned_data["name"], said)
        except (importing.Misplaced, Unloadable) as error:
            form.add_error(None, str(error))
    return _show(request, form, source.cleaned_data["said"])


@transaction.atomic
def _draft(form, by):
    Version.lock_chain()
    document, said = form.compose(_keys())
    _refuse_taken(document)
    leaflet, _ = loading.load(document, None, by=by, reason=_reason(form.cleaned_data["name"]))
    return leaflet, said


def _load(request, form):
    """Make the draft of an Edition document, which says itself what each part is."""
    document, name = form.cleaned_data["document"], form.cleaned_data["name"]
    try:
        with transaction.atomic():
            Version.lock_chain()
            _refuse_taken(document)
            leaflet, _ = loading.load(document, None, by=request.user, reason=_reason(name))
    except Unloadable as error:
        form.add_error(None, str(error))
        return _ask(request, form)
    return _done(request, leaflet, name, [])


def _done(request, leaflet, name, said):
    messages.success(request, f"The draft of “{leaflet}” was brought in from {name}.")
    if said:
        sentences = format_html_join("", "<div>{}</div>", ((sentence,) for sentence in said))
        messages.warning(request, sentences)
    return redirect(reverse("admin:leaflets_leaflet_workspace", args=[leaflet.pk]))


def _reason(name):
    return f"Brought in from {name}."


def _keys():
    return {key for model in (RedFlagGroup, Programme) for key in model.objects.values_list("key", flat=True)}


def _refuse_taken(document):
    """What is here already is never changed by bringing something in."""
    slug = document["slug"]
    if Leaflet.objects.filter(slug=slug).exists():
        raise Unloadable("Address", f"there is a leaflet at “{slug}” already. Choose another address.")
    for model, item in loading.shared(document):
        there = model.objects.filter(key=item["key"]).first()
        if there and there.snapshot() != item:
            name = model._meta.verbose_name
            raise Unloadable(
                f"The {name} “{item['key']}”",
                "is here already and says something else. Give it another key in the file, or make both say the same.",
            )
