"""The administrators' pages about publishing: targets, publications, and what the storage holds."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .actions import ActionDenied
from .actions.retrying import retry
from .admin_pages import Page, ReadOnly, ReadOnlyInline
from .connection_test import tested
from .models import (
    LookUp,
    Place,
    Publication,
    PublishedImage,
    RegistryLookup,
    RegistryTarget,
    Service,
)
from .models.policy import registry_of
from .publish_targets import of_row
from .queries.storage_use import with_storage_use

if TYPE_CHECKING:
    TargetForm = forms.ModelForm[RegistryTarget]
else:
    TargetForm = forms.ModelForm


class RegistryTargetForm(TargetForm):
    """A target; its password goes in and never comes out."""

    password = forms.CharField(
        label=_("Password or token"),
        required=False,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Never shown again. Empty: as it is; type it again when the address or the user"
            " changes, or the secret key of the portal has changed. The portal's own target has"
            " PORTAL_PUBLISH_USER and PORTAL_PUBLISH_PASSWORD instead."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what could not publish: another registry than addresses lead to, above all."""
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        self._check_secret(given)
        self._check_certificates(given["ca"])
        self._keep_secret(given)
        if self.errors:
            return given
        for name in self._meta.fields or ():
            if name != "password":
                setattr(self.instance, name, given[name])
        wanted = registry_of(given["organisation"])
        objection = of_row(self.instance).objection_for(wanted)
        if objection is not None:
            self.add_error("address", objection.text(gettext))
        return given

    def _check_secret(self, given: dict[str, Any]) -> None:
        if given["organisation"] is None and (given["user"] or given["password"]):
            words = gettext(
                "The portal's own target has its user and password from PORTAL_PUBLISH_USER and"
                " PORTAL_PUBLISH_PASSWORD: leave both empty here."
            )
            self.add_error("user", words)
        elif given["password"] and not given["user"]:
            self.add_error("user", gettext("Whose password is it?"))

    def _check_certificates(self, pem: str) -> None:
        if not pem:
            return
        try:
            ssl.create_default_context(cadata=pem)
        except (ssl.SSLError, ValueError):
            self.add_error("ca", gettext("These are no certificates in PEM form."))

    def _keep_secret(self, given: dict[str, Any]) -> None:
        """A password is only for the address and the user that it was typed for."""
        is_other = {"address", "user", "organisation"} & set(self.changed_data)
        if given.get("password"):
            self.instance.keep_password(given["password"])
        elif is_other and self.instance.sealed_password:
            self.instance.keep_password("")
            if given.get("user"):
                words = gettext("Type the password again: it was for another address or user.")
                self.add_error("password", words)

    class Meta:
        model = RegistryTarget
        fields = (
            "organisation",
            "address",
            "user",
            "password",
            "dialect",
            "compression",
            "name_pattern",
            "layer_limit",
            "push_charts",
            "ca",
        )


@admin.register(RegistryTarget)
class RegistryTargetAdmin(Page):
    """Where releases are published; without a row, where the settings say."""

    form = RegistryTargetForm
    list_display = ("address", "organisation", "dialect", "compression", "push_charts", "secret")
    list_select_related = ("organisation",)
    actions = ("test",)
    change_form_template = "admin/registry_target.html"

    @admin.display(description=_("password"))
    def secret(self, target: RegistryTarget) -> str:
        """Whether there is one, and whether it can be opened."""
        if target.organisation_id is None:
            return gettext("from the settings")
        if target.password is None:
            return gettext("sealed with another secret key: type it again")
        return gettext("kept") if target.password else gettext("none")

    @admin.action(description=_("Test the connection"))
    def test(self, request: HttpRequest, chosen: QuerySet[RegistryTarget]) -> None:
        """Reach each of them, and show what became of it."""
        for target in chosen:
            self._show_test(request, target)

    def _show_test(self, request: HttpRequest, target: RegistryTarget) -> None:
        level, words = tested(of_row(target), target.address)
        self.message_user(request, words, level)

    def response_change(self, request: HttpRequest, obj: RegistryTarget) -> HttpResponse:
        """After saving, test the connection where that was asked."""
        if "_test" in request.POST:
            self._show_test(request, obj)
            return redirect("admin:reviews_registrytarget_change", obj.pk)
        return super().response_change(request, obj)


