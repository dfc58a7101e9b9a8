"""How nginx serves the mirror as this site answers: a file to include in a server block, written with each generation.

What differs from the most common answer of its kind has a location of its own. Until nginx has read it again after a
change, the bytes are right already; only a status, such as 410 instead of 200, is late.
"""

from collections import Counter

HEAD = """\
# Written with each generation of the mirror. Include it in a server block, and reload nginx when it has changed.
root {root}/current/site;
absolute_redirect off;
charset utf-8;
charset_types text/plain text/javascript application/atom+xml;
gzip_static on;
gzip_vary on;
types {{ text/html html; }}
error_page 404 /404.html;
location = /404.html {{
    internal;
    root {root}/current/other/site;
{missing}}}
location ~ /index\\.html$ {{
    internal;
{html}}}
location ~ /$ {{
    try_files $uri/index.html =404;
{html}}}
location / {{
    try_files $uri @slash;
}}
location @slash {{
    if (-f $document_root$uri/index.html) {{
        return 301 $uri/$is_args$args;
    }}
    return 404;
}}
"""
# nginx says these itself.
ITS_OWN = {"Content-Type", "Content-Length", "ETag", "Vary"}


def configuration(generation, root):
    """Return the file to include, for the mirror below `root`, as text."""
    answers = generation.by_path()
    usual = _usual(answers)
    # A location cannot lead to itself: what is no page and not there is shown by the page that says the same.
    pages = {answer.digest: f"{path}index.html" for path, answer in answers.items() if path.endswith("/")}
    missing = generation.pages[""].answers["404"].headers
    parts = [HEAD.format(root=root, missing=_headers(missing), html=_headers(usual["html"]))]
    parts += [_kind(kind, headers) for kind, headers in sorted(usual.items()) if kind != "html"]
    parts += [
        _location(path, answer, pages.get(answer.digest))
        for path, answer in sorted(answers.items())
        if answer.status != "200 OK" or answer.headers != usual[_kind_of(path)]
    ]
    return "".join(parts)


def _usual(answers):
    """The most common headers of each kind of file."""
    kinds = {}
    for path, answer in answers.items():
        kinds.setdefault(_kind_of(path), Counter())[answer.headers] += answer.status == "200 OK"
    return {kind: counted.most_common(1)[0][0] for kind, counted in kinds.items()}


def _kind_of(path):
    return "html" if path.endswith("/") else path.rpartition(".")[2]


def _kind(kind, headers):
    return f"location ~ \\.{kind}$ {{\n    try_files $uri @slash;\n{_type(headers)}{_headers(headers)}}}\n"


def _location(path, answer, page):
    number, said = answer.status[:3], dict(answer.headers)
    if "Location" in said:
        act = f"return {number} {said['Location']};"
    elif number == "200" or page is None:
        act = f"try_files {path}{'index.html' if path.endswith('/') else ''} =404;"
    else:
        act = f"error_page {number} {page};\n    return {number};"
    return f"location = {path} {{\n    {act}\n{_type(answer.headers)}{_headers(answer.headers)}}}\n"


def _type(headers):
    return f"    types {{ }}\n    default_type {dict(headers)['Content-Type'].partition(';')[0]};\n"


def _headers(headers):
    return "".join(
        f'    add_header {name} "{_quoted(value)}" always;\n'
        for name, value in headers
        if name not in ITS_OWN
    )


def _quoted(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "")
