"""The fields of rich text: on a form, and on a model."""

import re

from ckeditor.fields import RichTextField as EditorField
from ckeditor.fields import RichTextFormField as EditorFormField

from leaflets.richtext.allowed import LIMIT, SCHEMES, sanitise
from leaflets.richtext.checking import validate_rich
from leaflets.richtext.editor import Editor
from leaflets.richtext.reading import written

LINK = re.compile(r'<a\b[^<>]*?\bhref="([^"<>]*)"[^<>]*>([^<]*)</a>', re.IGNORECASE)


class RichTextFormField(EditorFormField):
    """Loads into the editor only what is safe. An address that is not allowed stays there as words, to be mended."""

    widget = Editor
    written = staticmethod(written)

    def prepare_value(self, value):
        if isinstance(value, str):
            value = sanitise(LINK.sub(_keep_address, value) if len(value) <= LIMIT else value)
        return value


def _keep_address(link):
    allowed = link[1].startswith(tuple(f"{scheme}:" for scheme in SCHEMES))
    return link[0] if allowed else f"{link[2]} [{link[1]}]"


class RichTextField(EditorField):
    """Rich text on a model: checked when cleaned, sanitised when stored."""

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": RichTextFormField, **kwargs})

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        validate_rich(value)
        return sanitise(value)

    def save_form_data(self, instance, data):
        """Keep what is stored where the editor wrote the same anew: only its line breaks and spaces differ."""
        stored = getattr(instance, self.attname)
        if not (isinstance(data, str) and stored and written(data) == written(stored)):
            super().save_form_data(instance, data)

    def pre_save(self, model_instance, add):
        value = sanitise(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
