"""Each line of an open question becomes an item; one that was answered stays whole."""

from django.db import migrations


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


def to_texts(apps, schema_editor):
    Request = apps.get_model("recognition", "InformationRequest")
    for request in Request.objects.prefetch_related("items__documents").iterator(chunk_size=500):
        items = sorted(request.items.all(), key=lambda item: item.position)
        request.asked = "\n".join(item.text for item in items)
        request.answer = "\n".join(item.answer for item in items if item.answer)
        request.save(update_fields=["asked", "answer"])
        request.documents.set({d.pk for item in items for d in item.documents.all()})


class Migration(migrations.Migration):
    dependencies = [("recognition", "0015_ask_and_assess")]

    operations = [migrations.RunPython(to_items, to_texts)]
