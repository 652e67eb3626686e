"""Put the triggers in place that keep the ledger append-only and the four eyes open."""

from django.db import migrations

from sitecontent.models import guards


def create(apps, schema_editor):
    for statement in guards.create(schema_editor.connection.vendor, guards.FIRST):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in guards.drop(schema_editor.connection.vendor, guards.FIRST):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("sitecontent", "0001_records")]

    operations = [migrations.RunPython(create, drop)]
