import http.client
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError

from history import anchors
from leaflets.verify import CHAINS

PATIENCE_SECONDS = 10
LETTER = """This is an anchor of the history of the self-help leaflets: where each of its chains ended when it was
written. Keep it. It proves later that nothing up to here was rewritten, removed or restored from an older backup:
put the line below into a file and run manage.py verify_history --anchors FILE

{}
"""


class Command(BaseCommand):
    help = "Write an anchor now, and send it where the owner of the database cannot change it."

    def add_arguments(self, parser):
        parser.add_argument("--mail", metavar="ADDRESS", help="mail it there too")
        parser.add_argument(
            "--post", metavar="URL", help="post it there too, as application/json; https only"
        )

    def handle(self, *, mail, post, **options):
        address = post and self._checked(post)
        try:
            line = anchors.write(CHAINS)
        except OSError as error:
            raise CommandError(
                f"{settings.ANCHOR_FILE} cannot be written: {error.strerror or error}."
            ) from error
        self.stdout.write(line)
        try:
            if mail:
                send_mail("Anchor of the leaflets' history", LETTER.format(line), None, [mail])
            if address:
                self._post(address, line)
        except (OSError, http.client.HTTPException) as error:
            raise CommandError(f"The anchor is written, but was not sent: {error}. Try again.") from error

    def _checked(self, url):
        try:
            address = urlsplit(url)
            usable = address.scheme == "https" and address.hostname and "@" not in address.netloc
            usable = usable and (address.port or True)
        except ValueError:
            usable = False
        if not usable:
            raise CommandError("--post: give an address that begins with https:// and holds no user name.")
        return address

    def _post(self, address, line):
        connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=PATIENCE_SECONDS)
        try:
            path = (address.path or "/") + (f"?{address.query}" if address.query else "")
            connection.request("POST", path, f"{line}\n".encode(), {"Content-Type": "application/json"})
            status = connection.getresponse().status
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise OSError(f"{address.hostname} answered {status}")
