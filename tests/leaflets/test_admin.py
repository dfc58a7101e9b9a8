"""The forms: what is typed badly is refused in a sentence by its field, and nothing typed is lost."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import formats, timezone

from leaflets.models import Edition, Leaflet
from triage.models import RedFlag, RedFlagGroup

pytestmark = pytest.mark.django_db


def fields_of(response):
    """What a browser would send back of the form on a page."""
    form = response.context["adminform"].form
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    forms = [
        form,
        *(f.management_form for f in formsets),
        *(f for formset in formsets for f in formset.forms),
    ]
    sent = {}
    for each in forms:
        for bound in each:
            value = bound.value()
            if value is not None and value is not False and not hasattr(value, "storage"):
                sent[bound.html_name] = value
    return sent


def words_of(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.fixture
def group_form(client, draft, editor):
    """The page of the cauda equina group: group_form(**changes) saves it with changes."""
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    return form_of(client, editor, f"/admin/triage/redflaggroup/{group.pk}/change/")


@pytest.fixture
def leaflet_form(client, draft, editor):
    return form_of(client, editor, f"/admin/leaflets/leaflet/{draft.pk}/change/")


def form_of(client, editor, path):
    client.force_login(editor)
    sent = fields_of(client.get(path))
    return lambda **changes: client.post(path, {**sent, **changes, "_continue": "Save"})


def test_a_changed_sign_is_saved_and_the_way_to_submission_is_shown(group_form, client):
    response = group_form(**{"signs-1-text": "Numbness between your legs."})
    assert response.status_code == 302
    assert RedFlag.objects.filter(text="Numbness between your legs.").exists()
    page = words_of(client.get(response["Location"]))
    assert "Used by Self-help and information – Lower Back" in page
    assert "submit it for review" in page


def test_a_new_sign_without_a_number_goes_to_the_end(group_form):
    group_form(**{"signs-TOTAL_FORMS": 3, "signs-2-text": "A third sign.", "signs-2-position": ""})
    group = RedFlagGroup.objects.get(key="cauda-equina-syndrome")
    assert [sign.text for sign in group.signs.all()][-1] == "A third sign."
    assert group.signs.last().position == 3


@pytest.mark.parametrize(
    ("changes", "sentence", "kept"),
    [
        (
            {"urgency": "soon"},
            "Select a valid choice. soon is not one of the available choices.",
            "Cauda Equina",
        ),
        ({"title": ""}, "This field is required.", "difficulty feeling the toilet paper"),
        ({"signs-0-text": ""}, "This field is required.", "difficulty feeling the toilet paper"),
        ({"signs-0-text": "Numb\x00ness"}, "Null characters are not allowed.", "Numb"),
        ({"signs-0-text": "Numb\u202eness"}, "Remove the character U+202E after “Numb”", "Numb"),
        ({"title": "Numb\ufffdness"}, "Remove the character U+FFFD after “Numb”", "Numb"),
        (
            {"links-0-url": "javascript:alert(1)"},
            "Enter a full web address that begins with https://",
            "javascript:alert(1)",
        ),
        (
            {"links-0-url": "http://example.org"},
            "Enter a full web address that begins with https://",
            "http://example.org",
        ),
        ({"links-0-languages": "english"}, "Enter a language tag such as en-GB, gd or ar.", "english"),
    ],
)
def test_bad_input_is_refused_by_its_field_and_kept(group_form, changes, sentence, kept):
    before = list(RedFlag.objects.values())
    response = group_form(**changes)
    assert response.status_code == 200
    page = words_of(response)
    assert sentence in page
    assert kept in html.unescape(response.content.decode())
    assert list(RedFlag.objects.values()) == before
    [name] = changes
    field = re.search(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', response.content.decode())[0]
    assert 'aria-invalid="true"' in field


def test_a_paste_of_10_mb_is_refused_by_its_field_and_kept(group_form):
    paste = "numbness " * 1_200_000
    response = group_form(lead=paste)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Ensure this value has at most 5000 characters (it has 10799999)." in page
    assert paste.strip() in page
    assert not RedFlagGroup.objects.filter(lead__startswith="numbness numbness").exists()


def test_a_paste_of_10_mb_into_the_rich_text_is_refused_and_kept(leaflet_form):
    response = leaflet_form(exercises_introduction="<p>" + "numbness " * 1_200_000 + "</p>")
    page = response.content.decode()
    assert response.status_code == 200
    assert "This text is too long: 10,800,007 characters with its formatting, and 65,536 is the most." in page
    assert "numbness " * 1_200_000 in page


def test_more_than_a_form_can_take_is_answered_in_plain_words(client, draft, editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(editor)
    response = client.post(f"/admin/leaflets/leaflet/{draft.pk}/change/", {"title": "x" * 2000})
    assert response.status_code == 400
    assert "Go back: what you typed is still there." in words_of(response)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('<p><a href="javascript:alert(1)">x</a></p>', "The link “javascript:alert(1)” is not allowed."),
        ("<p>a</p><svg><text>lost</text></svg>", "“<svg>” has no place here."),
        ("<p>a\u202eb</p>", "Remove the character U+202E"),
    ],
)
def test_rich_text_that_would_lose_something_is_refused(leaflet_form, text, sentence):
    before = Leaflet.objects.get().exercises_introduction
    assert sentence in words_of(leaflet_form(exercises_introduction=text))
    assert Leaflet.objects.get().exercises_introduction == before


def test_saving_the_form_untouched_changes_nothing(leaflet_form, draft):
    before = draft.snapshot()
    response = leaflet_form()
    assert response.status_code == 302
    assert Leaflet.objects.get().snapshot() == before


@pytest.mark.parametrize("slug", ["admin", "media", "e", "privacy", "check"])
def test_the_sites_own_words_are_no_addresses(leaflet_form, slug):
    assert f"“{slug}” is an address of the site itself." in words_of(leaflet_form(slug=slug))


def test_the_leaflet_page_says_where_it_stands(live, change, editor, client):
    change("Changed")
    client.force_login(editor)
    page = words_of(client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/change/"))
    assert f"Edition 1 (code {live.code}) is live since" in page
    assert "The draft differs from edition 1." in page


def test_what_is_missing_is_said_before_submitting_and_refused_when_tried(draft, editor, client):
    RedFlagGroup.objects.filter(key="cauda-equina-syndrome").update(urgency="")
    client.force_login(editor)
    sentence = "Red-flag group “Cauda Equina Syndrome (CES)”: choose an urgency."
    path = f"/admin/leaflets/leaflet/{draft.pk}/submit/"
    assert sentence in words_of(client.get(f"/admin/leaflets/leaflet/{draft.pk}/change/"))
    assert sentence in words_of(client.get(path))
    response = client.post(path, {"reason": "A reason that took long to write."})
    assert sentence in words_of(response)
    assert "A reason that took long to write." in words_of(response)
    assert not Edition.objects.exists()


def test_a_decision_without_a_reason_is_refused(submitted, reviewer, client):
    client.force_login(reviewer)
    response = client.post(f"/admin/leaflets/edition/{submitted.pk}/decide/published/", {"reason": "  "})
    assert "Say in a sentence why." in words_of(response)
    assert submitted.events.count() == 1


def test_a_submitter_who_is_also_a_reviewer_is_told_why_not(draft, both, client):
    from leaflets import actions

    edition = actions.submit(leaflet=draft, by=both, reason="Mine.")
    client.force_login(both)
    page = client.get(f"/admin/leaflets/edition/{edition.pk}/change/")
    assert "You submitted this edition, so somebody else must publish it." in words_of(page)
    assert "decide/published" not in page.content.decode()
    response = client.post(
        f"/admin/leaflets/edition/{edition.pk}/decide/published/",
        {"reason": "Mine too.", "digests": edition.digest},
    )
    assert "You submitted this edition, so somebody else must publish it." in words_of(response)
    assert edition.events.count() == 1


def test_the_desk_shows_what_waits(submitted, reviewer, client):
    client.force_login(reviewer)
    assert "Waiting for your review Self-help and information – Lower Back, edition 1" in words_of(
        client.get("/admin/")
    )


def test_a_preview_leads_from_page_to_page_within_the_draft(draft, editor, client):
    client.force_login(editor)
    path = f"/admin/leaflets/leaflet/{draft.pk}/preview/"
    assert f'href="{path}exercises/"' in client.get(path).content.decode()
    assert f'href="{path}"' in client.get(f"{path}exercises/").content.decode()
    assert "Draft: patients cannot see this." in words_of(client.get(path))


def test_looking_at_a_leaflet_takes_as_many_queries_however_long_it_is(
    live, editor, client, django_assert_max_num_queries
):
    client.force_login(editor)
    group = live.leaflet.groups.first()
    for number in range(30):
        RedFlag.objects.create(group=group, text=f"Sign {number}")
    for path in ("preview/", "preview/exercises/"):
        with django_assert_max_num_queries(25):
            client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/{path}")
    with django_assert_max_num_queries(110):
        client.get(f"/admin/leaflets/leaflet/{live.leaflet_id}/change/")


def test_a_leaflet_with_editions_is_not_deleted(live, editor, client):
    client.force_login(editor)
    response = client.post(f"/admin/leaflets/leaflet/{live.leaflet_id}/delete/", {"post": "yes"})
    assert "Cannot delete leaflet" in words_of(response)
    assert Leaflet.objects.exists()


def test_a_link_that_is_refused_stays_there_as_words(leaflet_form):
    text = '<p>See <a href="http://example.org/back">our page</a>.</p>'
    response = leaflet_form(exercises_introduction=text)
    assert "The link “http://example.org/back” is not allowed." in words_of(response)
    kept = html.unescape(html.unescape(response.content.decode()))
    assert "<p>See our page [http://example.org/back].</p>" in kept


def test_what_was_returned_is_on_the_desk_until_it_is_submitted_anew(returned, editor, change, client):
    from leaflets import actions

    client.force_login(editor)
    assert "Returned to you Self-help and information – Lower Back, edition 1" in words_of(
        client.get("/admin/")
    )
    assert "The number is missing." in words_of(client.get("/admin/"))
    actions.submit(leaflet=change("Changed"), by=editor, reason="With the number.")
    assert "Returned to you" not in words_of(client.get("/admin/"))


def test_a_scheduled_edition_says_from_when(submitted, reviewer, client):
    client.force_login(reviewer)
    tomorrow = timezone.localtime() + timedelta(days=1)
    words = formats.date_format(tomorrow, "j F Y, H:i")
    path = f"/admin/leaflets/edition/{submitted.pk}/decide/published/"
    live_from = tomorrow.strftime("%Y-%m-%dT%H:%M")
    sent = {"reason": "Checked.", "live_from": live_from, "digests": submitted.digest}
    page = words_of(client.post(path, sent, follow=True))
    assert f"edition 1: scheduled, patients see it from {words}." in page
    assert f"Scheduled: patients see it from {words}" in page
    assert f"edition 1 , live from {words}" in words_of(client.get("/admin/"))


def test_a_moment_that_has_passed_is_refused_and_kept(submitted, reviewer, client):
    client.force_login(reviewer)
    path = f"/admin/leaflets/edition/{submitted.pk}/decide/published/"
    sent = {"reason": "Checked.", "live_from": "2020-01-01T09:00", "digests": submitted.digest}
    response = client.post(path, sent)
    assert "Live from: this moment has passed. Leave it empty to publish now." in words_of(response)
    assert "2020-01-01T09:00" in response.content.decode()


def test_a_decision_that_cannot_follow_leads_back(withdrawn, reviewer, client):
    client.force_login(reviewer)
    response = client.get(f"/admin/leaflets/edition/{withdrawn.pk}/decide/published/", follow=True)
    assert response.redirect_chain[0][0] == f"/admin/leaflets/edition/{withdrawn.pk}/change/"
    assert "edition 1 is withdrawn." in words_of(response)


@pytest.mark.parametrize(
    "path", ["edition/1/publish/", "edition/x/change/", "leaflet/x/change/", "edition/99999/preview/"]
)
def test_an_address_in_the_admin_where_nothing_stands_is_no_error(live, reviewer, client, path):
    client.force_login(reviewer)
    assert client.get(f"/admin/leaflets/{path}", follow=True).status_code in (200, 404)


def test_a_video_is_a_file_or_at_a_provider(draft, editor, client):
    from exercises.models import ExerciseVideo

    video = ExerciseVideo.objects.first()
    save = form_of(client, editor, f"/admin/exercises/exercisevideo/{video.pk}/change/")
    assert "Give a video file or its address at a provider, not both." in words_of(
        save(provider_url="https://v.example/1")
    )


class TestPeople:
    def test_an_administrator_makes_an_account_that_can_sign_in(self, administrator, client):
        client.force_login(administrator)
        password = "long-enough-to-be-good"
        response = client.post(
            "/admin/auth/user/add/",
            {
                "username": "new",
                "first_name": "Nora",
                "email": "new@example.org",
                "password1": password,
                "password2": password,
                "groups": [Group.objects.get(name="Editor").pk],
            },
        )
        assert response.status_code == 302
        assert User.objects.get(username="new").is_staff
        client.logout()
        assert client.login(username="new", password=password)
        assert client.get("/admin/").status_code == 200

    def test_an_account_has_a_role(self, administrator, client):
        client.force_login(administrator)
        password = "long-enough-to-be-good"
        sent = {"username": "new", "password1": password, "password2": password}
        assert "This field is required." in words_of(client.post("/admin/auth/user/add/", sent))
        assert not User.objects.filter(username="new").exists()

    def test_an_administrator_cannot_become_a_superuser(self, administrator, superuser, client):
        client.force_login(administrator)
        path = f"/admin/auth/user/{administrator.pk}/change/"
        sent = fields_of(client.get(path))
        client.post(path, {**sent, "is_superuser": "on", "user_permissions": [1]})
        administrator.refresh_from_db()
        assert not administrator.is_superuser
        assert not administrator.user_permissions.exists()
        assert client.post(f"/admin/auth/user/{superuser.pk}/password/", {}).status_code == 403
        assert client.post(f"/admin/auth/user/{superuser.pk}/change/", {}).status_code == 403

    def test_an_account_is_deactivated_not_deleted(self, administrator, editor, client):
        client.force_login(administrator)
        assert client.post(f"/admin/auth/user/{editor.pk}/delete/", {"post": "yes"}).status_code == 403
        path = f"/admin/auth/user/{editor.pk}/change/"
        sent = fields_of(client.get(path))
        del sent["is_active"]
        assert "Say in a sentence why: whether it is active changed." in words_of(client.post(path, sent))
        client.post(path, {**sent, "reason": "Left on 1 November."})
        editor.refresh_from_db()
        assert not editor.is_active


def test_an_odd_way_to_write_a_leaflets_number_leads_to_its_page(draft, editor, client):
    client.force_login(editor)
    assert client.get(f"/admin/leaflets/leaflet/_2B{draft.pk}/change/").status_code == 200
