import unittest

from dualbench import calibrated, request, user
from dualbench.request import as_request
from wit_world.imports.engines import Length_AtMost, Length_Exact, Prompt_Messages


class Request(unittest.TestCase):
    def test_an_answer_of_no_tokens_is_asked_for_as_such(self):
        self.assertEqual(request("Hello.", at_most=0).length, Length_AtMost(0))
        self.assertEqual(request("Hello.", exactly=0).length, Length_Exact(0))

    def test_a_length_that_is_not_said_is_256_at_most(self):
        self.assertEqual(request("Hello.").length, Length_AtMost(256))

    def test_two_lengths_are_refused(self):
        with self.assertRaisesRegex(TypeError, "`exactly` and `at_most` are both given"):
            request("Hello.", exactly=0, at_most=0)

    def test_a_wrong_word_for_the_cache_is_refused_with_the_known_ones(self):
        with self.assertRaisesRegex(ValueError, 'cache "lukewarm" is none of "cold", "warm"'):
            calibrated(8, cache="lukewarm")

    def test_a_conversation_may_come_from_a_generator(self):
        asked = request(user(text) for text in ["Hello.", "Hello?"])
        self.assertEqual(asked.prompt, Prompt_Messages([user("Hello."), user("Hello?")]))

    def test_what_is_no_prompt_is_refused(self):
        for given in (8, None, ["Hello."]):
            with self.assertRaisesRegex(TypeError, "a prompt is a text, a list of messages, or calibrated"):
                request(given)

    def test_a_request_is_not_asked_in_another_way_than_it_says(self):
        asked = request("Hello.", at_most=5)
        self.assertIs(as_request(asked), asked)
        with self.assertRaisesRegex(TypeError, "`at_most` beside a request"):
            as_request(asked, at_most=6)
