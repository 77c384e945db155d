"""What partners have been shown of each revision. What happened before drafts were is shown."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max


def show_what_happened(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let all that is there now count as shown: later rows have higher numbers."""
    last = {
        field: apps.get_model("reviews", model).objects.aggregate(last=Max("pk"))["last"] or 0
        for field, model in (
            ("decisions_shown", "Decision"),
            ("comments_shown", "Comment"),
            ("events_shown", "Event"),
        )
    }
    apps.get_model("reviews", "Revision").objects.update(**last)


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0029_preferences'),
    ]

    operations = [
        migrations.AddField(
            model_name='revision',
            name='decisions_shown',
            field=models.PositiveBigIntegerField(default=0, editable=False, verbose_name='decisions shown'),
        ),
        migrations.AddField(
            model_name='revision',
            name='comments_shown',
            field=models.PositiveBigIntegerField(default=0, editable=False, verbose_name='comments shown'),
        ),
        migrations.AddField(
            model_name='revision',
            name='events_shown',
            field=models.PositiveBigIntegerField(default=0, editable=False, verbose_name='events shown'),
        ),
        migrations.AddField(
            model_name='portalpolicy',
            name='shows_reviewers',
            field=models.BooleanField(default=False, help_text='Otherwise they read “a reviewer” wherever one decided or said something.', verbose_name="partners see reviewers' names"),
        ),
        migrations.RunPython(show_what_happened, migrations.RunPython.noop),
    ]
