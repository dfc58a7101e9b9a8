from django.contrib import admin
from django.urls import include, path, register_converter

from leaflets.admin import compare, history, versions
from leaflets.admin.numbers import BigConverter

register_converter(BigConverter, "big")
admin.site.site_header = admin.site.site_title = "Self-help leaflets"
admin.site.index_title = "Desk"
admin.site.site_url = "/"

urlpatterns = [
    path("admin/history/as-at/", history.ask, name="as_at"),
    path("admin/history/as-at/<slug:slug>/", history.as_at, name="as_at_slug"),
    path("admin/history/renderings/<big:sequence>/<slug:name>/", history.rendering, name="rendering"),
    path("admin/history/compare/<slug:slug>/", compare.editions, name="compare"),
    path("admin/history/versions/<slug:kind>/<big:item>/", versions.listed, name="versions"),
    path("admin/history/versions/<slug:kind>/<big:item>/<big:number>/", versions.one, name="version"),
    path("admin/", admin.site.urls),
    path("", include("exercises.urls")),
    path("", include("leaflets.urls")),
]

handler400 = "leaflets.views.bad_request"
handler403 = "leaflets.views.forbidden"
handler404 = "leaflets.views.not_found"
handler500 = "leaflets.views.broken"
