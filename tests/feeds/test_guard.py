"""Where the bot may go. Real connections are tried in test_fetch.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.feeds.addresses import is_public
from bot.feeds.guard import Forbidden, Guard

PUBLIC = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "198.20.0.1", "2a00:1450::1", "2001:200::1"]
PRIVATE = [
    *("0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.9.9", "127.0.0.53", "168.63.129.16"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.7", "192.168.1.1", "198.19.0.1", "198.51.100.9", "203.0.113.9", "224.0.0.251"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::"),
    *("3fff::1", "4000::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1"),
    *("fe80::1%eth0", "", "x", "1.2.3", "01.2.3.4"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(address)


def test_an_address_inside_another_counts_as_what_it_leads_to() -> None:
    assert is_public("64:ff9b::8.8.8.8")
    assert is_public("::ffff:8.8.8.8")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("http://News.Example.ORG", "http://news.example.org/"),
        ("HTTPS://news.example.org:443/a?b=http://10.0.0.1/#frag", None),
        ("http://news.example.org.:8080/x", "http://news.example.org:8080/x"),
        ("http://bücher.example.org/ä", "http://xn--bcher-kva.example.org/ä"),
        ("http://news_1.example.org/", "http://news_1.example.org/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2A00:1450:0::1]/x", "http://[2a00:1450::1]/x"),
        ("http://localhost.example.org?x", "http://localhost.example.org/?x"),
    ],
)
def test_let_through(url: str, normal: str | None) -> None:
    wanted = normal or "https://news.example.org:443/a?b=http://10.0.0.1/"
    assert Guard().check_url(url) == wanted
    assert Guard().check_url(wanted) == wanted


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://[{ip}]/" if ":" in ip else f"http://{ip}/" for ip in PRIVATE),
        *("http://localhost/", "http://a.localhost/", "http://nas.local/", "http://db/"),
        *("http://x.internal/", "http://x.home.arpa/", "http://x.onion/", "http://router.lan./"),
        *("http://134744072/", "http://0x8080808/", "http://8.8.2056/", "http://010.8.8.8/"),
        *("http://8.8.8.8.8/", "http://a.example.0x7f/", "http://a.1/", "http://⑧.⑧.⑧.⑧/"),
        *("ftp://news.example.org/", "file:///etc/passwd", "javascript:x", "feed:http://a.org/"),
        *("news.example.org", "//news.example.org/", "http:/news.example.org", "http:///a.org/"),
        *("http://u@news.example.org/", "http://u:p@news.example.org/", "http://a.org\\@b.org/"),
        *("http://news%2eexample.org/", "http://news..example.org/", "http://-a.example.org/"),
        *("http://a.org:0/", "http://a.org:22/", "http://a.org:99999/", "http://a.org:٨٠/"),
        *("http://a.org:80x/", "http://a.org:/x y", "http://a.org/\r\nX: 1", "http://a.org/\x00"),
        *("http://[fe80::1%25eth0]/", "http://[8.8.8.8]/", "http://[::1", "http://]/", "http://"),
        *("http://ne\u200bws.example.org/", "http://ne\u202ews.org/", " http://a.org/"),
        *("http://" + "a" * 64 + ".org/", "http://a.org/" + "x" * 3000, "", "http://⒈⒈⒈⒈/"),
    ],
)
def test_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(Forbidden) as refused:
        Guard().check_url(url)
    assert str(refused.value).endswith(".")


def test_the_operator_may_name_places() -> None:
    guard = Guard(["127.0.0.1:8000", "feeds.lan:80", "10.0.0.0/8", "[::1]:9000"])
    for url in (
        "http://127.0.0.1:8000/",
        "http://feeds.lan/",
        "http://10.1.2.3:9/",
        "http://[::1]:9000/",
    ):
        assert guard.check_url(url) == url
    for url in ("http://127.0.0.1:8001/", "http://feeds.lan:8080/", "http://11.0.0.1:9/"):
        with pytest.raises(Forbidden):
            guard.check_url(url)
    guard.check_answers("feeds.lan", 80, ["192.168.1.9"])
    guard.check_socket("192.168.1.9", 80)
    with pytest.raises(Forbidden):
        guard.check_socket("192.168.1.9", 81)
    with pytest.raises(Forbidden):
        guard.check_answers("evil.example.org", 80, ["192.168.1.9"])


@pytest.mark.parametrize("entry", ["x", "x:y", ":80", "x:0", "x:70000", "10.0.0.0/99", ""])
def test_a_wrong_entry_names_the_setting_and_not_its_value(entry: str) -> None:
    with pytest.raises(SettingsError, match="FETCH_ALLOW"):
        Guard([entry])


def test_one_forbidden_answer_refuses_the_name() -> None:
    guard = Guard()
    guard.check_answers("a.example.org", 80, ["8.8.8.8", "2a00:1450::1"])
    for answers in (["8.8.8.8", "10.0.0.1"], ["fe80::1%eth0"], [], ["::"]):
        with pytest.raises(Forbidden):
            guard.check_answers("a.example.org", 80, answers)


@given(st.text(max_size=60) | st.text(st.sampled_from("htp:/.@[]0127%x\\"), max_size=40))
def test_any_text_is_normalised_for_good_or_forbidden(text: str) -> None:
    for url in (text, "http://" + text):
        try:
            checked = Guard().check_url(url)
        except Forbidden:
            continue
        assert Guard().check_url(checked) == checked
        assert "@" not in checked.split("/")[2]


@pytest.mark.parametrize("allow", [[], ["127.0.0.1:80"], ["10.0.0.0/8", "feeds.lan:80"], ["::1"]])
def test_a_guard_proves_itself_before_anything_is_fetched(allow: list[str]) -> None:
    Guard(allow).prove()


def test_a_guard_that_lets_everything_through_stops_the_start() -> None:
    for allow in (["0.0.0.0/0"], ["93.0.0.0/8"]):
        with pytest.raises(SettingsError, match="FETCH_ALLOW"):
            Guard(allow).prove()

    class Asleep(Guard):
        def check_socket(self, address: str, port: int) -> None:
            pass

    with pytest.raises(SettingsError):
        Asleep().prove()
