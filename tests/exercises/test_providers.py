"""Which videos other companies keep, and where their players come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import providers

TUBE = "https://www.youtube-nocookie.com"
VIMEO = "https://player.vimeo.com"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ", f"{TUBE}/embed/aqz-KE-bpKQ?cc_load_policy=1&rel=0"),
        (
            "https://www.youtube.com/watch?app=desktop&v=aqz-KE-bpKQ&t=9s",
            f"{TUBE}/embed/aqz-KE-bpKQ?cc_load_policy=1&rel=0",
        ),
        ("https://m.youtube.com/watch?v=aqz-KE-bpKQ#t=9", f"{TUBE}/embed/aqz-KE-bpKQ?cc_load_policy=1&rel=0"),
        ("https://youtu.be/aqz-KE-bpKQ?si=abc", f"{TUBE}/embed/aqz-KE-bpKQ?cc_load_policy=1&rel=0"),
        ("https://YouTube.com/shorts/aqz-KE-bpKQ", f"{TUBE}/embed/aqz-KE-bpKQ?cc_load_policy=1&rel=0"),
        (
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ",
            f"{TUBE}/embed/aqz-KE-bpKQ?cc_load_policy=1&rel=0",
        ),
        ("https://vimeo.com/76979871", f"{VIMEO}/video/76979871?dnt=1"),
        (
            "https://www.vimeo.com/76979871/8272103f6e?share=copy",
            f"{VIMEO}/video/76979871?dnt=1&h=8272103f6e",
        ),
        (
            "https://player.vimeo.com/video/76979871?title=0&h=8272103f6e",
            f"{VIMEO}/video/76979871?dnt=1&h=8272103f6e",
        ),
    ],
)
def test_a_video_is_known_by_each_of_its_addresses(address, expected):
    player = providers.player(address)
    assert player.address == expected
    assert player.address.startswith(f"{player.origin}/")
    assert player.provider == ("YouTube" if "tube" in player.origin else "Vimeo")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://www.youtube.com/",
        "https://www.youtube.com/@physio",
        "https://www.youtube.com/playlist?list=PLx",
        "https://www.youtube.com/watch?list=PLx",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/watch?v=much-too-long",
        "https://vimeo.com/channels/staffpicks",
        "https://www.nhs.uk/video/watch?v=aqz-KE-bpKQ",
        "https://youtube.com.example.org/watch?v=aqz-KE-bpKQ",
        "https://example.org/https://youtu.be/aqz-KE-bpKQ",
        "https://vimeo.com@example.org/76979871",
        "http://vimeo.com/76979871",
        "https://vimeo.com/٧٦٩",
    ],
)
def test_any_other_address_is_no_more_than_a_link(address):
    assert providers.player(address) is None


@given(
    st.text(),
    st.sampled_from(["https://youtu.be/", "https://www.youtube.com/watch?v=", "https://vimeo.com/"]),
)
def test_no_address_brings_in_a_player_from_elsewhere(text, start):
    for address in (text, start + text, text + start + text):
        found = providers.player(address)
        assert found is None or found.address.startswith((f"{TUBE}/embed/", f"{VIMEO}/video/"))
        assert found is None or not set(found.address) & set(" \"'<>;,\n")


def test_each_origin_is_named_once():
    addresses = [
        "https://vimeo.com/1",
        "https://youtu.be/aqz-KE-bpKQ",
        "",
        "https://vimeo.com/2",
        "https://nhs.uk/v",
    ]
    programmes = [{"videos": [{"provider_url": address}]} for address in addresses]
    assert providers.origins(programmes) == [VIMEO, TUBE]
    assert providers.origins([]) == []
