//! One talk: a history that grows, and a user who goes on or doubts.

use dualbench_scenario::{Exchange, Message, Request, Result, Target};

const QUESTIONS: [&str; 4] = [
    "What makes the tides of the sea?",
    "And why are there two of them each day?",
    "Where on Earth are they highest, and why there?",
    "Can that be used to make electricity?",
];
const DOUBT: &str =
    "I am not sure that I follow. Can you say that again in simpler words, with an example?";

/// What was said so far.
pub struct Talk {
    history: Vec<Message>,
    asked: usize,
}

impl Talk {
    pub fn begin() -> Self {
        let history = vec![Message::system(
            "You are a patient teacher. Answer in a few sentences.",
        )];
        Self { history, asked: 0 }
    }

    /// Sends all that was said, and the next question or a doubt about the last answer.
    pub fn ask(&mut self, engine: Target, doubts: bool, output_tokens: u32) -> Result<Exchange> {
        let words = if doubts && self.asked > 0 {
            DOUBT
        } else {
            QUESTIONS[self.asked % QUESTIONS.len()]
        };
        self.asked += usize::from(words != DOUBT);
        self.history.push(Message::user(words));
        engine.start(&Request::messages(self.history.clone()).at_most(output_tokens))
    }

    /// The answer becomes part of the history.
    pub fn heard(&mut self, answer: String) {
        self.history.push(Message::assistant(answer));
    }
}
