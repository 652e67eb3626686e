"""Which letters somebody gets by e-mail: a page on which each person chooses for themselves."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from sitecontent.admin.showing import page
from sitecontent.models import LetterChoice
from sitecontent.review.letters import KINDS


class LetterForm(forms.ModelForm):
    """A box for each kind of letter."""

    class Meta:
        model = LetterChoice
        fields = KINDS


def mail(request: HttpRequest) -> HttpResponse:
    """Show what this person gets, or change it."""
    choice = LetterChoice.objects.filter(user=request.user).first() or LetterChoice(user=request.user)
    form = LetterForm(request.POST if request.method == "POST" else None, instance=choice)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Kept. It holds from the next letter on.")
        return HttpResponseRedirect(reverse("admin:mail"))
    return page(request, "mail.html", "Letters by e-mail", form=form, address=request.user.email)
