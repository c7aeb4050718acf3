//! What a request may be, and which way each kind takes through the pipeline.

use crate::measure::Target;

/// One kind of request, as the classifier is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The label that the classifier answers with.
    pub name: String,
    /// One line for the classifier.
    pub description: String,
    /// Whether passages are looked for.
    pub retrieves: bool,
    /// The engine that writes the answer: main or mini.
    pub answered_by: Target,
}

impl Intent {
    fn new(name: &str, description: &str, retrieves: bool, answered_by: Target) -> Intent {
        Intent { name: name.to_owned(), description: description.to_owned(), retrieves, answered_by }
    }

    /// What serves where nothing is configured: one of each way.
    pub fn built_in() -> Vec<Intent> {
        vec![
            Intent::new("question", "asks for facts that documents can give", true, Target::Main),
            Intent::new("task", "asks for a text, a plan or code to be written", false, Target::Main),
            Intent::new("small-talk", "a greeting, thanks, or chat", false, Target::Mini),
        ]
    }
}

/// The classifier's instruction.
pub(super) fn instruction(intents: &[Intent]) -> String {
    let lines: Vec<String> = intents.iter().map(|i| format!("- {}: {}", i.name, i.description)).collect();
    format!("You sort what people ask. Answer with exactly one of these labels and nothing else:\n{}", lines.join("\n"))
}
