from django.db import migrations


class Migration(migrations.Migration):
    """The triggers are installed after every migration (leaflets/guards.py), because SQLite may drop them in any."""

    dependencies = [("leaflets", "0001_initial")]

    operations = []
