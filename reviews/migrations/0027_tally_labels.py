"""The labels of totals as JSON; they were as Prometheus writes them."""

import json
import re
from typing import Any

from django.db import migrations, models

_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_WRITTEN = {"n": "\n"}


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _WRITTEN.get(found[1], found[1]), text)


def as_json(apps: Any, _schema_editor: Any) -> None:
    for tally in apps.get_model("reviews", "Tally").objects.exclude(labels__startswith="{"):
        labels = {name: _plain(value) for name, value in _LABEL.findall(tally.labels)}
        tally.labels = json.dumps(labels, sort_keys=True)
        tally.save(update_fields=("labels",))


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0026_look_up_obstacles'),
    ]

    operations = [
        migrations.AlterField(
            model_name='tally',
            name='labels',
            field=models.CharField(default='{}', max_length=200),
        ),
        migrations.RunPython(as_json, migrations.RunPython.noop),
    ]
