from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("credentials", "0012_education_systems")]
    operations = [migrations.RemoveField(model_name="institution", name="system_note")]
