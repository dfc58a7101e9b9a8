from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from leaflets import links
from leaflets.asking import Asker


class Command(BaseCommand):
    help = (
        "Ask every web address in the live editions and in the drafts whether it answers. Run it every day: editors "
        "are warned of an address once it failed on two different days."
    )

    def add_arguments(self, parser):
        limits = links.Limits()
        parser.add_argument("--seconds", type=_positive, default=10, help="at most for one address (10)")
        parser.add_argument(
            "--whole", type=_positive, default=limits.seconds, help="at most for all together (600)"
        )
        parser.add_argument(
            "--pause", type=_positive, default=limits.pause, help="between two askings of one host (1)"
        )
        parser.add_argument(
            "--at-once", type=_few, default=limits.at_once, help="hosts asked at once (8; 32 at most)"
        )

    def handle(self, *, seconds, whole, pause, at_once, **options):
        used = links.in_use()
        if not used:
            self.stdout.write("There is no web address in the live editions and the drafts.")
            return
        given = links.answers(used, Asker(seconds).ask, links.Limits(whole, at_once, pause))
        if not any(answer.reached for answer in given.values()):
            raise CommandError(
                f"Nothing at all could be reached, of {len(used)} addresses: this machine seems to have no way to the "
                "internet. Nothing was changed."
            )
        links.keep(given, used)
        for line in _lines(given, len(used)):
            self.stdout.write(line)


def _lines(given, asked):
    failed = {address: answer.problem for address, answer in sorted(given.items()) if answer.problem}
    shy = {address: answer.note for address, answer in sorted(given.items()) if answer.note}
    yield f"Asked: {len(given)} of {asked} addresses. Did not answer: {len(failed)}."
    yield from (f"{address}: {problem}" for address, problem in failed.items())
    if shy:
        yield "These answer, but refuse programs. Open them yourself:"
        yield from (f"{address}: {note}" for address, note in shy.items())
    if len(given) < asked:
        yield f"No time was left for {asked - len(given)}: they come first the next time."


def _positive(text):
    return _number(text, float, 86_400)


def _few(text):
    return _number(text, int, 32)


def _number(text, kind, most):
    try:
        number = kind(text)
    except ValueError:
        number = 0
    if not 0 < number <= most:
        raise ArgumentTypeError(f"give a number above 0, {most} at most")
    return number
