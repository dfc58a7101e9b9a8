"""Leaves behind what the old rich-text editor brings along and nobody should be served."""

from django.contrib.staticfiles.apps import StaticFilesConfig

UNUSED_PLUGINS = (
    "about adobeair autoembed autogrow autolink bbcode codesnippet codesnippetgeshi colordialog "
    "copyformatting devtools div docprops embed embedbase embedsemantic exportpdf find flash forms iframe "
    "image iframedialog image2 language lineutils liststyle mathjax notificationaggregator pagebreak "
    "placeholder preview scayt sharedspace showblocks smiley sourcedialog specialchar stylesheetparser "
    "tableresize templates uicolor uploadimage uploadwidget widget wsc menubutton filetools "
    "ajax xml div tabletools tableselection pastefromlibreoffice "
).split()


class PrunedStaticFilesConfig(StaticFilesConfig):
    """Static files without the editor's samples, other editors, and plugins not in use."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.html", "*.md", "*.json", "*.sass", "*.scss", "samples", "adapters", "galleriffic", "file-icons"),
        *("jquery-1*", "bender-runner*", "build-config.js"),
        *UNUSED_PLUGINS,
    ]
