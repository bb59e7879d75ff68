from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0005_kinds_of_minutes")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("upload", "Uploaded file"),
                    ("credential", "Credential as received"),
                    ("supplement", "Credit or module supplement"),
                    ("letter", "Decision letter"),
                    ("remedy", "Letter on an objection, appeal or annulment"),
                    ("diploma_page", "Micro-credentials page of the diploma supplement"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sign_award", "Signing a credential"),
                    ("award_supplement", "Making a supplement"),
                    ("line_documents", "Making the decision letter and supplements"),
                    ("remedy_letter", "Making a letter on an objection, appeal or annulment"),
                    ("delay_letter", "Making the letter on a delay"),
                    ("diploma_pages", "Making micro-credentials pages"),
                ],
                max_length=20,
            ),
        ),
    ]
