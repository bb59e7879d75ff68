from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recognition", "0004_versions_and_recusals")]

    operations = [
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['annulled', 'auto_decided', 'closed', 'condition_pending', 'decided', 'notified', 'recorded']), _negated=True), ('decision__isnull', False), _connector='OR'), name='line_decided_has_decision'),
        ),
    ]
