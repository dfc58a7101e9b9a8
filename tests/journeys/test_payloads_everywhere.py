"""Every payload, brought in by each way there is, runs on no page and in no file, even where no policy is kept to."""

import json
import re
from html.parser import HTMLParser
from io import BytesIO
from itertools import cycle

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.utils import timezone
from pypdf import PdfReader

from exercises.models import ExerciseVideo, Programme
from leaflets import actions, paper, public, readiness
from leaflets.models import Evidence, Leaflet, LeafletLink, Section
from leaflets.richtext import sanitise
from tests.journeys.test_attacks_import import look as look
from tests.leaflets.test_admin import fields_of
from tests.leaflets.test_import_pages import ABOUT, ADDRESS, chosen
from tests.payloads import PAYLOADS
from tests.universe import LOWER_BACK
from triage.models import ContactRoute, GroupLink, Note, RedFlag, RedFlagGroup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]

DRAFT = (Leaflet, Section, LeafletLink, Evidence, Programme, ExerciseVideo)
SHARED = (RedFlagGroup, RedFlag, Note, ContactRoute, GroupLink)
# What the program itself chose from a list, or made.
NOT_WRITTEN = {"slug", "key", "language", "languages", "urgency", "level", "placement", "kind"}


def put_in_by_sql(model, payloads):
    """Put a payload into every text of every row, past all that checks it; addresses become such as run a script."""
    texts = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.FileField)
        if field.name not in NOT_WRITTEN and not field.choices
    ]
    with connection.cursor() as cursor:
        for pk in model.objects.values_list("pk", flat=True):
            for field in texts:
                text = "javascript:alert(1)" if "url" in field.name or field.name == "bsl" else next(payloads)
                cursor.execute(
                    f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE id = %s',
                    [text.replace("\x00", "")[: field.max_length or None], pk],
                )


@pytest.fixture
def everything_hostile(draft):
    """A draft with every payload as a section, and in every other text that there is."""
    Section.objects.bulk_create(
        Section(leaflet=draft, heading=name, body="<p>x</p>", position=100 + place)
        for place, name in enumerate(PAYLOADS)
    )
    payloads = cycle(PAYLOADS.values())
    for model in (*DRAFT, *SHARED):
        put_in_by_sql(model, payloads)
    with connection.cursor() as cursor:
        for place, payload in enumerate(PAYLOADS.values()):
            cursor.execute(
                "UPDATE leaflets_section SET body = %s WHERE position = %s", [payload, 100 + place]
            )
    return Leaflet.objects.get(pk=draft.pk)


