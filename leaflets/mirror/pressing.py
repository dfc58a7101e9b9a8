"""Presses the answers at an address: all that the public can be told there, made ready in one go."""

from leaflets import pages, paper, public
from leaflets.mirror import addresses
from leaflets.mirror.answers import ready
from leaflets.mirror.asking import ask
from leaflets.mirror.generation import Pages
from leaflets.mirror.withdrawals import UNSURE
from leaflets.models import Kind

# Answers that stand at no address of their own: their names begin with no slash.
WRONG_HOST, NOT_FOUND, NOT_ALLOWED, UNAVAILABLE = "400", "404", "405", "503"
LATER = {"Cache-Control": "no-store", "Retry-After": "30"}


def site():
    """Return the Pages that belong to no leaflet: the list of leaflets, the feed, what is said where nothing stands."""
    answers = {path: ask(path) for path in addresses.of_the_site()}
    answers[NOT_FOUND], answers[NOT_ALLOWED] = ask("/-/"), ask("/", "POST")
    text = "This part of the site cannot answer now. The leaflets can be read as always. Try again in a few minutes."
    answers[UNAVAILABLE] = later(answers["/"], pages.error("Not available at the moment", text))
    text = "This site does not answer under the name that it was asked by. Look at the address again."
    answers[WRONG_HOST] = wrong(answers["/"], pages.error("This request could not be read", text))
    return Pages(None, False, answers)


def leaflet(slug):
    """Return the Pages of the leaflet at `slug`, but for those of printed copies, and the file of each PDF by path.

    A PDF is made beside the site, and is there or will be. What is withdrawn or has moved has none, and says so.
    """
    with public.one_state():
        return _leaflet(slug)


def _leaflet(slug):
    decision = public.decision(slug)
    files = papers(slug, decision)
    there = () if files else addresses.PAPERS.values()
    answers = {path: ask(path) for path in (each.format(slug) for each in (*addresses.OF_A_LEAFLET, *there))}
    answers[UNSURE] = later(answers[f"/{slug}/"], pages.unsure(decision.edition))
    return Pages(decision.takes_effect, decision.kind == Kind.WITHDRAWN, answers), files


def papers(slug, decision=None):
    """Return the file of each PDF of the leaflet at `slug`, by path; none where its `decision`, if known, has none."""
    decision = decision or public.decision(slug)
    if decision is None or decision.kind == Kind.WITHDRAWN or decision.edition.slug != slug:
        return {}
    rendering = public.rendering(decision)
    return {path.format(slug): paper.path_of(rendering, form) for form, path in addresses.PAPERS.items()}


def copies(slug):
    """Return the answers, by path, to everybody with a printed copy of the leaflet at `slug`."""
    with public.one_state():
        return {path: ask(path) for path in (f"/e/{code}/" for code in addresses.codes(slug))}


def wrong(like, page):
    """Return the Answer to what was asked wrongly: `page`, HTML, with the headers of the Answer `like`."""
    headers = {**dict(like.headers), "Cache-Control": "no-store"}
    return ready("400 Bad Request", tuple(headers.items()), page.encode())


def later(like, page):
    """Return the Answer that asks to come back later: `page`, HTML, with the headers of the Answer `like`."""
    headers = {**dict(like.headers), **LATER, "Content-Type": "text/html; charset=utf-8"}
    return ready("503 Service Unavailable", tuple(headers.items()), page.encode())
