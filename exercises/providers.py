"""Videos that another company keeps. It learns of a patient only when the patient asks for its video."""

import re
from typing import NamedTuple


class Player(NamedTuple):
    """A company's own player of a video: the company's name, the origin that the player comes from, its address."""

    provider: str
    origin: str
    address: str


# The same video in the ways in which its address is copied: from the bar, from “Share”, from an embedding.
YOUTUBE = re.compile(
    r"(?i:https://(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#]*&)?v=|embed/|shorts/|live/)|youtu\.be/))"
    r"(?P<video>[\w-]{11})(?:[?&#/].*)?",
    re.ASCII,
)
# A video that is not listed has a second part, without which it does not play.
VIMEO = re.compile(
    r"(?i:https://(?:(?:www\.)?vimeo\.com/|player\.vimeo\.com/video/))(?P<video>[0-9]+)"
    r"(?:(?:/|\?(?:[^#]*&)?h=)(?P<unlisted>[0-9a-f]+))?(?:[?&#/].*)?",
    re.ASCII,
)


def player(address):
    """Return the Player of the video at `address`, or None where nothing is known but the address."""
    if found := YOUTUBE.fullmatch(address):
        origin = "https://www.youtube-nocookie.com"
        # Captions shown, and no videos of others offered afterwards.
        return Player("YouTube", origin, f"{origin}/embed/{found['video']}?cc_load_policy=1&rel=0")
    if found := VIMEO.fullmatch(address):
        origin, unlisted = "https://player.vimeo.com", found["unlisted"]
        key = f"&h={unlisted}" if unlisted else ""
        return Player("Vimeo", origin, f"{origin}/video/{found['video']}?dnt=1{key}")
    return None


def origins(programmes):
    """Return the origins of the players in `programmes`, as an Edition document has them: each once, sorted."""
    addresses = (video["provider_url"] for programme in programmes for video in programme["videos"])
    return sorted({found.origin for found in map(player, addresses) if found})
