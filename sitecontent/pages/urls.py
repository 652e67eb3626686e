"""The public addresses. They are in people's bookmarks: none is ever changed."""

from django.urls import path, re_path

from sitecontent.pages import feeds, views

app_name = "pages"

SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"

urlpatterns = [
    path("", views.home, name="home"),
    path("causes/", views.cause_list, name="causes"),
    re_path(rf"^causes/(?P<slug>{SLUG})/$", views.cause_detail, name="cause"),
    re_path(rf"^categories/(?P<slug>{SLUG})/$", views.category_detail, name="category"),
    path("findings/", views.finding_list, name="findings"),
    re_path(rf"^findings/(?P<slug>{SLUG})/$", views.finding_detail, name="finding"),
    path("pregnancy/", views.pregnancy, name="pregnancy"),
    path("emergency/", views.emergency, name="emergency"),
    path("claims/", views.claim_list, name="claims"),
    re_path(rf"^claims/(?P<slug>{SLUG})/$", views.claim_detail, name="claim"),
    path("sources/", views.source_list, name="sources"),
    re_path(rf"^sources/(?P<slug>{SLUG})/$", views.source_detail, name="source"),
    path("search/", views.search, name="search"),
    path("how-we-review/", views.how_we_review, name="how-we-review"),
    path("privacy/", views.editorial_page, {"slug": "privacy"}, name="privacy"),
    path("about/", views.editorial_page, {"slug": "about"}, name="about"),
    path("pages/", views.page_list, name="pages"),
    re_path(rf"^pages/(?P<slug>{SLUG})/$", views.editorial_page, name="page"),
    path("editions/", views.edition_list, name="editions"),
    re_path(r"^editions/(?P<number>[1-9][0-9]{0,8})/$", views.edition_detail, name="edition"),
    re_path(r"^editions/(?P<number>[1-9][0-9]{0,8})/(?P<path>[a-z0-9/-]+/)$", views.page_as_it_was, name="as-it-was"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("feed.xml", feeds.feed, name="feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("robots.txt", feeds.robots, name="robots"),
    path("opensearch.xml", feeds.opensearch, name="opensearch"),
    path("humans.txt", feeds.humans, name="humans"),
    path(".well-known/security.txt", feeds.security, name="security"),
    path("favicon.ico", feeds.favicon, name="favicon"),
]
