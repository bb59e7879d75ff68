"""Carry over: the decision that holds, those who stepped back, the rules as they were."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone

EVERY_TYPE = ["full", "inclusion", "partial", "refusal"]


def carry_over(apps, schema_editor):
    Decision = apps.get_model("recognition", "Decision")
    Line = apps.get_model("recognition", "Line")
    Policy = apps.get_model("recognition", "Policy")
    Recusal = apps.get_model("recognition", "Recusal")
    Review = apps.get_model("recognition", "Review")
    for decision in Decision.objects.filter(state="signed").select_related("line").iterator():
        Line.objects.filter(pk=decision.line_id).update(decision=decision)
        Decision.objects.filter(pk=decision.pk).update(body=decision.line.committee_id)
    # Cases keep the rules they began under: the chair decided everything alone.
    Policy.objects.update(
        objection_days=F("appeal_days"),
        delegation={"chair": EVERY_TYPE, "course_director": []},
    )
    for review in Review.objects.filter(state="recused").exclude(conflict="").iterator():
        Recusal.objects.create(
            line_id=review.line_id,
            user_id=review.reviewer_id,
            origin="declared",
            reason=review.conflict,
            raised_at=review.declared_at or timezone.now(),
            raised_by_id=review.reviewer_id,
            is_upheld=True,
        )


class Migration(migrations.Migration):
    dependencies = [("recognition", "0003_recognition_in_full")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
