from django.urls import path

from leaflets import views

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.leaflet, name="leaflet"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/exercises/", views.exercises, name="exercises"),
    path("<slug:slug>.json", views.document, name="document"),
]
