"""Sign-ins kept between commands: private, never mixed up, refreshed in time."""

from __future__ import annotations

import base64
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from productsapi.api_client.token_store import Pool, TokenFile, Tokens
from productsapi.errors import SignInError

HERE = Pool("http://127.0.0.1:4566", "eu-west-2_pool")
NOW = 1_000_000


def tokens(expires: object = NOW + 3600, refresh: str = "refresh") -> Tokens:
    payload = base64.urlsafe_b64encode(json.dumps({"exp": expires}).encode()).decode().rstrip("=")
    return Tokens(f"header.{payload}.signature", "access", refresh)


@pytest.fixture
def reported() -> list[str]:
    return []


@pytest.fixture
def file(tmp_path: Path, reported: list[str]) -> TokenFile:
    return TokenFile(tmp_path / "app" / "tokens.json", reported.append)


def never(_old: Tokens) -> Tokens:
    raise AssertionError("nothing was to be refreshed")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_put_is_got_by_the_next_command(file: TokenFile) -> None:
    file.put(HERE, "ann", tokens())
    assert TokenFile(file.path).get(HERE, "ann") == tokens()
    assert file.get(HERE, "bob") is None


def test_file_and_folder_are_closed_to_others(file: TokenFile) -> None:
    before = os.umask(0)
    try:
        file.put(HERE, "ann", tokens())
    finally:
        os.umask(before)
    assert mode(file.path) == 0o600
    assert mode(file.path.parent) == 0o700
    assert {mode(path) for path in file.path.parent.iterdir()} == {0o600}


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    TokenFile(tmp_path / "tokens.json").put(HERE, "ann", tokens())
    assert mode(tmp_path) == 0o755


def test_a_file_others_could_read_is_closed_and_named(file: TokenFile, reported: list[str]) -> None:
    file.put(HERE, "ann", tokens())
    file.path.chmod(0o644)
    assert file.get(HERE, "ann") == tokens()
    assert mode(file.path) == 0o600
    assert "Others could read" in reported[0]


@pytest.mark.parametrize(
    "garbage", ["", "{", "[]", '{"a": 1}', '{"a": {"b": []}}', "\x00", "[" * 100_000]
)
def test_a_garbled_file_is_reported_and_taken_as_empty(
    file: TokenFile, reported: list[str], garbage: str
) -> None:
    file.put(HERE, "ann", tokens())
    file.path.write_text(garbage, "utf-8")
    assert file.get(HERE, "ann") is None
    assert "taken as empty" in reported[0]
    file.put(HERE, "ann", tokens())
    assert file.get(HERE, "ann") == tokens()


@pytest.mark.parametrize("token", ["1", "null", "[]", "{}"])
def test_a_token_that_is_no_text_is_none(file: TokenFile, token: str) -> None:
    """It would go into a request as it is, and be repeated where that is refused."""
    file.put(HERE, "ann", tokens(refresh="R"))
    file.path.write_text(file.path.read_text("utf-8").replace('"R"', token), "utf-8")
    assert file.get(HERE, "ann") is None


def test_a_link_in_the_files_place_is_replaced(file: TokenFile, tmp_path: Path) -> None:
    file.put(HERE, "ann", tokens())
    other = tmp_path / "of-somebody-else"
    other.write_text("{}", "utf-8")
    file.path.unlink()
    file.path.symlink_to(other)
    file.put(HERE, "ann", tokens())
    assert other.read_text("utf-8") == "{}"
    assert not file.path.is_symlink()


def test_a_link_is_not_read_and_leaves_what_is_behind(
    file: TokenFile, tmp_path: Path, reported: list[str]
) -> None:
    other = tmp_path / "of-somebody-else"
    TokenFile(other).put(HERE, "ann", tokens())
    other.chmod(0o644)
    file.path.parent.mkdir()
    file.path.symlink_to(other)
    assert file.get(HERE, "ann") is None
    assert "a link, which isn't followed" in reported[0]
    assert mode(other) == 0o644


def test_a_fifo_is_not_waited_for(file: TokenFile, reported: list[str]) -> None:
    file.path.parent.mkdir()
    os.mkfifo(file.path)
    assert file.get(HERE, "ann") is None
    assert "no regular file" in reported[0]


def test_a_lock_that_is_a_link_is_refused(file: TokenFile, tmp_path: Path) -> None:
    file.path.parent.mkdir()
    file.path.with_suffix(".lock").symlink_to(tmp_path / "made")
    with pytest.raises(SignInError, match="a link, which isn't followed"):
        file.put(HERE, "ann", tokens())
    assert not (tmp_path / "made").exists()


