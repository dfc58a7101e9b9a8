"""Stores what a file says, row by row, and names the place in the file where that fails."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class Unloadable(Exception):
    """The file cannot be loaded; `str()` names the place in it and what to do."""

    def __init__(self, place, sentence):
        super().__init__(f"{place}: {sentence}")


def named(model, key):
    """Return the item of `model` with this key, or a new one that is not stored yet."""
    return model.objects.filter(key=key).first() or model(key=key)


def store(item, place, **fields):
    """Give `item` these fields, check it and save it. Raises Unloadable at the first field that is wrong."""
    for name, value in fields.items():
        setattr(item, name, value)
    try:
        item.full_clean()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Unloadable(place if name == NON_FIELD_ERRORS else f"{place}.{name}", sentences[0]) from error
    item.save()


def replace(children, place, rows):
    """Make the rows of the related manager `children` these, each a dict of fields, in this order."""
    children.all().delete()
    for index, row in enumerate(rows):
        child = children.model(**{children.field.name: children.instance})
        store(child, f"{place}[{index}]", position=index + 1, **row)
