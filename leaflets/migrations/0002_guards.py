from django.db import migrations

from leaflets import guards


def install(apps, schema_editor):
    guards.install(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("leaflets", "0001_initial")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
