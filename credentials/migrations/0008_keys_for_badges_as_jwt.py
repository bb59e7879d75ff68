
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0007_suspended_and_heard'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='issuerkey',
            name='issuer_one_active_key',
        ),
        migrations.AddField(
            model_name='issuerkey',
            name='type',
            field=models.CharField(choices=[('Ed25519', 'Ed25519, for embedded proofs'), ('RSA', 'RSA, for badges as JWT')], default='Ed25519', max_length=8),
        ),
        migrations.AlterField(
            model_name='issuerkey',
            name='public_multibase',
            field=models.CharField(max_length=1600),
        ),
        migrations.AlterField(
            model_name='signedform',
            name='format',
            field=models.CharField(choices=[('ob3-eddsa-rdfc-2022', 'Open Badges 3.0, embedded proof'), ('ob3-jwt-rs256', 'Open Badges 3.0, JWT')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='issuerkey',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('institution', 'type'), name='issuer_one_active_key'),
        ),
    ]
