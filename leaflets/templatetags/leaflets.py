from django import template

from leaflets import workspace

register = template.Library()

register.filter("leaflets_using", workspace.leaflets_using)
register.filter("standing", workspace.standing)
register.simple_tag(workspace.waiting_editions, name="waiting_editions")
