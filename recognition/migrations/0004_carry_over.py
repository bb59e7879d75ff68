"""Carry over what was kept before: versions, recusals, rules, reasons, and questions as items."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone

EVERY_TYPE = ["full", "inclusion", "partial", "refusal"]


def versions_and_recusals(apps, schema_editor):
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


def what_was_considered(apps, schema_editor):
    Decision = apps.get_model("recognition", "Decision")
    LineSource = apps.get_model("recognition", "LineSource")
    for decision in Decision.objects.exclude(considered="").iterator():
        # One text said it of all other decisions; the part is the nearest to a refusal.
        Decision.objects.filter(pk=decision.pk).update(why_not={"partial": decision.considered})
    LineSource.objects.filter(credential__origin="award").update(authenticity="verified")


def to_items(apps, schema_editor):
    Request = apps.get_model("recognition", "InformationRequest")
    Item = apps.get_model("recognition", "InformationItem")
    for request in Request.objects.prefetch_related("documents").iterator(chunk_size=500):
        texts = [text.strip() for text in request.asked.splitlines() if text.strip()]
        if request.answered_at is not None:
            # One answer to all: only as one item does it stay the answer to what was asked.
            texts = ["\n".join(texts)]
        for position, text in enumerate(texts or [request.asked], start=1):
            item = Item.objects.create(
                request=request,
                position=position,
                text=text,
                answer=request.answer,
                answered_at=request.answered_at,
            )
            item.documents.set(request.documents.all())


class Migration(migrations.Migration):
    dependencies = [("recognition", "0003_recognition_in_full")]

    operations = [
        migrations.RunPython(versions_and_recusals, migrations.RunPython.noop),
        migrations.RunPython(what_was_considered, migrations.RunPython.noop),
        migrations.RunPython(to_items, migrations.RunPython.noop),
    ]
