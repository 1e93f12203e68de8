"""The stories on AWS's own DynamoDB, whose transactions meet one another."""

from tests.test_stories import (
    test_a_loop_is_closed_by_a_teach_back,
    test_a_shy_question_is_answered_by_voice,
    test_feedback_is_asked_for_given_and_used,
    test_five_departments_solve_a_problem_and_three_add_at_the_same_moment,
    test_the_first_weeks_of_a_new_hire_with_a_mentor_and_two_fellows,
)

__all__ = [
    "test_a_loop_is_closed_by_a_teach_back",
    "test_a_shy_question_is_answered_by_voice",
    "test_feedback_is_asked_for_given_and_used",
    "test_five_departments_solve_a_problem_and_three_add_at_the_same_moment",
    "test_the_first_weeks_of_a_new_hire_with_a_mentor_and_two_fellows",
]