class Reading(HTMLParser):
    """What runs in a page: scripts of its own, attributes and addresses that are scripts."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {name: "".join((value or "").split()).lower() for name, value in attrs}
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.found += [] if given.get("type") == "application/json" else [tag]
        for name, value in given.items():
            script = value.partition(":")[0] in ("javascript", "vbscript")
            script = script and name in ("href", "src", "action", "data")
            if script or name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.found.append((tag, name, value))
        if tag in ("object", "embed", "base", "x"):
            self.found.append(tag)


def runs(html):
    """Return what would run in a page or a piece of one."""
    return Reading(html).found


def test_what_is_in_the_draft_by_sql_runs_nowhere(
    everything_hostile,
    editor,
    reviewer,
    look,
    client,
    monkeypatch,
):
    leaflet = everything_hostile
    draft = f"/admin/leaflets/leaflet/{leaflet.pk}"
    look(
        *(f"{draft}/{page}" for page in ("change/", "preview/", "preview/check/", "preview/exercises/")),
        *(
            f"{draft}/{page}"
            for page in ("workspace/leaflet/?width=phone", "workspace/exercises/", "duplicate/")
        ),
        "/admin/history/problems/",
    )
    look.page.goto(f"{draft}/workspace/")  # With a frame of its own.
    group, route = RedFlagGroup.objects.first(), ContactRoute.objects.first()
    look(f"/admin/triage/redflaggroup/{group.pk}/change/", f"/admin/triage/contactroute/{route.pk}/change/")
    video = ExerciseVideo.objects.first()
    look(f"/admin/exercises/exercisevideo/{video.pk}/change/")
    with pytest.raises(actions.Refused):
        actions.submit(leaflet=leaflet, by=editor, reason="As it is.")

    # Had that not been found, and somebody else published it:
    monkeypatch.setattr(readiness, "errors", lambda *_: [])
    with transaction.atomic():
        for item in leaflet.items():
            item.record(by=editor, reason="<script>alert(1)</script>")
    edition = actions.submit(leaflet=leaflet, by=editor, reason=PAYLOADS["img-quote"])
    pages = f"/admin/leaflets/edition/{edition.pk}"
    look(f"{pages}/change/", f"{pages}/preview/")
    client.force_login(reviewer)
    for kind in ("returned", "published"):
        asked = client.get(f"{pages}/decide/{kind}/")
        assert (asked.status_code, runs(asked.content.decode())) == (200, [])
    actions.publish(edition=edition, by=reviewer, reason=PAYLOADS["textarea"])
    slug = leaflet.slug
    look(
        *(f"/{slug}/{page}" for page in ("", "check/", "exercises/", "history/")),
        *("/", "/e/", f"/e/{edition.code}/", "/admin/", "/admin/history/", "/admin/leaflets/leaflet/"),
        f"/admin/history/compare/{slug}/?before=1&after=draft",
        f"/admin/history/versions/leaflet/{leaflet.pk}/1/",
        f"/admin/history/as-at/{slug}/?at={timezone.localtime():%Y-%m-%dT%H:%M:%S}",
        "/admin/history/events/1/",
    )
    assert client.get("/admin/history/renderings/1/leaflet/")["Content-Type"].startswith("text/plain")
    in_files(client, edition)


def in_files(client, edition):
    """What is no page is of a type that no browser runs, and holds nothing that its reader would."""
    document = client.get(f"/{edition.slug}.json")
    assert (document["Content-Type"], document["X-Content-Type-Options"]) == ("application/json", "nosniff")
    assert json.loads(document.content)["title"] == edition.document["title"]
    for path in ("/feed.xml", "/sitemap.xml"):
        found = client.get(path)
        assert found["Content-Type"].startswith("application/")
        assert runs(found.content.decode()) == []
        assert b"javascript:" not in found.content.lower()
    made = PdfReader(BytesIO(paper.pdf(edition.document, public.facts(edition), "a4")))
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(made.root_object)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(made.root_object.get("/Names", {}))
    actions_of_it = [note["/A"] for page in made.pages for note in page.get("/Annots", []) if "/A" in note]
    assert {action["/S"] for action in actions_of_it} == {"/URI"}
    assert {action["/URI"].partition(":")[0] for action in actions_of_it} <= {
        "https",
        "http",
        "tel",
        "mailto",
    }


def test_what_is_sent_by_the_form_is_refused_and_what_was_typed_runs_nowhere(
    draft, editor, client, look, problems
):
    Section.objects.bulk_create(
        Section(leaflet=draft, heading=name, body="<p>x</p>", position=100 + place)
        for place, name in enumerate(PAYLOADS)
    )
    client.force_login(editor)
    path = f"/admin/leaflets/leaflet/{draft.pk}/change/"
    sent = fields_of(client.get(path)) | {"reason": PAYLOADS["textarea"]}
    payloads = cycle(payload.replace("\x00", "") for payload in PAYLOADS.values())
    sent |= {name: next(payloads) for name in sent if re.fullmatch(r"sections-\d+-(body|heading)", name)}
    response = client.post(path, sent)
    assert response.status_code == 200
    assert set(Section.objects.filter(position__gte=100).values_list("body", flat=True)) == {"<p>x</p>"}
    assert "has no place here" in response.content.decode()
    look.page.route(
        "**/sent/leaflet/change/",
        lambda route: route.fulfill(body=response.content, content_type="text/html; charset=utf-8"),
    )
    look("/sent/leaflet/change/")
    problems.clear()  # The page tells where its form is open, and has no such address.


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_field_keeps_more_of_it_than_what_is_allowed(name):
    field = Section._meta.get_field("body")
    try:
        kept = field.clean(f"<p>x</p>{PAYLOADS[name]}", None)
    except ValidationError:
        return
    assert (runs(kept), sanitise(kept)) == ([], kept)


KINDS = {
    "page.html": lambda text: text.encode(),
    "page.htm": lambda text: text.encode("utf-16"),
    "windows.html": lambda text: text.encode("cp1252", "ignore"),
    "notes.txt": lambda text: text.encode("utf-8-sig"),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_in_a_file_of_any_kind_is_brought_in_as_words_or_not_at_all(editor, client, name):
    client.force_login(editor)
    before = "<h1>Hip</h1><h2>Rest</h2>" if "htm" in name else "Hip\n\nRest\n\n"
    # Once it is decoded, every kind is read alike.
    payloads = list(PAYLOADS.values())[:: 1 if name == "page.html" else 5]
    brought = 0
    for payload in payloads:
        text = f"{before}<p>text {payload}</p>" if "htm" in name else f"{before}text {payload}\n"
        shown = client.post(ADDRESS, {"file": SimpleUploadedFile(name, KINDS[name](text))})
        assert runs(shown.content.decode()) == []
        if shown.status_code == 200:
            about = {**ABOUT, "slug": f"hip-{brought}", "title": "Hip"}
            brought += client.post(ADDRESS, chosen(shown, **about)).status_code == 302
    assert brought > len(payloads) / 2
    for body in Section.objects.values_list("body", flat=True):
        assert (runs(body), sanitise(body)) == ([], body)


def test_what_is_in_a_leaflets_file_is_refused_where_it_is_rich_text(editor, client):
    client.force_login(editor)
    document = json.loads(LOWER_BACK.read_text()) | {"slug": "hostile"}
    document["exercises"]["programmes"] = []
    for body in list(PAYLOADS.values())[:60:8]:
        document["sections"] = [{"heading": "x", "placement": "general-advice", "body": body}]
        response = client.post(ADDRESS, {"file": SimpleUploadedFile("x.json", json.dumps(document).encode())})
        assert (response.status_code, runs(response.content.decode())) == (400, [])
    assert not Leaflet.objects.exists()
