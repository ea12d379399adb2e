"""Who handed in what, in folders as platforms export them: nobody vanishes, nobody is taken for another."""

import pytest

from edutorch.course.handins import NOTHING, Roster, find_handins
from edutorch.course.notebook import NotebookError


def laid(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.touch()
    return folder


def found(*paths, exercise="03_autograd"):
    return [(handin.name, handin.student) for handin in find_handins(paths, exercise)]


def test_a_flat_folder(tmp_path):
    laid(tmp_path, "ann.ipynb", "ben.IPYNB", "notes.txt", "grades.csv", ".ann.ipynb", "__MACOSX/ann.ipynb")
    assert found(tmp_path) == [("ann.ipynb", "ann"), ("ben.IPYNB", "ben")]


def test_a_folder_each(tmp_path):
    laid(tmp_path, "ann/03_autograd.ipynb", "ann/03_autograd-Copy1.ipynb", "ben/ps1/03_autograd.ipynb")
    laid(tmp_path, "ann/data/numbers.csv")
    assert found(tmp_path) == [
        ("ann/03_autograd-Copy1.ipynb", "ann"),
        ("ann/03_autograd.ipynb", "ann"),
        ("ben/ps1/03_autograd.ipynb", "ben/ps1"),
    ]


def test_several_folders_given(tmp_path):
    laid(tmp_path, "ann/03_autograd.ipynb", "ben/03_autograd (1).ipynb", "cho/mine.ipynb")
    given = [tmp_path / "ann", tmp_path / "ben", tmp_path / "cho"]
    assert found(*given) == [
        ("ann/03_autograd.ipynb", "ann"),
        ("ben/03_autograd (1).ipynb", "ben"),
        ("cho/mine.ipynb", "mine"),
    ]


def test_a_file_given(tmp_path):
    laid(tmp_path, "ann.ipynb", "b/ann.ipynb")
    assert found(tmp_path / "ann.ipynb") == [("ann.ipynb", "ann")]
    both = [tmp_path / "ann.ipynb", tmp_path / "b" / "ann.ipynb"]
    assert [name for name, _ in found(*both)] == [path.as_posix() for path in both]


def test_moodle(tmp_path):
    laid(tmp_path, "Ann Lee_123_assignsubmission_file_/03_autograd.ipynb")
    laid(tmp_path, "Ann Lee_456_assignsubmission_file_03_autograd.ipynb", "Bo_7_assignsubmission_onlinetext/text.html")
    assert [student for _, student in found(tmp_path)] == ["Ann Lee (123)", "Ann Lee (456)", "Bo (7)"]


def test_canvas(tmp_path):
    laid(tmp_path, "leeann_LATE_12_345_03_autograd-1.ipynb", "bobo_13_346_report.pdf")
    bo, ann = find_handins([tmp_path])
    assert (ann.student, ann.late, ann.path is None) == ("leeann (12)", True, False)
    assert (bo.student, bo.late, bo.path) == ("bobo (13)", False, None)


@pytest.mark.parametrize(
    ("name", "student", "platform", "late"),
    [
        ("Ann Lee_123_assignsubmission_file_/a.ipynb", "Ann Lee (123)", "moodle", False),
        ("Ann Lee_123_assignsubmission_file/a.ipynb", "Ann Lee (123)", "moodle", False),  # of newer versions
        ("Ann Lee_123_assignsubmission_file_a_b_4_c.ipynb", "Ann Lee (123)", "moodle", False),
        ("Ann_van_Lee_123_assignsubmission_file_/sub/a.ipynb", "Ann_van_Lee (123)", "moodle", False),
        ("Participant_123_assignsubmission_file_/a.ipynb", "Participant (123)", "moodle", False),  # marked blind
        ("Ann Lee_123_assignsubmission_onlinetext_/onlinetext.html", "Ann Lee (123)", "moodle", False),
        ("moodle/Ann Lee_123_assignsubmission_file_/a.ipynb", "Ann Lee (123)", "moodle", False),
        ("leeann_12_345_a.ipynb", "leeann (12)", "canvas", False),
        ("leeann_LATE_12_345_a-1.ipynb", "leeann (12)", "canvas", True),
        ("müllerjörg_12_345_a_b_1_2.ipynb", "müllerjörg (12)", "canvas", False),
        ("leeann_12_345_text.html", "leeann (12)", "canvas", False),
        ("leeann_LATE_12_text.html", "leeann (12)", "canvas", True),
        ("hw_3_final.ipynb", "hw_3_final", "", False),
        ("ann_LATE.ipynb", "ann_LATE", "", False),
    ],
)
def test_each_way_in_which_platforms_name_a_file(tmp_path, name, student, platform, late):
    (handin,) = find_handins([laid(tmp_path, name)])
    assert (handin.student, handin.export.platform, handin.late) == (student, platform, late)
    assert (handin.path is None) == name.endswith(".html")


def test_what_was_typed_in_beside_a_notebook_is_the_same_students(tmp_path):
    laid(tmp_path, "Ann_1_assignsubmission_onlinetext/onlinetext.html", "Ann_1_assignsubmission_file/a.ipynb")
    handins = find_handins([tmp_path])
    assert [(handin.student, handin.path is None) for handin in handins] == [("Ann (1)", False), ("Ann (1)", True)]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("report.pdf", "no notebook but report.pdf: a notebook is asked for"),
        ("answer.py", "no notebook but answer.py: a notebook is asked for"),
        ("all.zip", "no notebook but all.zip: unpack it"),
        ("03.ipynb.txt", "no notebook but 03.ipynb.txt: a notebook's name ends in .ipynb; rename it"),
    ],
)
def test_who_has_no_notebook_has_a_reason(tmp_path, file, reason):
    laid(tmp_path / "folders", f"ann/{file}", "ben/x.ipynb")
    laid(tmp_path / "flat", file, "ben.ipynb")
    ann = find_handins([tmp_path / "folders"])[0]
    assert (ann.name, ann.student, ann.path, ann.reason) == ("ann", "ann", None, reason)
    flat = [handin for handin in find_handins([tmp_path / "flat"]) if handin.path is None]
    assert [(handin.name, handin.reason) for handin in flat] == [(file, reason)]


