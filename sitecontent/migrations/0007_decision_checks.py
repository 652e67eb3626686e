"""What the checks said when a decision was made. Earlier decisions keep none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sitecontent", "0006_remarks")]

    operations = [
        # Without a default, so that SQLite adds a column and does not make the table, with its guards, anew.
        migrations.AddField(
            model_name="decision",
            name="checks",
            field=models.JSONField(editable=False, null=True),
        ),
    ]
