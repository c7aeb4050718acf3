//! What the pipeline is asked: the user's own questions, or a dozen of ours about running models at home. Text only.

/// Written for this scenario; the corpus that ships with dualbench can answer most of them.
const BUILT_IN: [&str; 12] = [
    "How much GPU memory does a 14B model need when its weights are stored in 4 bits?",
    "Why is the first token of an answer so much slower than the ones that follow?",
    "What does the KV cache hold, and how does it grow with the length of the context?",
    "When is it worth running a small model beside a large one on the same card?",
    "How does speculative decoding make generation faster, and when does it fail to?",
    "What is lost when a model is quantised from 8 bits to 4 bits?",
    "Why do two engines on one graphics card slow each other down?",
    "How should documents be cut into passages before they are indexed for retrieval?",
    "What is the difference between keyword search and vector search over my own notes?",
    "How can I tell whether an engine has moved part of a model into system memory?",
    "Which setting decides how many requests an engine serves at the same time?",
    "Hello! Can you summarise in one sentence what you are able to do?",
];

/// One question a line; blank lines are no questions. An empty text stands for the built-in ones.
pub fn questions(text: &str) -> Vec<String> {
    let own: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    if own.is_empty() {
        BUILT_IN.map(str::to_owned).into()
    } else {
        own
    }
}

/// Which questions are asked at the same time: one for each of so many users, until every question was asked. The
/// last group begins again at the first question where it would be too small.
pub fn groups(questions: &[String], users: usize) -> Vec<Vec<&str>> {
    let users = users.max(1);
    let group = |first: usize| {
        (first..first + users)
            .map(|i| questions[i % questions.len()].as_str())
            .collect()
    };
    (0..questions.len()).step_by(users).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_question_and_blank_ones_are_none() {
        assert_eq!(questions("  one? \r\n\n two?\n"), ["one?", "two?"]);
    }

    #[test]
    fn without_a_question_there_are_twelve() {
        assert_eq!(questions(" \n").len(), 12);
    }

    #[test]
    fn every_user_has_a_question_and_every_question_is_asked() {
        let all = questions("a\nb\nc");
        assert_eq!(groups(&all, 1), [["a"], ["b"], ["c"]]);
        assert_eq!(groups(&all, 2), [["a", "b"], ["c", "a"]]);
        assert_eq!(groups(&all, 4), [["a", "b", "c", "a"]]);
    }
}
