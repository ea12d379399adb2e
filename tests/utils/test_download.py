"""Downloads, against a server on localhost that misbehaves in the ways servers do."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from edutorch.utils.download import cache_folder, download

CONTENT = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(HTTPServer):
    """Notes what was asked for."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, wanted = self.path.strip("/"), self.headers.get("Range")
        self.server.requests.append((kind, wanted))
        if kind == "gone":
            return self.send_error(404)
        body = b"another file" if kind == "wrong" else CONTENT
        start = int(wanted[len("bytes=") : -1]) if wanted and kind != "norange" else 0
        if start >= len(body):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        body = body[start:]
        self.wfile.write(body[: len(body) // 2] if kind == "cut" else body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    monkeypatch.setenv("EDUTORCH_HOME", str(tmp_path))
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(server, *kinds, sha256=DIGEST):
    urls = [server.url(kind) for kind in kinds]
    return download(urls, sha256, "folder/file.bin", progress=False)


def test_fetches_into_the_cache_and_only_once(server, tmp_path):
    path = fetch(server, "good")
    assert path == tmp_path / "folder" / "file.bin"
    assert path.read_bytes() == CONTENT
    assert fetch(server, "good") == path
    assert server.requests == [("good", None)]
    assert [p.name for p in path.parent.iterdir()] == ["file.bin"]


def test_goes_on_to_the_next_mirror(server):
    assert fetch(server, "gone", "wrong", "good").read_bytes() == CONTENT
    assert [kind for kind, _ in server.requests] == ["gone", "wrong", "good"]


def test_resumes_where_a_download_was_cut_off(server, tmp_path):
    with pytest.raises(RuntimeError, match="cut: broke off after 128,000 of 256,000 bytes"):
        fetch(server, "cut")
    assert not (tmp_path / "folder" / "file.bin").exists()
    assert fetch(server, "good").read_bytes() == CONTENT
    assert server.requests[-1] == ("good", "bytes=128000-")


def test_resumes_from_another_mirror_in_the_same_call(server):
    assert fetch(server, "cut", "good").read_bytes() == CONTENT
    assert server.requests == [("cut", None), ("good", "bytes=128000-")]


def test_begins_anew_where_the_server_cannot_resume(server, tmp_path):
    with pytest.raises(RuntimeError):
        fetch(server, "cut")
    assert fetch(server, "norange").read_bytes() == CONTENT


@pytest.mark.parametrize("leftover", [b"damaged", CONTENT, CONTENT + b"too long"])
def test_a_leftover_of_any_kind_does_no_harm(server, tmp_path, leftover):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file.bin.part").write_bytes(leftover)
    assert fetch(server, "good").read_bytes() == CONTENT


def test_a_damaged_file_in_the_cache_is_fetched_again(server, tmp_path):
    fetch(server, "good").write_bytes(b"damaged")
    assert fetch(server, "good").read_bytes() == CONTENT


def test_says_why_each_mirror_failed_and_what_to_do(server, tmp_path):
    with pytest.raises(RuntimeError) as caught:
        fetch(server, "gone", "wrong")
    message = str(caught.value)
    assert "/gone: HTTP Error 404" in message
    assert f"/wrong: gave another file: expected sha256 {DIGEST}" in message
    assert f"put the file (sha256 {DIGEST}) at {tmp_path / 'folder' / 'file.bin'} yourself" in message
    assert not list((tmp_path / "folder").iterdir())


def test_a_server_that_is_not_there_is_an_error_too(monkeypatch, tmp_path):
    monkeypatch.setenv("EDUTORCH_HOME", str(tmp_path))
    with pytest.raises(RuntimeError, match="could not download x:\n  http://127.0.0.1:9/x: "):
        download(["http://127.0.0.1:9/x"], DIGEST, "x", progress=False)


def test_shows_a_bar_where_tqdm_is_installed(server, capsys):
    pytest.importorskip("tqdm", reason="tqdm comes with the extra lab")
    download([server.url("good")], DIGEST, "file.bin")
    assert "file.bin" in capsys.readouterr().err


def test_without_edutorch_home_the_cache_is_the_systems(monkeypatch):
    monkeypatch.delenv("EDUTORCH_HOME", raising=False)
    assert cache_folder().name == "edutorch" or cache_folder().parent.name == "edutorch"
