"""Every payload against each thing that stands in its way alone: the policy, what cleans rich text, the old editor."""

import json
import re
from urllib.parse import quote, unquote, urlsplit

import pytest
from playwright.sync_api import expect

from leaflets.richtext import sanitise
from leaflets.richtext.allowed import ELEMENTS
from tests.journeys.steps import sign_in
from tests.journeys.test_attacks_import import LOOK
from tests.payloads import PAYLOADS, RUN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.looks]

PAGE = "<!doctype html><html lang=en><title>Trial</title><body><div>{}</div>"
# What needs somebody to do something is done.
TOUCH = """() => {
  for (const each of document.querySelectorAll('body *')) {
    each.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    if (each.protocol === 'javascript:' || !each.matches('a, area')) each.click?.();
  }
}"""
SET = """async ([instance, texts]) => {
  const editor = CKEDITOR.instances[instance];
  for (const text of texts) {
    await new Promise((done) => editor.setData(text, done));
    editor.getData();
  }
}"""
BRING = """async ([instance, texts, method]) => {
  const editor = CKEDITOR.instances[instance];
  const said = [];
  for (const dataValue of texts) {
    await new Promise((done) => editor.setData('<p>x</p>', done));
    editor.focus();
    const dataTransfer = new CKEDITOR.plugins.clipboard.dataTransfer();
    editor.fire('paste', { type: 'auto', dataValue, method, dataTransfer });
    await new Promise((done) => setTimeout(done, 5));
    said.push(editor.getData());
  }
  return said;
}"""
INSTANCE = "id_exercises_introduction"
KEPT = {"href", "scope", "colspan", "rowspan"}


@pytest.fixture
def ran(new_page, live_server, problems):
    """A function that opens each of {name: body} with a policy, or none, touches all of it, and names what ran."""

    def ran(bodies, policy=None):
        page, fired = new_page(), set()
        page.context.expose_binding(
            "alert", lambda source, *_: fired.add(unquote(urlsplit(source["frame"].url).path).split("/")[-1])
        )
        # Each stands in a frame of one page, so none may say who frames it.
        headers = {"Content-Security-Policy": re.sub("frame-ancestors [^;]*", "", policy)} if policy else {}

        def answer(route):
            name = unquote(urlsplit(route.request.url).path).removeprefix("/trial/")
            if name in bodies:
                page_of_it = PAGE.format(bodies[name])
                route.fulfill(
                    body=page_of_it, headers={**headers, "Content-Type": "text/html; charset=utf-8"}
                )
            else:
                route.fulfill(status=404, body="")

        page.route("**/*", answer)
        frames = "".join(f'<iframe src="/trial/{quote(name)}"></iframe>' for name in bodies)
        page.route(
            f"{live_server.url}/trials",
            lambda route: route.fulfill(body=PAGE.format(frames), content_type="text/html"),
        )
        page.goto("/trials", wait_until="load")
        for frame in page.frames[1:]:
            if "/trial/" in frame.url:
                frame.evaluate(TOUCH)
        page.wait_for_timeout(300)
        return fired

    yield ran
    # What a policy refuses, and what is nowhere, the browser says.
    problems.clear()


def test_where_nothing_protects_a_page_they_run(ran):
    assert RUN - ran(PAYLOADS) == set()


@pytest.mark.parametrize(
    "path", ["/lower-back/", "/admin/login/", "/admin/leaflets/leaflet/add/", "/media/{}.mp4"]
)
def test_the_policy_of_each_side_alone_stops_them(live, editor, client, ran, path):
    client.force_login(editor)
    sha256 = live.document["exercises"]["programmes"][0]["videos"][0]["file"]["sha256"]
    response = client.get(path.format(sha256))
    _ = response.streaming and response.getvalue()
    assert response.status_code in (200, 302)
    assert ran(PAYLOADS, response["Content-Security-Policy"]) == set()


def test_what_cleans_rich_text_alone_stops_them(ran):
    assert ran({name: sanitise(payload) for name, payload in PAYLOADS.items()}) == set()


@pytest.fixture
def form(draft, editor, new_page, problems, request):
    """The form of a leaflet in a browser that keeps to the policy, or to none; `ran` is true once a script ran."""
    page = new_page(bypass_csp=request.param, viewport={"width": 1280, "height": 1000})
    sign_in(page, "editor")
    page.ran = []
    page.on("dialog", lambda dialog: (page.ran.append(dialog.message), dialog.dismiss()))
    page.goto(f"/admin/leaflets/leaflet/{draft.pk}/change/")
    expect(page.locator(".cke_wysiwyg_div").first).to_be_visible()
    yield page
    problems.clear()


ALONE = pytest.mark.parametrize("form", [False, True], ids=["policy", "no-policy"], indirect=True)


@ALONE
def test_in_the_editor_nothing_runs_that_was_loaded(form):
    form.evaluate(SET, [INSTANCE, list(map(sanitise, PAYLOADS.values()))])
    form.wait_for_timeout(100)
    assert (form.ran, form.evaluate(LOOK)) == ([], [])


@ALONE
@pytest.mark.parametrize("method", ["paste", "drop"])
def test_in_the_editor_nothing_runs_that_was_pasted_or_dropped(form, method):
    for text in form.evaluate(BRING, [INSTANCE, list(PAYLOADS.values()), method]):
        found = re.findall(r"<(\w+)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)", text)
        assert {tag for tag, _ in found} <= ELEMENTS
        assert set(re.findall(r"\s([\w:-]+)=\"", "".join(said for _, said in found))) <= KEPT
    form.wait_for_timeout(100)
    assert (form.ran, form.evaluate(LOOK)) == ([], [])


@pytest.mark.parametrize("form", [False], ids=["policy"], indirect=True)
def test_in_the_editor_nothing_runs_even_if_nothing_had_cleaned_it(form):
    form.evaluate(SET, [INSTANCE, list(PAYLOADS.values())])
    form.wait_for_timeout(100)
    assert form.ran == []


def test_the_editor_asks_no_other_host_and_offers_no_source_and_no_full_page(
    draft, editor, new_page, problems
):
    page = new_page(viewport={"width": 1280, "height": 1000})
    sign_in(page, "editor")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/admin/leaflets/leaflet/{draft.pk}/change/")
    expect(page.locator(".cke_wysiwyg_div").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    known = page.evaluate(
        """() => { const editor = CKEDITOR.instances.id_exercises_introduction; return {
          plugins: Object.keys(editor.plugins), commands: Object.keys(editor.commands), full: editor.config.fullPage,
          version: editor.config.versionCheck, mode: editor.mode, uploads: editor.config.filebrowserUploadUrl || '',
          filter: editor.filter.customConfig } }"""
    )
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(page.url).netloc
    }
    # What advisories were about.
    gone = "sourcearea sourcedialog preview iframe iframedialog embed widget codesnippet codesnippetgeshi wsc scayt"
    print(sorted(known["plugins"]), known)
    assert not set(known["plugins"]) & set(
        f"{gone} autolink colordialog uploadimage uploadwidget flash image".split()
    )
    assert not {"source", "preview", "iframe", "codeSnippet", "newpage", "print"} & set(known["commands"])
    assert (known["full"], known["version"], known["mode"]) == (False, False, "wysiwyg"), json.dumps(known)
    assert known["filter"] is True
