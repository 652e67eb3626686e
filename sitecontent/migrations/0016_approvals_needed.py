"""How many approvals a revision takes, why, and what was ticked; and the guards that hold the number."""

from django.db import migrations, models

from sitecontent.models import guards


def create(apps, schema_editor):
    for statement in guards.create(schema_editor.connection.vendor, guards.APPROVALS):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in guards.drop(schema_editor.connection.vendor, guards.APPROVALS):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("sitecontent", "0015_finding_noted_as")]

    operations = [
        # Without defaults, so that SQLite adds columns and does not make the tables, with their guards, anew.
        migrations.AddField(
            model_name="revision",
            name="approvals_needed",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="approvals_needed",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="two_because",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="ticked",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.RunPython(create, drop),
    ]
