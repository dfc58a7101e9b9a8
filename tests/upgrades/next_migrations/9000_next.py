"""What a release may do while this one runs: it adds, and takes its time. SQLite rebuilds both tables for it."""

import pkgutil
import time

from django.db import migrations, models

from leaflets import migrations as ours

SECONDS = 1.5


class Migration(migrations.Migration):
    dependencies = [("leaflets", max(each.name for each in pkgutil.iter_modules(ours.__path__)))]
    operations = [
        migrations.AlterField("event", "kind", models.CharField(max_length=40)),
        migrations.AddField("leaflet", "next", models.CharField(max_length=80, null=True)),
        migrations.AddIndex("event", models.Index(fields=["kind", "at"], name="events_of_a_kind_next")),
        migrations.RunPython(lambda apps, schema_editor: time.sleep(SECONDS), migrations.RunPython.noop),
    ]
