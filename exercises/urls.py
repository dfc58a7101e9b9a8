from django.urls import re_path

from exercises import media, views

extensions = "|".join(kind.extension for kind in media.KINDS.values())

urlpatterns = [
    re_path(rf"^media/(?P<stem>[0-9a-f]{{64}})\.(?P<extension>{extensions})\Z", views.serve, name="media"),
]
