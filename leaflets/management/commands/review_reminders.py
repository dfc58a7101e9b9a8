from django.core.management.base import BaseCommand, CommandError

from leaflets import reminders


class Command(BaseCommand):
    help = (
        "Mail what is overdue for review or due within a month to Editors and Reviewers. Run it every day: it repeats "
        "itself weekly at most, and days on which it did not run are caught up."
    )

    def handle(self, **options):
        found = reminders.to_remind()
        if not found:
            self.stdout.write("Nobody needs reminding today.")
            return
        sent, failed = reminders.remind(found)
        if not sent:
            raise CommandError(
                f"Due for review: {len(found)}. But nobody was mailed: "
                + ("see the log, and run this again." if failed else "no Editor or Reviewer has an address.")
            )
        self.stdout.write(f"Due for review: {len(found)}. Mailed: {sent} of {sent + failed} people.")
        if failed:
            raise CommandError(f"Mails that were not sent: {failed}. See the log.")
