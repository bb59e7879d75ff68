from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("recognition", "0016_questions_become_items")]

    operations = [
        migrations.RemoveField(model_name="informationrequest", name="asked"),
        migrations.RemoveField(model_name="informationrequest", name="answer"),
        migrations.RemoveField(model_name="informationrequest", name="documents"),
    ]
