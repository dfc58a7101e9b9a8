from django.urls import path

from leaflets import views

urlpatterns = [
    path("", views.index, name="index"),
    path("privacy/", views.privacy, name="privacy"),
    path("forget/", views.forget, name="forget"),
    path("styles/<slug:digest>.css", views.styles, name="styles"),
    path("worker.js", views.worker, name="worker"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("feed.xml", views.feed, name="feed"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("e/", views.which_copy, name="which_copy"),
    path("e/<slug:code>/", views.copy, name="copy"),
    path("<slug:slug>/", views.leaflet, name="leaflet"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/exercises/", views.exercises, name="exercises"),
    path("<slug:slug>/leaflet.pdf", views.on_paper, {"form": "a4"}, name="pdf"),
    path("<slug:slug>/leaflet-large.pdf", views.on_paper, {"form": "large"}, name="pdf_large"),
    path("<slug:slug>/history/", views.history, name="leaflet_history"),
    path("<slug:slug>.json", views.document, name="document"),
]
