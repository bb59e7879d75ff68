from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("credentials", "0011_education_systems")]
    operations = [migrations.RemoveField(model_name="institution", name="system_note")]
