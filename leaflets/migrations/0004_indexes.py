from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leaflets", "0003_renderings")]

    operations = [
        migrations.AddIndex("edition", models.Index(fields=["slug", "leaflet"], name="editions_by_slug")),
        migrations.AddIndex("edition", models.Index(fields=["leaflet", "digest"], name="editions_by_digest")),
        migrations.AddIndex(
            "event",
            models.Index(fields=["edition", "kind", "sequence", "takes_effect", "at"], name="events_by_edition"),
        ),
    ]
