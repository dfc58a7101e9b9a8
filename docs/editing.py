"""What is there before the day in docs/editors.md begins, and the texts that are written on that day."""

from django.db import transaction

from docs.screenshot import account, begin, clock
from exercises.models import ExerciseVideo, Programme
from leaflets import actions, roles
from leaflets.models import Leaflet
from triage.models import ContactRoute, RedFlagGroup

# What is brought in, what two editors make of one sign, and what is pasted and written as rich text.
NECK = """Self-help for neck pain

Weakness in your arms or legs

If you have any of these signs, call 999 now.

- sudden weakness in an arm or a leg
- a neck that you cannot move after a fall

Pain that does not settle

If you have any of these signs, please see your GP this week.

- pain that gets worse at night
- TBC

Back to top
"""
MINE = "Changes to feeling between your legs, e.g. difficulty feeling the toilet paper when you wipe."
THEIRS = "Numbness between your legs, e.g. difficulty feeling the toilet paper when you wipe."
# The space after the colon does not break, as in the leaflet that it comes from.
WARNING = "Warning:\N{NO-BREAK SPACE}CES is a rare but extremely serious condition that requires immediate assessment."
PASTED = '<p style="color: red">Keep <b>moving</b>.</p><img src="https://www.example.org/back.png">'
WRITTEN = (
    "<h3>In the first days</h3><p>Most people are better within a few weeks.</p>"
    '<ul class="do"><li>keep moving</li></ul><ul class="dont"><li>stay in bed</li></ul>'
)


def story(password):
    """Make accounts with this password, a live leaflet, a later edition that was returned, and two drafts."""
    leaflet, people = begin(password)
    account("colleague", password, "Eli", "Editor", roles.EDITOR)
    editor, reviewer = people["editor"], people["reviewer"]
    with clock("2026-11-18 10:20"):
        group = leaflet.groups.get(key="lower-back-no-trauma")
        with transaction.atomic():
            group.signs.create(text="Shivering or chills at the same time as low back pain", position=16)
            group.record(by=editor, reason="Missed by the list until now.")
            leaflet.owner = "Spinal physiotherapy team"
            leaflet.save()
            leaflet.record(by=editor, reason="Who answers for it.")
        edition = actions.submit(leaflet=leaflet, by=editor, reason="One more sign, and who answers for it.")
    with clock("2026-11-19 15:45"):
        actions.return_to_editor(
            edition=edition, by=reviewer, reason="Good. Please put the second sign of CES more plainly too."
        )
    with clock("2026-11-20 12:00"):
        _no_red_flags(editor)
        _nobody_to_call(editor)


@transaction.atomic
def _no_red_flags(editor):
    """A leaflet without red flags, with a section and a video that lack everything, and a video without captions."""
    ankle = Leaflet.objects.create(slug="ankle", title="Self-help for a sprained ankle", body_part="Ankle")
    video = ExerciseVideo.objects.create(key="ankle-circles", title="Ankle circles")
    programme = Programme.objects.create(key="ankle", title="Exercises for the ankle")
    silent = ExerciseVideo.objects.create(
        key="ankle-stretch",
        title="Ankle stretch",
        file=ExerciseVideo.objects.exclude(file="").first().file.name,
    )
    for position, each in enumerate((video, silent), 1):
        programme.places.create(video=each, position=position)
    ankle.programme_places.create(programme=programme, position=1)
    ankle.sections.create(heading="The first days", body="", position=1)
    _record(editor, video, silent, programme, ankle)


@transaction.atomic
def _nobody_to_call(editor):
    """A leaflet with two emergencies: one leads away and names somebody without a number, the other names nobody."""
    knee = Leaflet.objects.create(slug="knee", title="Self-help for knee pain", body_part="Knee")
    ward = ContactRoute.objects.create(key="ward", name="The ward")
    leading_away, alone = (
        RedFlagGroup.objects.create(key=key, title=title, urgency="emergency", lead="Call now.")
        for key, title in (("hot-knee", "A hot, swollen knee"), ("locked-knee", "A knee that is locked"))
    )
    leading_away.contacts.create(route=ward, position=1)
    leading_away.links.create(
        text="About knees", url="https://www.example.org/knee", kind="web-page", position=1
    )
    for position, group in enumerate((leading_away, alone), 1):
        knee.group_places.create(group=group, position=position)
    _record(editor, ward, leading_away, alone, knee)


def _record(editor, *items):
    for item in items:
        item.record(by=editor, reason="Begun.")
