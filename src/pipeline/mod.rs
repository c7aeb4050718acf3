//! One answer made of both engines: what is found for a question, and how it becomes a prompt.

mod corpus;
pub mod retrieval;
mod template;

pub use retrieval::{
    Fitted, Indexed, Opened, Passage, RerankConfig, Reranker, RetrievalError, Retriever, Room, fit, open,
};
pub use template::{Template, TemplateError};
