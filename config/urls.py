from django.contrib import admin
from django.urls import include, path

from leaflets.admin import compare, history, versions

admin.site.site_header = admin.site.site_title = "Self-help leaflets"
admin.site.index_title = "Desk"
admin.site.site_url = "/"

urlpatterns = [
    path("admin/history/as-at/", history.ask, name="as_at"),
    path("admin/history/as-at/<slug:slug>/", history.as_at, name="as_at_slug"),
    path("admin/history/compare/<slug:slug>/", compare.editions, name="compare"),
    path("admin/history/versions/<slug:kind>/<int:item>/", versions.listed, name="versions"),
    path("admin/history/versions/<slug:kind>/<int:item>/<int:number>/", versions.one, name="version"),
    path("admin/", admin.site.urls),
    path("", include("exercises.urls")),
    path("", include("leaflets.urls")),
]

handler400 = "leaflets.views.bad_request"
handler403 = "leaflets.views.forbidden"
handler404 = "leaflets.views.not_found"
handler500 = "leaflets.views.broken"
