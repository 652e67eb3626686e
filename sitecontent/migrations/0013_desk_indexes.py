"""Indexes with which the desk stays quick at 50,000 revisions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sitecontent", "0012_questions_asked_in_lists")]

    operations = [
        migrations.AddIndex(model_name="decision", index=models.Index(fields=["decided_at"], name="decision_decided")),
        migrations.AddIndex(model_name="revision", index=models.Index(fields=["origin"], name="revision_origin")),
    ]