class PublishedImageInline(ReadOnlyInline):
    """What a publication found."""

    model = PublishedImage
    fields = ("reference", "architecture", "outcome", "digest", "size", "at")
    show_change_link = False


@admin.register(Publication)
class PublicationAdmin(ReadOnly):
    """Publications, with how far they are; those that stopped are retried by their submission."""

    path_to_submission = "release.revision.submission"
    list_display = (
        "release",
        "where",
        "progress",
        "attempts",
        "finished_at",
        "in_the_way",
    )
    list_filter = ("place", "is_conflict")
    list_select_related = ("release__revision__submission",)
    search_fields = ("release__revision__submission__search",)
    show_full_result_count = False
    ordering = ("-pk",)
    inlines = (PublishedImageInline,)
    actions = ("retry",)

    @admin.display(description=_("place"), ordering="address")
    def where(self, publication: Publication) -> str:
        """The registry, or what else it is."""
        return publication.registry or str(Place(publication.place).label)

    @admin.display(description=_("progress"))
    def progress(self, publication: Publication) -> str:
        """How many bytes of the layers are there."""
        if not publication.bytes_total:
            return "–"
        facts = {"percent": publication.percent, "total": filesizeformat(publication.bytes_total)}
        return gettext("%(percent)s %% of %(total)s") % facts

    @admin.display(description=_("in the way"))
    def in_the_way(self, publication: Publication) -> str:
        words = publication.trouble_words
        return words.text(gettext) if words is not None else ""

    @admin.action(description=_("Publish again what has stopped"))
    def retry(self, request: HttpRequest, chosen: QuerySet[Publication]) -> None:
        """Call the verb for the submission of each, and show what became of it."""
        for publication in chosen:
            submission = publication.release.revision.submission
            try:
                retry(by=request.user, submission=submission)  # type: ignore[arg-type]
            except ActionDenied as denied:
                words = f"{submission}: {denied.words.text(gettext)}"
                self.message_user(request, words, messages.ERROR)
            else:
                words = gettext("%(title)s is published again.") % {"title": submission}
                self.message_user(request, words, messages.SUCCESS)


@admin.register(RegistryLookup)
class RegistryLookupAdmin(ReadOnly):
    """What the registry had, before the approval, of the addresses of revisions."""

    path_to_submission = "revision.submission"
    list_display = ("reference", "found", "architectures", "revision", "at")
    list_filter = ("found",)
    list_select_related = ("revision__submission",)
    search_fields = ("revision__submission__search", "reference")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(LookUp)
class LookUpAdmin(ReadOnly):
    """Questions to the registry before an approval."""

    path_to_submission = "revision.submission"
    list_display = ("revision", "address", "attempts", "finished_at")
    list_select_related = ("revision__submission",)
    search_fields = ("revision__submission__search",)
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(Service)
class ServiceAdmin(ReadOnly):
    """The services of the providers, with the bytes that each keeps."""

    list_display = ("name", "organisation", "originals", "releases", "images")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        """The services with what each keeps."""
        return with_storage_use(super().get_queryset(request))

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The page of the service."""
        return None if obj is None else reverse("service", args=[obj.pk])

    @admin.display(description=_("uploads"), ordering="original_bytes")
    def originals(self, service: Any) -> str:
        return filesizeformat(service.original_bytes)

    @admin.display(description=_("releases"), ordering="release_bytes")
    def releases(self, service: Any) -> str:
        return filesizeformat(service.release_bytes)

    @admin.display(description=_("published images"), ordering="image_bytes")
    def images(self, service: Any) -> str:
        return filesizeformat(service.image_bytes)
