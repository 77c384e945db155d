"""Mails to reviewers from whom a package was taken, and for messages."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0054_lists_in_every_order'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoingmail',
            name='kind',
            field=models.CharField(choices=[('turn', 'It is your turn'), ('queue', 'New in the queue'), ('taken', 'Taken over from you'), ('message', 'Messages to you'), ('decided', 'Approved or rejected'), ('returned', 'Returned to you'), ('released', 'Released or suspended'), ('failed', 'Failed work'), ('daily', 'Daily mail'), ('invitation', 'Invitation')], max_length=12, verbose_name='kind'),
        ),
    ]
