from django.urls import re_path

from exercises import views
from exercises.kinds import KINDS

extensions = "|".join(kind.extension for kind in KINDS.values())

urlpatterns = [
    re_path(rf"^media/(?P<stem>[0-9a-f]{{64}})\.(?P<extension>{extensions})\Z", views.serve, name="media"),
]
