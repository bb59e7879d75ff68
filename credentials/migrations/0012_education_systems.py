from django.db import migrations


def carry_over(apps, schema_editor):
    """Keep what an institution says of its own higher education system, now by country."""
    institutions = apps.get_model("credentials", "Institution").objects.exclude(system_note={})
    apps.get_model("credentials", "EducationSystem").objects.bulk_create(
        apps.get_model("credentials", "EducationSystem")(
            institution=one, country=one.country, text=one.system_note
        )
        for one in institutions
        if any(one.system_note.values())
    )


class Migration(migrations.Migration):
    dependencies = [("credentials", "0011_documents_of_graduates")]
    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
