//! What can go wrong with retrieval, each with its cure.

use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RetrievalError {
    #[error("corpus folder {}: {problem}; correct its path or its permissions", path.display())]
    Folder { path: PathBuf, problem: String },
    #[error(
        "corpus folder {} holds no .md or .txt file that can be read ({skipped} skipped); put some there, or configure no \
         folder to use the corpus that ships",
        path.display()
    )]
    Empty { path: PathBuf, skipped: usize },
    #[error("index {}: {problem}; it is made of your files, so it may be deleted and is made again", path.display())]
    Index { path: PathBuf, problem: String },
    #[error("index {} is being written by another dualbench; wait until that one is done", path.display())]
    Busy { path: PathBuf },
    #[error("{} is a database of something else; name another file for the index", path.display())]
    NotOurs { path: PathBuf },
    /// `field`: as it is called in this layer's own `Config`.
    #[error("retrieval, {field}: {problem}")]
    Config { field: String, problem: String },
    #[error("{service} at {url} cannot be reached ({why}); start it, or correct its address")]
    Unreachable { service: &'static str, url: String, why: String },
    #[error("{service} at {url} answered {status}: {message}")]
    Status { service: &'static str, url: String, status: u16, message: String },
    #[error("{service} at {url} answered something else than expected: {problem}")]
    Unexpected { service: &'static str, url: String, problem: String },
}
