"""What the new columns hold for rows that were there before them."""

from zoneinfo import ZoneInfo

from django.db import migrations

REPORTS = ("card_mismatch", "unlawful_operation", "illegal_ambulance", "siren_misuse")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def fill(apps, schema_editor):
    Complaint = apps.get_model("complaints", "Complaint")
    Complaint.objects.filter(kind__in=REPORTS).update(nature="report")
    Complaint.objects.filter(kind="praise").update(nature="praise")
    Event = apps.get_model("complaints", "ComplaintEvent")
    Event.objects.filter(action__in=["submit", "add_material", "withdraw"]).update(
        side="complainant", audience="complainant"
    )
    for complaint in Complaint.objects.filter(state="withdrawn").only("pk").iterator(1000):
        last = Event.objects.filter(complaint_id=complaint.pk, action="withdraw").order_by("-at").first()
        Complaint.objects.filter(pk=complaint.pk).update(closed_at=last.at if last else None)
    Handling = apps.get_model("complaints", "Handling")
    for handling in Handling.objects.only("pk", "opened_at", "closed_at").iterator(1000):
        Handling.objects.filter(pk=handling.pk).update(updated_at=handling.closed_at or handling.opened_at)
    Deadline = apps.get_model("complaints", "Deadline")
    accepted_by = dict(Deadline.objects.filter(step="acceptance").values_list("handling_id", "due_on"))
    for deadline in Deadline.objects.select_related("handling__complaint").iterator(1000):
        received = deadline.handling.complaint.received_at.astimezone(SHANGHAI).date()
        starts_on = accepted_by.get(deadline.handling_id, received) if deadline.step == "decision" else received
        Deadline.objects.filter(pk=deadline.pk).update(starts_on=starts_on)
    for handling in Handling.objects.exclude(closed_at=None).only("pk", "closed_at").iterator(1000):
        Deadline.objects.filter(handling_id=handling.pk, met_at=None).update(met_at=handling.closed_at)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_handling")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
