"""When the review page was last open before a user."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reviews", "0049_review_stages")]

    operations = [
        migrations.AddField(
            model_name="lastlook",
            name="at",
            field=models.DateTimeField(null=True),
        ),
    ]
