"""Name the reviewer of what was returned or approved before reviewers were kept."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery

COMING_BACK = ("received", "processing", "refused", "returned", "approved", "publishing")
HOLDING = ("claim", "unclaim", "return", "approve")


def name_reviewers(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever had it last, unless that one has given it back."""
    submissions = apps.get_model("reviews", "Submission").objects
    events = apps.get_model("reviews", "Event").objects
    last = events.filter(submission=OuterRef("pk"), verb__in=HOLDING).order_by("-pk")
    waiting = submissions.filter(state__in=COMING_BACK, reviewer=None)
    held = waiting.annotate(last=Subquery(last.values("verb")[:1])).exclude(last="unclaim")
    keys = list(held.exclude(last=None).values_list("pk", flat=True))
    for start in range(0, len(keys), 500):
        chosen = submissions.filter(pk__in=keys[start : start + 500])
        chosen.update(reviewer=Subquery(last.values("by")[:1]))


class Migration(migrations.Migration):

    dependencies = [("reviews", "0050_who_is_looking")]

    operations = [migrations.RunPython(name_reviewers, migrations.RunPython.noop)]
