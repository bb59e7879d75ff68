from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recognition", "0011_carry_decisions_over")]

    operations = [
        migrations.RemoveField(
            model_name='decision',
            name='considered',
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), ('type', 'refusal'), _negated=True), models.Q(models.Q(('why_not', {}), _negated=True), models.Q(('later_measures', ''), _negated=True)), _connector='OR'), name='decision_refusal_names_alternatives_and_measures'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), ('type', 'alternative'), _negated=True), ('other_module__isnull', False), _connector='OR'), name='decision_alternative_names_module'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), ('type', 'advanced_entry'), _negated=True), ('entry_semester__gt', 1), _connector='OR'), name='decision_entry_names_semester'),
        ),
    ]
