import unittest
from itertools import cycle
from unittest.mock import patch

from dualbench import closed, main, measure, mini, open_loop, request, stage, staged, user
from wit_world.imports import engines
from wit_world.imports.engines import Prompt_Messages, Prompt_Text, Spacing, Until_Repetitions, Until_Seconds


def ramp(seconds):
    return staged(main, "Hello.", from_per_second=1, stages=[stage(5, seconds=seconds), stage(5, seconds=0.5)])


def asked_until(*workloads, **until):
    """What the host is asked for as the end."""
    with patch.object(engines, "measure_loads", return_value=list(workloads)) as host:
        measure(*workloads, **until)
    return host.call_args.args[1]


class Load(unittest.TestCase):
    def test_one_prompt_is_one_request(self):
        load = closed(main, "Hello.", at_most=0)
        self.assertEqual(load.requests, [request("Hello.", at_most=0)])

    def test_messages_are_one_conversation(self):
        (asked,) = closed(main, (user(text) for text in ["Hello.", "Hello?"])).requests
        self.assertEqual(asked.prompt, Prompt_Messages([user("Hello."), user("Hello?")]))

    def test_several_prompts_are_several_requests(self):
        load = closed(main, ("One.", [user("Two.")]), at_most=7)
        self.assertEqual(load.requests, [request("One.", at_most=7), request([user("Two.")], at_most=7)])

    def test_a_generator_of_requests_is_taken_in_order(self):
        load = closed(main, (request(text, at_most=at) for at, text in enumerate(["One.", "Two."])))
        self.assertEqual([one.prompt for one in load.requests], [Prompt_Text("One."), Prompt_Text("Two.")])

    def test_nothing_to_ask_is_refused(self):
        with self.assertRaisesRegex(ValueError, "nothing is asked"):
            closed(main, [])

    def test_a_generator_without_an_end_is_refused(self):
        with self.assertRaisesRegex(ValueError, "10000 requests at most"):
            closed(main, cycle(["One.", "Two."]))

    def test_arrivals_are_at_random_unless_said_otherwise(self):
        self.assertEqual(open_loop(main, "Hello.", rate_per_second=2).pace.value.spacing, Spacing.POISSON)
        self.assertEqual(ramp(1).pace.value.spacing, Spacing.POISSON)
        constant = open_loop(main, "Hello.", rate_per_second=2, spacing="constant")
        self.assertEqual(constant.pace.value.spacing, Spacing.CONSTANT)

    def test_a_wrong_word_for_the_spacing_is_refused_with_the_known_ones(self):
        with self.assertRaisesRegex(ValueError, 'spacing "even" is none of "constant", "poisson"'):
            open_loop(main, "Hello.", rate_per_second=2, spacing="even")
        with self.assertRaisesRegex(ValueError, 'spacing "even" is none of "constant", "poisson"'):
            staged(main, "Hello.", from_per_second=1, stages=[stage(5, seconds=1)], spacing="even")

    def test_stages_that_are_no_list_of_stages_are_refused(self):
        for given in (stage(5, seconds=1), [], [(5, 1)], "5/1", None):
            with self.assertRaisesRegex(TypeError, "`stages` must be a list of stages"):
                staged(main, "Hello.", from_per_second=1, stages=given)

    def test_a_load_ends_with_its_longest_stages_where_nothing_is_said(self):
        self.assertEqual(asked_until(ramp(2), ramp(3), closed(mini, "Hello.")), Until_Seconds(3.5))

    def test_an_end_that_is_said_counts(self):
        self.assertEqual(asked_until(ramp(2), repetitions=0), Until_Repetitions(0))
        self.assertEqual(asked_until(ramp(2), seconds=9), Until_Seconds(9.0))

    def test_without_stages_the_end_must_be_said_once(self):
        for until in ({}, {"repetitions": 2, "seconds": 2}):
            with self.assertRaisesRegex(TypeError, "say until when"):
                measure(closed(main, "Hello."), **until)
