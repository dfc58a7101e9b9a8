"""Somebody brings in a page that is meant to run a script. It runs nowhere, even if the browser kept to no policy."""

import json
from itertools import cycle

import pytest
from django.db import transaction
from playwright.sync_api import expect

from leaflets import actions
from leaflets.models import Leaflet
from tests.journeys.steps import sign_in
from tests.leaflets.test_import_pages import ABOUT, ADDRESS, chosen
from tests.universe import LOWER_BACK
from triage.models import RedFlagGroup

pytestmark = pytest.mark.django_db(transaction=True)
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='java&#10;script:alert(1)'>a</a>",
    "<a href=' &#1;JaVaScRiPt:alert(1)'>a</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "<a href='https://x.example/&quot; onfocus=alert(1) autofocus tabindex=1 x=&quot;'>a</a>",
    "<a href=\"https://x.example/'onmouseover='alert(1)\">a</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form><button formaction=javascript:alert(1)>go</button></form>",
    "<input onfocus=alert(1) autofocus>",
    "<details open ontoggle=alert(1)><summary>s</summary>d</details>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<style>@import 'javascript:alert(1)'; *{background:url(x)}</style>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "{{ 7*7 }}{% debug %}{{ ''.__class__ }}",
    "]]><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</textarea></title></select></option><img src=x onerror=alert(1)>",
    "<x onclick=alert(1) style='position:fixed;inset:0'>all over</x>",
    "<td colspan='2\" onclick=\"alert(1)'>cell",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
]
# What only a script that was let in would leave behind; the old editor's own buttons are not looked at.
LOOK = """() => [...document.querySelectorAll('*')]
    .filter(each => !each.closest('.cke_chrome') || each.closest('.cke_editable'))
    .filter(each => [...each.attributes].some(({name, value}) =>
        (name.startsWith('on') || /^(javascript|data|vbscript):/i.test(value.replace(/[\\x00-\\x20]/g, '')))
        && !each.matches('input, textarea, link[rel=icon]'))
        || (each.matches('script') && !each.src && each.type != 'application/json')
        || each.matches('iframe, object, embed, base, svg script, x'))
    .map(each => each.outerHTML.slice(0, 200))"""


PLAIN = {"title", "text", "heading", "lead", "after", "warning", "summary", "body_part", "condition", "owner"}


def hostile(value, payloads, name=""):
    """The part of a document with something that is meant to run a script in every plain text."""
    if isinstance(value, dict):
        return {key: hostile(inner, payloads, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, payloads, name) for inner in value]
    return f"{value} {next(payloads)}"[:100] if name in PLAIN else value


@pytest.fixture
def look(editor, new_page, client):
    """Open pages as an editor whose browser keeps to no policy, and find nothing that would run there."""
    client.force_login(editor)
    page, fired = new_page(bypass_csp=True), []
    page.on("dialog", lambda dialog: (fired.append(page.url), dialog.dismiss()))
    sign_in(page, "editor")

    def look(*paths):
        for path in paths or [None]:
            answered = page.goto(path) if path else page.wait_for_load_state()
            assert answered is None or answered.status == 200, path
            if path and path.endswith("/change/") and "/leaflet/" in path:
                page.get_by_label("Exercises heading:").scroll_into_view_if_needed()
                expect(page.locator(".cke_editable").first).to_be_visible()
            assert page.evaluate(LOOK) == []
        assert fired == []

    look.page = page
    return look


def follow(leaflet, look, editor, reviewer):
    """Look at the draft, let somebody else publish it, and look at what patients see."""
    draft = f"/admin/leaflets/leaflet/{leaflet.pk}"
    look(
        f"{draft}/change/",
        f"{draft}/preview/",
        f"{draft}/submit/",
        f"/admin/history/versions/leaflet/{leaflet.pk}/1/",
    )
    edition = actions.submit(leaflet=leaflet, by=editor, reason="<script>alert(1)</script>")
    look(f"/admin/leaflets/edition/{edition.pk}/change/")
    actions.publish(edition=edition, by=reviewer, reason="<img src=x onerror=alert(1)>")
    look(f"/{leaflet.slug}/", "/", "/admin/", "/admin/history/")


def test_what_a_pasted_page_would_run_runs_nowhere(editor, reviewer, look, client):
    # In a sign, an address with a quotation mark is refused and a table ends the list: those stand in the text.
    signs = [payload for payload in PAYLOADS if "x.example" not in payload and "<table>" not in payload]
    items = "".join(f"<li>sign {payload}</li>" for payload in signs)
    text = "".join(f"<p>text {payload}</p>" for payload in PAYLOADS)
    source = f"<h1>Hip</h1><h2>Get help straight away</h2><ul>{items}</ul><h2>Rest</h2>{text}"
    look.page.goto(ADDRESS)
    look.page.get_by_label("Paste it here").fill(source)
    look.page.get_by_role("button", name="See what is recognised").click()
    expect(look.page.get_by_role("button", name="Make the draft")).to_be_visible()
    look()
    made = client.post(
        ADDRESS, chosen(client.post(ADDRESS, {"text": source}), **ABOUT | {"title": PAYLOADS[1]})
    )
    assert made.status_code == 302, made.context["form"].errors
    [group] = RedFlagGroup.objects.all()
    assert group.signs.count() > 20
    group.urgency = "non-urgent"
    with transaction.atomic():
        group.save()
        group.record(by=editor, reason="Chosen.")
    follow(Leaflet.objects.get(), look, editor, reviewer)


def test_what_a_leaflets_file_would_run_runs_nowhere(editor, reviewer, look, client):
    document = json.loads(LOWER_BACK.read_text()) | {"slug": "hostile"}
    document["exercises"]["programmes"] = []
    document = hostile(document, cycle(PAYLOADS))
    assert client.post(ADDRESS, {"text": json.dumps(document)}).status_code == 302
    follow(Leaflet.objects.get(), look, editor, reviewer)
    look(f"/admin/triage/redflaggroup/{RedFlagGroup.objects.first().pk}/change/")
