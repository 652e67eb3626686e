"""What pages say of somebody who approves: a page on which each person writes it and declares their interests."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from sitecontent.admin.showing import page
from sitecontent.edition.checks.people import INTERESTS_MONTHS
from sitecontent.edition.due import add_months
from sitecontent.models import ReviewerProfile, name_of

MAY_SEE = "sitecontent.view_revision"


class ProfileForm(forms.ModelForm):
    """The public words about oneself. Name, qualification and register are for an administrator, who checks them."""

    interests = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write “none” when you have none."},
        label="Your interests",
        help_text="Whoever pays, employs or owns: companies, shares, grants, offices, family. Write “none” when there "
        "are none. Public, with the day on which you declare it.",
    )
    is_declared = forms.BooleanField(
        label="This is complete and true today",
        error_messages={"required": "Tick it to declare your interests as of today."},
    )

    class Meta:
        model = ReviewerProfile
        fields = ("bio", "interests")
        labels = {"bio": "About you"}
        help_texts = {
            "bio": "A few sentences. Public: they stand beside “Reviewed by” on what you approve from now on."
        }
        widgets = {"bio": forms.Textarea(attrs={"rows": 4})}

    def clean_interests(self) -> str:
        """Refuse blanks."""
        words = str(self.cleaned_data["interests"]).strip()
        if not words:
            raise forms.ValidationError("Write “none” when you have none.")
        return words


def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own profile, or change its public words and declare one's interests as of today."""
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    mine = profile_of(request.user) or ReviewerProfile(user=request.user, display_name=name_of(request.user))
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.instance.interests_declared_on = timezone.localdate()
        form.save()
        messages.success(request, "Kept. What you approve from now on carries it; past decisions stay as they were.")
        return HttpResponseRedirect(reverse("admin:profile"))
    saved = profile_of(request.user)
    return page(
        request,
        "profile.html",
        "Your profile",
        status=409 if form.is_bound else 200,
        form=form,
        profile=saved or mine,
        overdue=why_declare(saved, timezone.localdate()),
    )


def profile_of(user: Any) -> ReviewerProfile | None:
    """The profile of somebody as it is kept, or None."""
    return ReviewerProfile.objects.filter(user=user.pk).first()


def why_declare(profile: ReviewerProfile | None, today: date) -> str:
    """Why somebody should declare their interests now, in words; empty while their declaration is in date."""
    if profile is None or not profile.interests.strip() or profile.interests_declared_on is None:
        return "You have not declared your interests yet, not even “none”."
    if add_months(profile.interests_declared_on, INTERESTS_MONTHS) < today:
        return f"You last declared your interests on {profile.interests_declared_on:%-d %B %Y}, more than a year ago."
    return ""
