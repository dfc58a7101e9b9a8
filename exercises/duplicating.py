"""A copy of a programme and of its videos, whose words are to be translated. The files stay the same."""

from django.db import transaction

from exercises.models import ExerciseVideo
from history.copying import copy_row, free_key, reason_for
from history.models import Version


def duplicate_programme(programme, *, key, ending, by, videos):
    """Store a copy of `programme` under this key, record it as made by `by`, and return it. All or nothing.

    Each video is copied under its key and `ending`, but for what `videos` holds already: {video: its copy}, which
    grows with what is copied here.
    """
    with transaction.atomic():
        Version.lock_chain()
        copy = copy_row(programme, key=key)
        for place in programme.places.all():
            if place.video not in videos:
                videos[place.video] = _duplicate_video(place.video, ending, by)
            copy_row(place, programme=copy, video=videos[place.video])
        copy.record(by=by, reason=reason_for(programme))
    return copy


def _duplicate_video(video, ending, by):
    copy = copy_row(video, key=free_key(ExerciseVideo, f"{video.key[: 79 - len(ending)]}-{ending}"))
    copy.record(by=by, reason=reason_for(video))
    return copy
