from django import template
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter(is_safe=True)
def headed(table):
    """Give the column of the rows themselves a head, which Django leaves empty."""
    head = '<th class="original"><span class="visually-hidden">Row</span></th>'
    return mark_safe(  # noqa: S308  It is what Django rendered.
        table.replace('<th class="original"></th>', head)
    )