def test_an_empty_folder_is_somebodys(tmp_path):
    laid(tmp_path, "ann/", "ben/x.ipynb")
    assert found(tmp_path)[0] == ("ann", "ann") and find_handins([tmp_path])[0].reason == "an empty folder"


@pytest.fixture
def roster(tmp_path):
    text = "id,given name,family name,email,number\n"
    text += "s1,Ann,Lee,alee@x.edu,12\ns2,Bo,Bo,,13\ns3,Jo,Lee,jo@x.edu,14\ns4,Jo,Lee,,15\n"
    (tmp_path / "roster.csv").write_text(text)
    return Roster(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("Ann Lee", "s1"),
        ("lee, ann", "s1"),
        ("leeann", "s1"),
        ("alee", "s1"),
        ("ALEE@x.edu", "s1"),
        ("12", "s1"),
        ("S2", "s2"),
        ("Jo Lee", None),  # two of that name
        ("Lee", None),
        ("", None),
    ],
)
def test_the_roster_knows_a_student_by_any_of_their_names(roster, name, student):
    assert roster.find([name]) == student


def test_hand_ins_get_the_rosters_names_and_who_handed_in_nothing_is_there(roster, tmp_path):
    folder = laid(tmp_path / "in", "leeann_12_345_03.ipynb", "03_autograd_s3.ipynb", "Eve.ipynb", "section/15/x.ipynb")
    handins = roster.assign(find_handins([folder], "03_autograd"))
    assert {(handin.name, handin.student, handin.reason) for handin in handins} == {
        ("leeann_12_345_03.ipynb", "s1", ""),
        ("03_autograd_s3.ipynb", "s3", ""),
        ("Eve.ipynb", "Eve", ""),
        ("section/15/x.ipynb", "s4", ""),
        ("", "s2", NOTHING),
    }


@pytest.mark.parametrize("text", ["", "id\n", "id\ns1\ns1\n", "\xff"])
def test_what_is_no_roster_is_refused(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text, encoding="latin-1")
    with pytest.raises(NotebookError, match=r"roster\.csv"):
        Roster(tmp_path / "roster.csv")
