"""A web address is asked safely: https only, never into a private network, and no longer than it is given."""

import ipaddress
import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.asking import Answer, Asker, is_public
from tests.leaflets.server import asker, serving

PRIVATE = [
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.1.2.3"),
    *(
        "255.255.255.255",
        "224.0.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
    ),
    *(
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ),
    *("2001:0:0:0:0:0:80ff:fffe", "::7f00:1", "2001:db8::1"),
]


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


@pytest.fixture
def at(server):
    """The address of a path on the server: at("/404")."""
    server.asked.clear()
    return lambda path, host="pages.example": f"https://{host}:{server.server_port}{path}"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", Answer(True)),
        ("/204", Answer(True)),
        ("/304", Answer(True)),
        ("/404", Answer(True, "404 Not Found")),
        ("/410", Answer(True, "410 Gone")),
        ("/500", Answer(True, "500 Internal Server Error")),
        ("/599", Answer(True, "599")),
        ("/403", Answer(True, note="403 Forbidden")),
        ("/429", Answer(True, note="429 Too Many Requests")),
    ],
)
def test_what_a_site_answers_is_said_in_words(at, path, answer):
    assert asker().ask(at(path)) == answer


def test_it_is_asked_once_and_told_who_asks(server, at, settings):
    asker().ask(at("/page?x=1&y=%20#below"))
    [(_, host, path, agent)] = server.asked
    assert (host, path) == (f"pages.example:{server.server_port}", "/page?x=1&y=%20")
    assert settings.SITE_URL in agent


def test_letters_of_other_languages_are_asked_for_as_the_web_writes_them(server, at):
    asker().ask(at("/zdrowie/ćwiczenia"))
    assert server.asked[0][2] == "/zdrowie/%C4%87wiczenia"


def test_it_follows_where_a_site_leads(server, at):
    assert asker().ask(at("/to?" + at("/404", "other.example"))) == Answer(True, "404 Not Found")
    assert asker().ask(at("/to?/200")) == Answer(True)
    assert asker().ask(at("/to?/to?/to?/200")) == Answer(True)


def test_it_does_not_follow_for_ever(server, at):
    assert asker().ask(at("/to?/to?/to?/to?/to?/to?/to?/200")) == Answer(
        True, "it leads on more than 5 times"
    )
    assert len(server.asked) == 6


@pytest.mark.parametrize("location", ["http://pages.example/", "ftp://pages.example/", "file:///etc/passwd"])
def test_it_leaves_https_for_nothing(server, at, location):
    assert asker().ask(at(f"/to?{location}")) == Answer(True, "it leads to an address that is not https")


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4).filter(lambda ip: not ip.is_global))
def test_no_address_that_carries_a_private_one_inside_is_public(inside):
    carried = int(inside)
    wide = [carried, 0xFFFF << 32 | carried, 0x64FF9B << 96 | carried, 0x2002 << 112 | carried << 80]
    assert not any(is_public(str(ipaddress.IPv6Address(each))) for each in wide)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_asked_whatever_it_is_called(server, at, host):
    answer = Asker(5, context=asker()._context).ask(at("/", host))
    assert answer == Answer(False, "it leads into a private network, where it is not asked")
    assert server.asked == []


def test_not_even_after_it_was_led_there(server, at):
    only_pages = {"pages.example": ["127.0.0.1"], "inside.example": ["169.254.169.254"]}
    answer = asker(resolve=lambda host, port: only_pages[host]).ask(
        at("/to?https://inside.example/latest/meta-data/")
    )
    assert answer == Answer(True, "it leads into a private network, where it is not asked")
    assert len(server.asked) == 1


def test_a_name_that_stands_for_a_private_machine_among_others_is_not_asked(server, at):
    both = asker(resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"])
    assert not both.ask(at("/")).reached
    assert server.asked == []


def test_the_name_is_looked_up_once_so_that_it_cannot_change_in_between(server, at, monkeypatch):
    looked_up = []

    def resolve(host, port):
        looked_up.append(host)
        return ["127.0.0.1"]

    monkeypatch.setattr(socket, "getaddrinfo", refuse_names(socket.getaddrinfo))
    assert asker(resolve=resolve).ask(at("/")) == Answer(True)
    assert looked_up == ["pages.example"]


def refuse_names(look_up):
    def only_numbers(host, *args, **kwargs):
        ipaddress.ip_address(host)
        return look_up(host, *args, **kwargs)

    return only_numbers


@pytest.mark.parametrize("path", ["/slow", "/silent"])
def test_an_answer_that_never_ends_is_cut_off(at, path):
    began = time.monotonic()
    assert asker(0.4).ask(at(path)) == Answer(False, "no answer within 0.4 seconds")
    assert time.monotonic() - began < 5


def test_a_greeting_that_never_ends_is_cut_off_too():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        answer = asker(0.4).ask(f"https://pages.example:{silent.getsockname()[1]}/")
        assert answer == Answer(False, "no answer within 0.4 seconds")
        assert time.monotonic() - began < 5


def test_a_certificate_that_nobody_vouches_for_is_no_answer(at):
    answer = asker(context=Asker(5)._context).ask(at("/"))
    assert not answer.reached
    assert answer.problem.startswith("its certificate is not valid: self")


def test_nor_is_one_of_another_host(at):
    assert "certificate is not valid: Hostname mismatch" in asker().ask(at("/", "pages.test")).problem


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://pages.example/", "it leads to an address that is not https"),
        ("https://user@pages.example/", "it leads to an address that is not https"),
        ("https:///nowhere", "it leads to an address that is not https"),
        ("https://pages.example:99999/", "it is no web address"),
        (f"https://{'a' * 70}.example/", "it is no web address"),
    ],
)
def test_what_is_no_address_is_not_asked(address, problem):
    assert asker().ask(address) == Answer(False, problem)


def test_a_host_that_is_not_there_is_said_to_be_so(at):
    def nowhere(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert asker(resolve=nowhere).ask(at("/")) == Answer(False, "there is no such host")


def test_a_machine_where_nothing_answers_is_said_to_be_so():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert asker().ask(f"https://pages.example:{port}/") == Answer(False, "nothing answers there")


def test_an_answer_that_is_not_of_the_web_is_none(at):
    assert asker().ask(at("/nonsense")) == Answer(False, "its answer is not of the web")
