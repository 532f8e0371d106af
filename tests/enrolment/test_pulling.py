"""Submissions pulled from a local double of Kobo's and ODK's documented API, no real server."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cbi.base.errors import BadFile, Unusable, UsageError
from cbi.enrolment.importing.importing import preview
from cbi.enrolment.surveys.pulling import pull
from cbi.operators.operator_session import OperatorSession

SUBMISSIONS = [
    {"_id": 1, "_uuid": "p-1", "meta/rootUuid": "uuid:p-1", "city": "almaty",
     "_submission_time": "2022-08-10T10:00:00", "_attachments": [{"x": 1}],
     "_validation_status": {"uid": "validation_status_approved"},
     "members": [{"members/member_name": "Omid Popal", "members/relation": "head"},
                 {"members/member_name": "Sara Noori", "members/relation": "wife"}]},
    {"_id": 2, "_uuid": "p-2", "meta/rootUuid": "uuid:p-2", "city": "astana",
     "_submission_time": "2022-08-11T10:00:00", "_attachments": [],
     "_validation_status": {"uid": "validation_status_approved"},
     "members": [{"members/member_name": "Karim Wardak", "members/relation": "head"}]},
]


class Double(ThreadingHTTPServer):
    """Answers as the two servers document, one submission a page, and remembers what was asked."""

    asked: list[dict[str, list[str]]]


class _Handler(BaseHTTPRequestHandler):
    server: Double

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.server.asked.append(query)
        if path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://localhost:1/stolen")
            self.end_headers()
        elif self.headers["Authorization"] not in ("Token secret", "Bearer secret"):
            self.send_error(401)
        elif path == "/api/v2/assets/aForm/data.json":
            start = int(query["start"][0])
            page = SUBMISSIONS[start // 1000 : start // 1000 + 1]
            more = start // 1000 + 1 < len(SUBMISSIONS)
            self._answer(json.dumps({"results": page, "next": "more" if more else None}).encode())
        elif path == "/api/v2/assets/strange/data.json":
            self._answer(json.dumps({"results": ["no submission"], "next": None}).encode())
        elif path.rpartition("/")[0].endswith("/forms/half"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"PK and then the line was cut")
        elif path == "/v1/projects/3/forms/household/submissions.csv.zip":
            kept = io.BytesIO()
            with zipfile.ZipFile(kept, "w") as archive:
                archive.writestr("household.csv", "SubmissionDate,full_name,city,KEY,ReviewState\n"
                                 "2022-08-10T10:00:00.000Z,Omid Popal,almaty,uuid:o-1,approved\n")
            self._answer(kept.getvalue())
        else:
            self.send_error(404)

    def _answer(self, content: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def double() -> Iterator[Double]:
    server = Double(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asked(double: Double, tmp_path: Path) -> dict[str, Any]:
    token = tmp_path / "token.txt"
    token.write_text("secret\n", "ascii")
    return {"url": f"http://127.0.0.1:{double.server_port}", "token_file": token}


def test_kobos_submissions_are_a_list_with_their_repeats(
    desk: OperatorSession, double: Double, asked: dict[str, Any], tmp_path: Path,
) -> None:
    done = pull(desk, "kobo", "aForm", tmp_path / "kobo.zip", **asked)
    assert done.count == 2
    assert done.path.stat().st_mode & 0o077 == 0
    shown = preview(desk, done.path)
    assert [(one.data.names[0].text, one.city, one.head) for one in shown.people] == [
        ("Omid Popal", "almaty", True), ("Sara Noori", "almaty", False),
        ("Karim Wardak", "astana", True),
    ]
    wanted = json.loads(double.asked[0]["query"][0])
    assert wanted == {"_validation_status.uid": "validation_status_approved"}
    pull(desk, "kobo", "aForm", tmp_path / "again.zip", **asked)
    assert json.loads(double.asked[-1]["query"][0])["_submission_time"] == {"$gte": "2022-08-19"}


def test_odks_submissions_are_the_file_it_makes(
    desk: OperatorSession, double: Double, asked: dict[str, Any], tmp_path: Path,
) -> None:
    done = pull(desk, "odk", "3/household", tmp_path / "odk.zip", since="2022-08-01", **asked)
    assert [one.city for one in preview(desk, done.path).people] == ["almaty"]
    assert "reviewState eq 'approved'" in double.asked[0]["$filter"][0]
    assert "submissionDate ge 2022-08-01" in double.asked[0]["$filter"][0]


def test_a_refusal_is_told_and_nothing_is_written(
    desk: OperatorSession, asked: dict[str, Any], tmp_path: Path,
) -> None:
    path = tmp_path / "none.zip"
    with pytest.raises(Unusable, match="no-form"):
        pull(desk, "kobo", "other", path, **asked)
    with pytest.raises(UsageError, match="odk-form"):
        pull(desk, "odk", "household", path, **asked)
    asked["token_file"].write_text("wrong", "ascii")
    with pytest.raises(Unusable, match="denied"):
        pull(desk, "kobo", "aForm", path, **asked)
    asked["token_file"].write_text("two words", "ascii")
    with pytest.raises(BadFile, match="token"):
        pull(desk, "kobo", "aForm", path, **asked)
    assert not path.exists()


@pytest.mark.parametrize(("kind", "form"), [("odk", "3/half"), ("kobo", "strange")])
def test_an_answer_that_is_none_is_told_and_nothing_is_written(
    desk: OperatorSession, asked: dict[str, Any], tmp_path: Path, kind: str, form: str,
) -> None:
    with pytest.raises(Unusable, match="pull-"):
        pull(desk, kind, form, tmp_path / "none.zip", **asked)
    assert not (tmp_path / "none.zip").exists()


def test_the_token_goes_over_no_open_line_and_to_no_other_server(
    asked: dict[str, Any], tmp_path: Path,
) -> None:
    from cbi.enrolment.surveys.serving import server_at

    with pytest.raises(UsageError, match="open-line"):
        server_at("http://kf.example.org", "Token", asked["token_file"])
    server = server_at(asked["url"], "Token", asked["token_file"])
    assert "secret" not in repr(server)
    with pytest.raises(Unusable):
        server.get("/elsewhere")
