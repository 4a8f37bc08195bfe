"""The database refuses to change or remove rows of the audit record.

A later migration that rebuilds one of the two tables on SQLite loses its triggers: let it call
`audit_guards.remove` before and `audit_guards.install` after. A test of the migrated database finds it missing.
"""

from django.db import migrations, models

from accounts import audit_guards


def install(apps, schema_editor):
    audit_guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    audit_guards.remove(schema_editor.connection)


def begin(apps, schema_editor):
    apps.get_model("accounts", "AuditHead").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_people_and_audit")]

    operations = [
        migrations.AddIndex("auditrow", models.Index(fields=["action", "number"], name="audit_deed")),
        migrations.AddIndex("auditrow", models.Index(fields=["at"], name="audit_at")),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
