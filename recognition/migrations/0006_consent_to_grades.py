from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recognition', '0005_once_carried_over'),
    ]

    operations = [
        migrations.AddField(
            model_name='annulment',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='committee',
            name='required_group',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='decision',
            name='grade_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='grade_word',
            field=models.CharField(blank=True, choices=[('taken', 'Taken over'), ('left', 'Recorded without a grade')], max_length=5),
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='line',
            name='seen_files',
            field=models.ManyToManyField(blank=True, related_name='+', to='credentials.document'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('grade_word', ''), ('grade_until__isnull', False), _connector='OR'), name='decision_grade_word_was_asked'),
        ),
    ]