def test_a_sign_in_is_found_for_its_own_place_only(file: TokenFile) -> None:
    file.put(HERE, "ann", tokens())
    for other in (Pool("aws:eu-west-2", HERE.user_pool_id), Pool(HERE.where, "eu-west-2_other")):
        assert file.get(other, "ann") is None
        assert file.names(other) == []
    assert file.names(HERE) == ["ann"]


def test_who_signed_in_last_is_last_until_signed_out(file: TokenFile) -> None:
    """Renewed tokens are no sign-in, and another pool's users count for nothing."""
    assert file.last(HERE) is None
    for name in ("zoe", "ann", "bob", "ann"):
        file.put(HERE, name, tokens(NOW))
    file.put(Pool(HERE.where, "eu-west-2_other"), "eve", tokens())
    file.valid_id_token(HERE, "bob", lambda _: tokens(NOW + 3600), clock=lambda: NOW)
    assert file.last(HERE) == "ann"
    file.remove(HERE, "ann")
    assert file.last(HERE) == "bob"
    assert file.names(HERE) == ["bob", "zoe"]


def test_a_removed_sign_in_is_handed_back_once(file: TokenFile) -> None:
    file.put(HERE, "ann", tokens())
    file.put(HERE, "bob", tokens())
    assert file.remove(HERE, "ann") == tokens()
    assert file.remove(HERE, "ann") is None
    assert file.names(HERE) == ["bob"]


def test_a_token_with_time_to_live_is_returned(file: TokenFile) -> None:
    file.put(HERE, "ann", tokens(NOW + 61))
    assert file.valid_id_token(HERE, "ann", never, clock=lambda: NOW) == tokens(NOW + 61).id_token


@pytest.mark.parametrize(
    "expires", [NOW - 1, NOW + 59, "garbage", float("inf"), float("nan"), 1e20, 10**400, -1, [[]]]
)
def test_a_token_about_to_end_is_refreshed_and_kept(file: TokenFile, expires: object) -> None:
    old, new = tokens(expires, "old"), tokens(refresh="new")
    file.put(HERE, "ann", old)
    asked: list[Tokens] = []

    def refresh(expired: Tokens) -> Tokens:
        asked.append(expired)
        return new

    got = file.valid_id_token(HERE, "ann", refresh, clock=lambda: NOW)
    assert (got, asked) == (new.id_token, [old])
    assert file.get(HERE, "ann") == new


def test_two_commands_at_once_refresh_once(file: TokenFile) -> None:
    """A refresh token may be good for one use only."""
    file.put(HERE, "ann", tokens(NOW - 1))
    asked: list[Tokens] = []

    def refresh(old: Tokens) -> Tokens:
        asked.append(old)
        return tokens()

    def command(_: int) -> str:
        return TokenFile(file.path).valid_id_token(HERE, "ann", refresh, clock=lambda: NOW)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(command, range(4))) == {tokens().id_token}
    assert len(asked) == 1


def test_no_sign_in_is_lost_between_writers_at_once(file: TokenFile) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: TokenFile(file.path).put(HERE, f"u{n}", tokens()), range(16)))
    assert len(file.names(HERE)) == 16


def test_a_failed_refresh_keeps_what_was_stored(file: TokenFile) -> None:
    file.put(HERE, "ann", tokens(NOW - 1))

    def refresh(_old: Tokens) -> Tokens:
        raise SignInError("busy")

    with pytest.raises(SignInError, match="busy"):
        file.valid_id_token(HERE, "ann", refresh, clock=lambda: NOW)
    assert file.get(HERE, "ann") == tokens(NOW - 1)


def test_who_is_not_signed_in_is_told_how(file: TokenFile) -> None:
    with pytest.raises(SignInError, match="ann is not signed in") as caught:
        file.valid_id_token(HERE, "ann", never)
    assert caught.value.hint == "productsapi user login ann"


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SignInError, match="can't be kept in"):
        TokenFile(tmp_path / "file" / "tokens.json").put(HERE, "ann", tokens())


def test_a_token_without_an_end_counts_as_ended() -> None:
    for text in ("", "a.b", "a.!!.c", "a." + base64.urlsafe_b64encode(b"[]").decode() + ".c"):
        assert Tokens(text, "", "").expires == 0
