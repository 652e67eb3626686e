"""The addresses that an earlier edition answers below `/editions/<n>/`: its records and its lists, as they were."""

from sitecontent.pages import urls, views

app_name = "pages"

urlpatterns = [pattern for pattern in urls.urlpatterns if pattern.name in {*views.KINDS_OF_PAGES, *views.LISTS}]
