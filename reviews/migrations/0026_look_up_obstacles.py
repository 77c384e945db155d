from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0023_sandbox_layers'),
    ]

    operations = [
        migrations.AddField(
            model_name='lookup',
            name='obstacles',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AlterField(
            model_name='lookup',
            name='address',
            field=models.CharField(blank=True, max_length=270),
        ),
    ]
