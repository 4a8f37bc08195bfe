"""Whoever stepped aside before does not read of the case in the audit record either."""

from django.db import migrations


def fill(apps, schema_editor):
    Recusal = apps.get_model("complaints", "Recusal")
    AuditRecusal = apps.get_model("accounts", "AuditRecusal")
    rows = Recusal.objects.values_list("user_id", "complaint_id", "complaint__reference")
    AuditRecusal.objects.bulk_create(
        [
            AuditRecusal(user_id=user, object_type="complaints.Complaint", object_id=str(complaint), name=reference)
            for user, complaint, reference in rows
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_review_of_an_answer"), ("accounts", "0007_audit_recusals")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
