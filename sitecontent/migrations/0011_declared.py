"""What somebody said of themselves when they decided: bio and interests. Earlier decisions keep none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sitecontent", "0010_discussion"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="declared",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="reviewerprofile",
            name="bio",
            field=models.TextField(
                blank=True, help_text="Public: it stands beside “Reviewed by” on what is approved from now on."
            ),
        ),
        migrations.AlterField(
            model_name="reviewerprofile",
            name="interests",
            field=models.TextField(
                blank=True, help_text="Declared interests, public like the bio; write “none” when there are none."
            ),
        ),
    ]
