from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join

from leaflets import entries, workspace
from leaflets.admin import desk, versions
from leaflets.differences import Change, Risk, in_words

register = template.Library()

register.filter("draft_changes", workspace.draft_changes)
register.filter("standing", workspace.standing)
register.filter("live_editions_holding", workspace.live_editions_holding)
register.filter("path_of_version", versions.path_of)
register.filter("standing_in_words", entries.standing_in_words)
register.filter("goes_live", workspace.goes_live)
register.filter("words_of", in_words)
register.simple_tag(desk.desk)


@register.filter
def leaflets_using(item):
    """The leaflets whose draft holds a shared item; the page says it twice, and asks once."""
    if not hasattr(item, "used_by"):
        item.used_by = workspace.leaflets_using(item)
    return item.used_by


@register.filter
def unpublished(leaflets):
    """Those of `leaflets` whose draft is not what is live."""
    return [leaflet for leaflet in leaflets if leaflet.unpublished]


@register.filter
def marked(change):
    """The words before and after in one text, what was removed and what was added marked for eye and ear."""
    tags = {"same": "{}", "removed": "<del><span>[removed: </span>{}<span>]</span></del>"}
    tags["added"] = "<ins><span>[added: </span>{}<span>]</span></ins>"
    between = "\n" if change.by_line else " "
    parts = workspace.marked(change.before, change.after, between)
    return format_html_join(between, "{}", ([format_html(tags[kind], words)] for kind, words in parts))


@register.simple_tag
def marked_words(before, after, by_line):
    """The words of a field before and after in one text, as `marked` gives them; whole lines if `by_line`."""
    return linebreaksbr(marked(Change(Risk.OTHER, "", in_words(before), in_words(after), by_line)))
