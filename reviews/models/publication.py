"""Publishing a release: its images put where their addresses point, and what was found there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..pipeline.core.messages import Message
from .registry_target import RegistryTarget
from .release import Release
from .revision import Revision
from .run import Run, unfinished_index


class Place(models.TextChoices):
    """What kind of place a release is published to."""

    REGISTRY = "registry", _("a registry")
    LAYOUT = "layout", _("the local image store")
    NOWHERE = "nowhere", _("nowhere")


class Outcome(models.TextChoices):
    """What became of one image for one architecture."""

    PUSHED = "pushed", _("pushed")
    PRESENT = "present", _("present")
    MISSING = "missing", _("missing")
    NOT_ASKED = "not asked", _("not asked")


class Publication(Run):
    """One try to publish a release; a retry of an administrator makes another.

    ``address`` is the target's as it was then (``https://HOST``), "" where no registry is it.
    ``bytes_done`` of ``bytes_total`` of the layers are there; neither ever shrinks. ``step`` says
    what is being done, ``trouble`` what is in the way (both are dumped messages). At ``read_at``
    all was found where it should be; at ``published_at`` the release was out. One that used up
    its attempts, or cannot succeed, is stopped: an administrator decides. ``is_conflict`` says that
    a tag holds other content. ``lock`` and ``bill`` are names in the store: images.lock.json and
    the bill of materials.
    """

    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="publications", verbose_name=_("release")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("asked at")
    )
    place = models.CharField(max_length=10, choices=Place.choices, verbose_name=_("place"))
    target = models.ForeignKey(
        RegistryTarget,
        on_delete=models.SET_NULL,
        null=True,
        related_name="publications",
        verbose_name=_("target"),
    )
    address = models.CharField(max_length=270, blank=True, verbose_name=_("address"))
    bytes_done = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("bytes done")
    )
    bytes_total = models.PositiveBigIntegerField(
        default=0, editable=False, verbose_name=_("bytes total")
    )
    step = models.JSONField(null=True, editable=False, verbose_name=_("step"))
    trouble = models.JSONField(null=True, editable=False, verbose_name=_("trouble"))
    is_conflict = models.BooleanField(default=False, editable=False, verbose_name=_("is conflict"))
    read_at = models.DateTimeField(null=True, editable=False, verbose_name=_("read at"))
    published_at = models.DateTimeField(null=True, editable=False, verbose_name=_("published at"))
    chart = models.CharField(max_length=400, blank=True, editable=False, verbose_name=_("chart"))
    lock = models.CharField(max_length=200, blank=True, editable=False, verbose_name=_("lock"))
    bill = models.CharField(max_length=200, blank=True, editable=False, verbose_name=_("bill"))

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ("pk",)
        indexes = (unfinished_index("unfinished_publications"),)

    def __str__(self) -> str:
        return gettext("publication of %(revision)s") % {"revision": self.release.revision}

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more happens to it until an administrator decides."""
        return self.is_abandoned

    @property
    def registry(self) -> str:
        """``host[:port]`` of the registry, "" where it is none."""
        return self.address.rpartition("://")[2]

    @property
    def trouble_words(self) -> Message | None:
        """What is, or was last, in the way."""
        return None if self.trouble is None else Message.load(self.trouble)

    @property
    def step_words(self) -> Message | None:
        """What is being done."""
        return None if self.step is None else Message.load(self.step)

    @property
    def percent(self) -> int:
        """How much of the bytes is there, in whole hundredths rounded down."""
        return 100 * self.bytes_done // self.bytes_total if self.bytes_total else 0


class PublishedImage(models.Model):
    """One image for one architecture, or a chart (no architecture), as it was last found.

    ``digest`` is that of its own manifest, ``tag_digest`` that of what ``reference`` names.
    ``size`` are the bytes of its layers and configuration as the registry has them.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="images", verbose_name=_("publication")
    )
    reference = models.CharField(max_length=600, verbose_name=_("reference"))
    architecture = models.CharField(max_length=20, blank=True, verbose_name=_("architecture"))
    outcome = models.CharField(max_length=10, choices=Outcome.choices, verbose_name=_("outcome"))
    digest = models.CharField(max_length=80, blank=True, verbose_name=_("digest"))
    tag_digest = models.CharField(max_length=80, blank=True, verbose_name=_("tag digest"))
    size = models.PositiveBigIntegerField(default=0, verbose_name=_("size"))
    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("published image")
        verbose_name_plural = _("published images")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "reference", "architecture"), name="each_image_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.architecture}".strip()


class PublishedBlob(models.Model):
    """A layer that a repository has.

    ``diff_id`` names its plain content, ``digest`` what is stored.
    What is known here is neither compressed nor sent again; it is asked for before it counts.
    """

    registry = models.CharField(max_length=270)
    repository = models.CharField(max_length=300)
    diff_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    compression = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("registry", "diff_id", "repository", "digest"), name="each_blob_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}@{self.digest}"


class LookUp(Run):
    """Asking the registry, before the approval, what is there of what a revision pulls.

    ``trouble`` says why it could not be asked. ``obstacles`` are what would stop the publication
    of what is shipped: for each a ``reference`` and ``words`` (a dumped message). ``address`` is ""
    for the local image store, of which only these are asked.
    """

    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, related_name="look_up", verbose_name=_("revision")
    )
    asked_at = models.DateTimeField(
        default=timezone.now, editable=False, verbose_name=_("asked at")
    )
    address = models.CharField(max_length=270, blank=True, verbose_name=_("address"))
    trouble = models.JSONField(null=True, editable=False, verbose_name=_("trouble"))
    obstacles = models.JSONField(default=list, editable=False, verbose_name=_("obstacles"))

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        indexes = (unfinished_index("unfinished_look_ups"),)

    def __str__(self) -> str:
        return gettext("look-up for %(revision)s") % {"revision": self.revision}

    @property
    def registry(self) -> str:
        """``host[:port]`` of the registry, "" of the local image store."""
        return self.address.rpartition("://")[2]

    @property
    def trouble_words(self) -> Message | None:
        """Why it could not be asked; None where it was, or is still to be."""
        return None if self.trouble is None else Message.load(self.trouble)


class RegistryLookup(models.Model):
    """Whether the registry had one address of a revision; never part of its report."""

    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="lookups", verbose_name=_("revision")
    )
    reference = models.CharField(max_length=600, verbose_name=_("reference"))
    found = models.BooleanField(verbose_name=_("found"))
    architectures = models.JSONField(default=list, verbose_name=_("architectures"))
    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("image that was looked up")
        verbose_name_plural = _("images that were looked up")
        constraints = (
            models.UniqueConstraint(fields=("revision", "reference"), name="each_address_once"),
        )

    def __str__(self) -> str:
        return self.reference


def look_up_of(revision: Revision) -> LookUp | None:
    """The look-up for its addresses, None where there was none to do."""
    found: LookUp | None = getattr(revision, "look_up", None)
    return found
