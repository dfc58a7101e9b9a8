"""The whole content of a Version in words: nested lists of fields and what they hold, for people who read no JSON."""

from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe

from exercises.models import Level
from history.models import STAFF
from leaflets.jinja import rich
from leaflets.models import Section
from triage.links import Kind
from triage.models import Urgency

# The fields in the order in which they are read. One that is not here comes last, under its own name.
WORDS = {
    **{"title": "Title", "name": "Name", "heading": "Heading", "placement": "Place", "text": "Text"},
    **{
        "citation": "Citation",
        "url": "Web address",
        "kind": "Kind",
        "languages": "Languages",
        "format": "Format",
    },
    **{"landing_page": "Page that describes it", "file": "File", "key": "Key", "slug": "Address"},
    **{"language": "Language", "body_part": "Body part", "condition": "Condition", "summary": "Summary"},
    **{"urgency": "Urgency", "warning": "Warning", "lead": "What to do", "contacts": "Who to contact"},
    **{
        "when": "When to contact",
        "phone": "Telephone number",
        "hours": "Hours",
        "text_relay": "Text relay number",
    },
    **{"bsl": "Sign language service", "introduction": "Introduction", "red_flag_groups": "Red-flag groups"},
    **{"no_red_flags_because": "Decision why there are no red flags", "numbered": "Red flags are numbered"},
    **{"signs": "Red flags", "parts": "Sub-list", "after": "Text after the red flags", "notes": "Notes"},
    **{"level": "Level", "dose": "Dose", "steps": "Steps", "stop_if": "When to stop", "body": "Text"},
    **{"sections": "Sections", "links": "Links", "items": "Links", "exercises": "Exercises"},
    **{"reminder": "Reminder to read the red flags", "videos_heading": "Heading of the programmes"},
    **{"programmes": "Programmes", "videos": "Videos", "after_exercise": "Afterwards", "note": "Note"},
    **{"seconds": "Length in seconds", "provider_url": "Video at a provider", "captions": "Captions"},
    **{
        "poster": "Still picture",
        "transcript": "Transcript",
        "type": "Type",
        "bytes": "Bytes",
        "sha256": "SHA-256",
    },
    **{"evidence": "Sources of evidence", "owner": "Owner team", "reference": "Reference code"},
    **{
        "translated_from": "Edition it was translated from",
        "edition": "Edition",
        "schema": "Form of the document",
    },
    **{"staff_owner": "Owner team (for staff)", "staff_review_months": "Months between reviews (for staff)"},
}
CHOICES = {"urgency": Urgency, "level": Level, "kind": Kind, "placement": Section.Placement}
# The fields that hold rich text, by where they stand.
RICH = {"sections.body", "exercises.introduction"}
EMPTY = (None, "", [])
NOTHING = mark_safe('<span class="quiet">Nothing</span>')


def readable(content):
    """Return the content of a Version as safe HTML: rich text is made safe again, all else is escaped.

    Fields that are empty are shown as such, but inside others left out.
    """
    for_staff = {f"staff_{field}": value for field, value in content.get(STAFF, {}).items()}
    return _fields({field: value for field, value in content.items() if field != STAFF} | for_staff, "")


def _fields(fields, place):
    order = {field: number for number, field in enumerate(WORDS)}
    rows = [
        (WORDS.get(field, field), _shown(fields[field], field, f"{place}.{field}".strip(".")))
        for field in sorted(fields, key=lambda field: order.get(field, len(order)))
        if not place or fields[field] not in EMPTY
    ]
    if len(rows) < 2:
        return rows[0][1] if rows else NOTHING
    return format_html('<dl class="holds">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


def _shown(value, field, place):
    if value in EMPTY:
        return NOTHING
    if isinstance(value, dict):
        return _fields(value, place)
    if isinstance(value, list):
        lines = ([_shown(inner, field, place)] for inner in value)
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", lines))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if place in RICH:
        return rich(value)
    said = dict(CHOICES[field].choices).get(value, value) if field in CHOICES else value
    return mark_safe(linebreaks(str(said), autoescape=True))
