"""What somebody would write to run a script in the browser of whoever looks. A script that runs says so by alert.

Each by a name, which docs/ckeditor.md uses; those in RUN run by themselves, or when they are touched, in a page that
nothing protects, and so show that a test in which they do not run means something.
"""

PAYLOADS = {
    # The plain ones.
    "script": "<script>alert(1)</script>",
    "script-in-parts": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script-unclosed": "<script>alert(1)//",
    "script-from-data": '<script src="data:text/javascript,alert(1)"></script>',
    "img-onerror": "<img src=x onerror=alert(1)>",
    "img-onerror-slashes": "<img/src='x'/onerror=alert(1)>",
    "img-quote": "\"'><img src=x onerror=alert(1)>",
    "img-nul": "<im\x00g src=x onerror=alert(1)>",
    "body-onload": "<body onload=alert(1)>",
    "input-autofocus": "<input onfocus=alert(1) autofocus>",
    "details-ontoggle": "<details open ontoggle=alert(1)><summary>s</summary>d</details>",
    "video-onerror": "<video><source onerror=alert(1)></video>",
    "popover": "<button popovertarget=x>x</button><p popover id=x onbeforetoggle=alert(1)>x</p>",
    "animation": "<style>@keyframes x{}</style><p style='animation-name:x' onanimationstart=alert(1)>x</p>",
    "any-element": "<x onclick=alert(1) style='position:fixed;inset:0'>all over</x>",
    "allowed-element": "<p onmouseover=alert(1)>x</p><strong onclick=alert(1)>x</strong>",
    "allowed-attribute": "<td colspan='2\" onclick=\"alert(1)'>cell",
    # Addresses.
    "href-javascript": "<a href='javascript:alert(1)'>a</a>",
    "href-entity": "<a href='java&#115;cript:alert(1)'>a</a>",
    "href-named-entities": "<a href='javascript&colon;alert&lpar;1&rpar;'>a</a>",
    "href-tab": "<a href='java\tscript:alert(1)'>a</a>",
    "href-line-break": "<a href='java&#10;script:alert(1)'>a</a>",
    "href-control": "<a href=' &#1;JaVaScRiPt:alert(1)'>a</a>",
    "href-no-break-space": "<a href='\u00a0javascript:alert(1)'>a</a>",
    "href-data": "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "href-data-base64": "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>a</a>",
    "href-vbscript": "<a href='vbscript:alert(1)'>a</a>",
    "href-of-another-host": "<a href='//evil.example/'>a</a><a href='https:evil.example'>b</a>",
    "href-quote": "<a href='https://x.example/&quot; onfocus=alert(1) autofocus tabindex=1 x=&quot;'>a</a>",
    "href-apostrophe": "<a href=\"https://x.example/'onmouseover='alert(1)\">a</a>",
    "formaction": "<form><button formaction=javascript:alert(1)>go</button></form>",
    "base": "<base href='https://evil.example/'><a href='x'>a</a>",
    "refresh": "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    # Frames and objects.
    "iframe-srcdoc": "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "iframe-javascript": "<iframe src='javascript:parent.alert(1)'></iframe>",
    "iframe-data": "<iframe src='data:text/html,<script>alert(1)</script>'></iframe>",
    "object-javascript": "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "object-data": "<object data='data:text/html,<script>alert(1)</script>' type=text/html></object>",
    # Styles.
    "style-import": "<style>@import 'javascript:alert(1)'; *{background:url(x)}</style>",
    "style-expression": "<p style='width:expression(alert(1));behavior:url(x.htc);-moz-binding:url(x.xml)'>x</p>",
    "style-element-closes": "<style><p title='</style><img src=x onerror=alert(1)>'>",
    # What a parser makes of it the second time.
    "math-mglyph": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "math-annotation": "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml>",
    "math-malignmark": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "math-href": "<math><maction actiontype='statusline' href='javascript:alert(1)'>x</maction></math>",
    "svg-onload": "<svg onload=alert(1)>",
    "svg-script": "<svg><script>alert&#40;1)</script></svg>",
    "svg-style": "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "svg-animate": "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>x</text></a></svg>",
    "svg-use": "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'>"
    '<image href=x onerror=alert(1) /></svg>#x"></use></svg>',
    "svg-foreign": "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "template": "<template><img src=x onerror=alert(1)></template><img src=x onerror=alert(1)>",
    "shadow-root": "<div><template shadowrootmode=open><img src=x onerror=alert(1)></template></div>",
    "textarea": "</textarea></title></select></option><img src=x onerror=alert(1)>",
    "xmp": "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "select-in-table": "<table><td><select><style></select><img src=x onerror=alert(1)></style>",
    "paragraph-in-table": "<table><tr><p><svg><desc><td></desc><style></style></svg><img src=x onerror=alert(1)>",
    # Comments and CDATA, which the old editor's parser and a browser's read differently.
    "comment": "<!--><img src=x onerror=alert(1)>-->",
    "comment-bang": "<!-- --!><img src=x onerror=alert(1)> -->",
    "comment-conditional": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"
    "<!--[if !IE]>--><img src=x onerror=alert(1)>",
    "comment-processing": "<?xml version='1.0'?><?php ><img src=x onerror=alert(1)> ?>",
    "cdata": "<![CDATA[<script>alert(1)</script>]]><![CDATA[>]]><img src=x onerror=alert(1)>",
    "cdata-in-svg": "<svg><![CDATA[</svg><img src=x onerror=alert(1)>]]>",
    "cdata-in-style": "<style><![CDATA[</style><img src=x onerror=alert(1)>]]></style>",
    "cdata-attribute": "<p title='<![CDATA['><style title=']]></style><img src=x onerror=alert(1)>'></style>",
    # The old editor's own marks: what it hides while one edits, and puts back.
    "protected-attribute": "<p data-cke-pa-onclick='alert(1)' data-cke-pa-onmouseover='alert(1)'>x</p>",
    "protected-href": "<a href='https://x.example/' data-cke-saved-href='javascript:alert(1)'>a</a>",
    "protected-name": "<cke:img src=x onerror=alert(1)></cke:img><cke:script>alert(1)</cke:script>",
    "protected-source": "<!--{cke_protected}%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E-->",
    "protected-comment": "<!--{cke_protected}{C}%3C!--%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E--%3E-->",
    "protected-twice": "<!--{cke_protected}%3C!--%7Bcke_protected%7D"
    "%253Cscript%253Ealert(1)%253C%252Fscript%253E--%3E-->",
    "protected-encoded": "<cke:encoded>%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E</cke:encoded>",
    "fake-object": "<img data-cke-realelement='%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E' data-cke-real-node-type=1 "
    "data-cke-real-element-type='iframe' class='cke_iframe' src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "widget": '<figure data-widget="image" '
    'data-cke-widget-data="%7B%22x%22%3A%22%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22%7D">'
    "<img src=x onerror=alert(1)></figure>",
    "bookmark": "<span data-cke-bookmark=1 onclick=alert(1) id='cke_bm_1'>&nbsp;</span>",
    # Words that become markup once they are read twice, and templates.
    "escaped": "&lt;img src=x onerror=alert(1)&gt;",
    "escaped-twice": "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "jinja": "{{ 7*7 }}{% debug %}{{ ''.__class__ }}{{ self }}",
    "json-closes": "</script><img src=x onerror=alert(1)>\u2028alert(1)",
    "csv-formula": '=HYPERLINK("javascript:alert(1)","x")',
}
# Not without a click, and not in every browser.
STILL = {
    *("script-unclosed", "cdata-in-svg", "cdata-attribute"),
    *(
        "img-nul",
        "allowed-attribute",
        "href-no-break-space",
        "href-data",
        "href-data-base64",
        "href-vbscript",
    ),
    *("href-of-another-host", "href-quote", "href-apostrophe", "base", "refresh", "iframe-data"),
    *(
        "object-javascript",
        "object-data",
        "style-import",
        "style-expression",
        "math-mglyph",
        "math-malignmark",
    ),
    *("math-href", "svg-use", "svg-foreign", "noscript", "animation", "svg-animate"),
    *("protected-attribute", "protected-href", "protected-name", "protected-source", "protected-comment"),
    *("protected-twice", "protected-encoded", "fake-object"),
    *("escaped", "escaped-twice", "jinja", "csv-formula", "select-in-table", "popover", "script-in-parts"),
}
RUN = set(PAYLOADS) - STILL
