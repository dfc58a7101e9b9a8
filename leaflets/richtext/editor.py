"""The rich-text editor: all that knows of CKEditor, with leaflets/static/leaflets/, so that it can be replaced."""

from ckeditor.widgets import CKEditorWidget
from django.forms import Media

from leaflets.richtext.allowed import ATTRIBUTES, CLASSES, ELEMENTS, TOOLBAR

# divarea edits in the page itself: the frame of the default mode needs inline scripts.
PLUGINS = "divarea,headings,advice,questions,tables,pasting"
UNUSED = (
    "about,adobeair,bidi,blockquote,colorbutton,colordialog,contextmenu,copyformatting,dialogadvtab,div,editorplaceholder,"
    "elementspath,exportpdf,filebrowser,find,flash,font,format,forms,horizontalrule,iframe,image,justify,language,"
    "lineutils,liststyle,maximize,newpage,notificationaggregator,pagebreak,pastefromlibreoffice,preview,print,save,scayt,"
    "selectall,showblocks,smiley,sourcearea,specialchar,stylescombo,tableresize,tableselection,tabletools,templates,"
    "uploadimage,uploadwidget,widget,wsc"
)


def _allowed():
    """What the editor lets in, in its own words for it."""
    rules = [" ".join(sorted(ELEMENTS))]
    rules += [f"{tag}({','.join(sorted(names))})" for tag, names in CLASSES.items()]
    rules += [f"{tag}[{','.join(sorted(names))}]" for tag, names in ATTRIBUTES.items()]
    return "; ".join(rules).replace("a[href]", "a[!href]")


CONFIG = {
    "skin": "moono-lisa",
    "toolbar": [[button.name for button in group] for group in TOOLBAR],
    "extraPlugins": PLUGINS,
    "removePlugins": UNUSED,
    "allowedContent": _allowed(),
    # The arrow keys go through all buttons, not round and round a group.
    "toolbarGroupCycling": False,
    "linkDefaultProtocol": "https://",
    "linkShowTargetTab": False,
    "linkShowAdvancedTab": False,
    "disableNativeSpellChecker": False,
    # A picture is left out, and that is said (pasting.js); it is not turned into a text of a million letters first.
    "clipboard_handleImages": False,
    "pasteFromWord_inlineImages": False,
    # Two files less to ask for: all that it is told stands here.
    "customConfig": "",
    "stylesSet": False,
    "width": "100%",
    "height": 220,
}


class Editor(CKEditorWidget):
    """The editor, with what makes it work under the site's content security policy."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.config = dict(CONFIG)

    @property
    def media(self):
        # Naming the one before keeps the order when Django merges the lists.
        ours = [f"leaflets/{name}.js" for name in ("editor", "writing", "pasting")]
        return super().media + Media(js=["ckeditor/fixups.js", *ours])
