from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, register_converter

from leaflets.admin import (
    compare,
    desk,
    factor,
    history,
    overviews,
    passwords,
    records,
    sign_on,
    timeline,
    versions,
)
from leaflets.admin.entering import SignIn
from leaflets.admin.numbers import BigConverter

register_converter(BigConverter, "big")
admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = "Desk"
admin.site.site_url = "/"
apps.get_app_config("auth").verbose_name = "Accounts and roles"

urlpatterns = [
    path("admin/history/", timeline.shown, name="history"),
    path("admin/history/timeline.csv", timeline.as_csv, name="history_csv"),
    path("admin/history/timeline.xlsx", timeline.as_xlsx, name="history_xlsx"),
    path("admin/history/events/<big:sequence>/", records.event, name="history_event"),
    path("admin/history/accounts/<big:sequence>/", records.account, name="history_account"),
    path("admin/history/people/", overviews.people, name="history_people"),
    path("admin/history/reviews/", overviews.due, name="history_reviews"),
    path("admin/history/problems/", desk.problems, name="history_problems"),
    path("admin/history/verification/", overviews.verification, name="history_verification"),
    path("admin/history/pack.zip", overviews.audit_pack, name="history_pack"),
    path("admin/history/as-at/", history.ask, name="as_at"),
    path("admin/history/as-at/<slug:slug>/", history.as_at, name="as_at_slug"),
    path("admin/history/renderings/<big:sequence>/<slug:name>/", history.rendering, name="rendering"),
    path("admin/history/compare/<slug:slug>/", compare.editions, name="compare"),
    path("admin/history/versions/<slug:kind>/<big:item>/", versions.listed, name="versions"),
    path("admin/history/versions/<slug:kind>/<big:item>/<big:number>/", versions.one, name="version"),
    path("admin/login/", SignIn.as_view(), name="sign_in"),
    path("admin/sign_on/", sign_on.out, name="sign_on"),
    path("admin/sign_on/back/", sign_on.back, name="sign_on_back"),
    path("admin/login/code/", factor.ask, name="second_factor_ask"),
    path("admin/second_factor/", factor.own, name="second_factor"),
    path("admin/second_factor/set_up/", factor.set_up, name="second_factor_set_up"),
    path("admin/password_change/", passwords.change, name="password_change"),
    path("admin/password_reset/", passwords.Ask.as_view(), name="admin_password_reset"),
    path("admin/password_reset/sent/", passwords.Sent.as_view(), name="password_reset_done"),
    path("admin/password_reset/done/", passwords.Done.as_view(), name="password_reset_complete"),
    path("admin/password_reset/<uidb64>/<token>/", passwords.Set.as_view(), name="password_reset_confirm"),
    path("admin/", admin.site.urls),
    path("", include("exercises.urls")),
    path("", include("leaflets.urls")),
]

handler400 = "leaflets.errors.bad_request"
handler403 = "leaflets.errors.forbidden"
handler404 = "leaflets.errors.not_found"
handler500 = "leaflets.errors.broken"
