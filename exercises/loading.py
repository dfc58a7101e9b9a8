"""Stores programmes and exercise videos as an Edition document gives them, files included."""

from django.core.exceptions import ValidationError
from django.core.files import File

from exercises import kinds, media
from exercises.models import ExerciseVideo, Programme
from history.loading import Unloadable, named, replace, store


def load_programme(data, place, folder):
    """Make the draft programme that `data` names hold what `data` says; return (programme, whether it changed).

    Files that are not stored yet are looked for, by their digest, in `folder`.
    """
    programme = named(Programme, data["key"])
    if programme.pk and programme.snapshot() == data:
        return programme, False
    store(
        programme,
        place,
        **{name: data[name] for name in ("title", "introduction", "stop_if", "after_exercise")},
    )
    videos = [
        {"video": _video(video, f"{place}.videos[{index}]", folder)}
        for index, video in enumerate(data["videos"])
    ]
    replace(programme.places, f"{place}.videos", videos)
    return programme, True


def _video(data, place, folder):
    video = named(ExerciseVideo, data["key"])
    if video.pk and video.snapshot() == data:
        return video
    files = {name: stock(data[name], f"{place}.{name}", folder) for name in ("file", "captions", "poster")}
    words = {name: text for name, text in data.items() if name not in files and name not in ("key", "steps")}
    store(video, place, steps="\n".join(data["steps"]), **words, **files)
    return video


def stock(file, place, folder):
    """Return the stored name of `file`, a dict or None, after taking it from `folder` if need be."""
    if file is None:
        return ""
    try:
        return _stocked(file, place, folder)
    except media.Unreachable as error:
        raise Unloadable(place, f"{error.sentence} Try again in a few minutes.") from error


def _stocked(file, place, folder):
    storage, name = media.DigestStorage(), media.name(file)
    if storage.exists(name):
        return name
    for path in folder.glob("*") if folder else ():
        if path.is_file() and _digest(path) == file["sha256"]:
            return _take(path, file["type"], place, storage)
    looked = f"the media folder or in {folder}" if folder else "the media folder"
    raise Unloadable(place, f"no file with the SHA-256 {file['sha256']} is in {looked}.")


def _digest(path):
    with path.open("rb") as opened:
        return media.digest_of(opened)


def _take(path, type_, place, storage):
    with path.open("rb") as opened:
        content = File(opened, path.name)
        try:
            kinds.validate_upload(content, (type_,))
        except ValidationError as error:
            raise Unloadable(place, error.messages[0]) from error
        return storage.save(path.name, content)
