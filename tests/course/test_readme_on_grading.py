"""README's chapter on grading, sentence by sentence, each with the tests that hold it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELD_BY = {
    "From a submission only its answers are taken, by question, and put into the instructor's notebook.": [
        "course/test_submission.py::test_the_answer_is_found_by_its_metadata",
        "course/test_messy_folder.py::test_metadata_of_a_submission_give_no_points_and_take_none",
    ],
    "Each question runs in a fresh kernel in a process of its own, and its output is compared outside of that process.": [
        "course/test_forks.py::test_nothing_of_one_reaches_the_next",
        "course/test_cheating.py::test_no_attempt_earns_hidden_points",
    ],
    "A submission that loops, crashes or is no notebook is a row with the reason, and the batch goes on.": [
        "course/test_grade.py::test_a_bad_submission_has_its_reason"
    ],
    "Folders as Moodle and Canvas export them are understood, and `--roster` names a file that says what each student is "
    "called.": [
        "course/test_handins.py::test_moodle",
        "course/test_handins.py::test_canvas",
        "course/test_handins.py::test_the_roster_knows_a_student_by_any_of_their_names",
    ],
    "Who has handed in a PDF, a zip file or nothing is a row, too.": [
        "course/test_handins.py::test_who_has_no_notebook_has_a_reason",
        "course/test_results.py::test_shards_are_merged",
    ],
    "With `--json` each row is kept as soon as it is graded: the same command goes on where it stopped, and grades only "
    "what has changed.": [
        "course/test_results.py::test_each_row_is_kept_at_once_and_grading_goes_on_where_it_stopped",
        "course/test_results.py::test_what_has_not_changed_is_kept",
    ],
    "`--attempt`, `--deadline` and `--late-penalty` count in the report and leave the stored grades alone.": [
        "course/test_rules.py::test_of_two_hand_ins_the_last_or_the_best_counts",
        "course/test_results.py::test_lateness_is_in_the_report_and_not_in_the_stored_grade",
    ],
    "`--shard 2/8` grades the second of eight parts, and `edutorch report` puts the parts together.": [
        "course/test_results.py::test_shards_are_merged"
    ],
    "`--executor dask:ADDRESS` sends submissions to the workers of a dask.distributed scheduler, and a worker that ends in "
    "the middle loses nothing.": ["course/test_far.py::test_the_report_is_the_same_and_a_killed_worker_loses_nothing"],
    "`--moodle` and `--canvas` write tables that these import, and `edutorch gradebook` has a line a student over all "
    "exercises.": [
        "course/test_gradebook.py::test_moodle_has_its_worksheet",
        "course/test_gradebook.py::test_canvas_imports_by_its_own_ids_where_it_has_named_the_file",
        "course/test_gradebook.py::test_the_gradebook_has_a_line_a_student_and_a_column_an_exercise",
    ],
    "`--html` writes a page for each student, with question, answer and points side by side, and an `index.html` for you "
    "with the distribution, the hardest questions and each planted mistake; `--feedback` puts the pages into a zip file "
    "that Moodle and Canvas take back.": [
        "course/test_pages.py::test_a_learner_sees_the_question_beside_verdict_and_answer",
        "course/test_pages.py::test_a_learner_sees_which_checks_gave_points_and_of_hidden_ones_how_many",
        "course/test_pages.py::test_an_instructor_sees_distribution_questions_mistakes_and_students",
        "course/test_pages.py::test_a_zip_of_the_pages_goes_back_to_the_platform",
    ],
    "`edutorch gradescope` builds a Gradescope autograder, with hidden checks as tests of their own.": [
        "course/test_gradescope.py::test_a_submission_is_graded_in_gradescopes_layout",
        "course/test_gradescope.py::test_hidden_checks_are_a_test_of_their_own_and_seen_when_the_instructor_says",
    ],
    "`--overrides` names a file of points and comments that a person gives; answers in prose are graded there.": [
        "course/test_overrides.py::test_points_by_hand_count_in_the_report_with_their_reason",
        "course/test_overrides.py::test_a_text_is_graded_by_the_file",
    ],
    "[GRADING.md](edutorch/GRADING.md) says what each file holds, and a schema describes the JSON.": [
        "course/test_grade.py::test_the_columns_are_documented",
        "course/test_grade.py::test_the_json_is_as_its_schema_says",
    ],
    "On Linux with bubblewrap installed the kernels have no network, see no other processes, and of your files those of "
    "Python and edutorch alone.": [
        "course/test_cheating.py::test_there_is_no_network",
        "course/test_cheating.py::test_no_process_but_its_own_is_seen",
        "course/test_cheating.py::test_the_solution_is_not_there",
        "course/test_sandbox.py::test_only_what_runs_python_is_there",
        "course/test_mounts.py::test_no_answer_among_the_packages_is_in_reach",
    ],
    "Each submission has a sandbox of its own, and another one as soon as an answer has left a file in it.": [
        "course/test_forks.py::test_each_job_has_a_sandbox_of_its_own",
        "course/test_forks.py::test_where_an_answer_leaves_something_the_next_has_another_sandbox",
    ],
    "`--sandbox docker` or `podman` runs each submission in a container instead, of an image that `edutorch image` "
    "builds.": [
        "course/test_container.py::test_each_submission_has_a_container_without_network_and_with_bounds",
        "course/test_container.py::test_the_image_has_edutorch_without_the_course",
        "course/test_container.py::test_with_podman_itself",
    ],
    "Elsewhere `edutorch grade` says what a submission could do before it runs anything, and asks for `--unsafe`: on "
    "Linux Landlock keeps files and processes out of reach, but not the network, and on other systems time, memory, "
    "file size and output are limited and nothing more.": [
        "course/test_sandbox.py::test_a_file_is_bounded",
        "course/test_sandbox.py::test_with_landlock_alone_files_of_others_are_out_of_reach",
        "course/test_results.py::test_without_a_sandbox_nothing_is_graded_unasked",
    ],
    "Each row says what its own run had.": ["course/test_results.py::test_each_row_says_what_its_own_run_had"],
    "An answer that calls the piece of the library that it is to replace is refused.": [
        "course/test_delegation.py::test_an_answer_that_delegates_to_the_library_loses_points"
    ],
    "Hidden checks draw inputs by a seed, of yours alone or of `--seed`, so an answer that prints what it has seen "
    "fails.": [
        "course/test_drawn.py::test_an_answer_that_prints_the_stored_constants_fails_with_another_seed",
        "course/test_drawn.py::test_ones_own_seed_comes_from_a_secret_that_is_kept",
        "course/test_drawn.py::test_each_question_to_write_has_a_hidden_check_that_draws",
    ],
    "`--private FOLDER` lays hidden checks and questions over the notebooks that everyone can read.": [
        "course/test_overlay.py::test_release_and_grade_use_it_and_the_public_notebook_learns_nothing"
    ],
    "An exercise is written once, in `solutions/`: answers, public and hidden checks, hints, and mistakes that learners "
    "make, each with the message they get.": [
        "course/test_release.py::test_the_courses_exercises_are_in_step_and_their_mistakes_lose_points",
        "course/test_release.py::test_answers_mistakes_and_hidden_checks_are_not_released",
        "course/test_learner.py::test_hints_come_one_by_one",
        "course/test_grade.py::test_each_mistake_has_its_message_and_loses_points",
    ],
    "`edutorch new` adds a question's cells, `edutorch lint` names what is wrong with them, and `edutorch release` makes the "
    "learner's notebook from it.": [
        "course/test_authoring.py::test_the_skeletons_of_all_forms_are_released_as_they_are",
        "course/test_authoring.py::test_skeletons_that_are_filled_in_are_released_and_without_fault",
        "course/test_authoring.py::test_a_fault_is_named_with_its_cell_and_rule",
        "course/test_release.py::test_a_released_answer_cell_is_a_stub_and_a_cell_asks",
    ],
}


def test_the_chapter_says_this_and_no_more():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    chapter = re.search(r"^## Grading\n(.*?)^## ", text, re.M | re.S).group(1)
    paragraphs = [
        " ".join(part.split())
        for part in chapter.split("\n\n")
        if part.strip() and not part.startswith(("    ", "\n    "))
    ]
    assert " ".join(paragraphs) == " ".join(HELD_BY)


@pytest.mark.parametrize("test", sorted({test for tests in HELD_BY.values() for test in tests}))
def test_what_holds_a_sentence_is_there(test):
    file, name = test.split("::")
    assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
