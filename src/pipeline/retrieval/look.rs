//! What an index is at this moment, without opening it for work: nothing is made, written or brought up to date.

use std::collections::HashMap;
use std::path::Path;
use std::time::SystemTime;

use sqlx::SqliteConnection;

use crate::pipeline::retrieval::config::CorpusConfig;
use crate::pipeline::retrieval::corpus::list;
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::schema;
use crate::pipeline::retrieval::update::blocking;

/// Bytes of a folder that are read to see whether its index is behind.
const READ_BYTES: u64 = 16 << 20;

const NEVER: &str = "nothing is indexed yet: the first run that asks the pipeline does it, or `dualbench index`";

/// An index as it lies on the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexFacts {
    /// With what is not yet moved from its log into it. `None`: there is no file.
    pub size_bytes: Option<u64>,
    /// When it was last written: a look that finds nothing new does not write.
    pub changed_at: Option<SystemTime>,
    /// Or why it holds nothing that can be used.
    pub content: Result<Content, String>,
    /// Whether it does not hold what its folder holds now; or why that is not known.
    pub behind: Result<bool, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    pub documents: u64,
    pub passages: u64,
}

/// `idle`: the folder may be read; while something is measured it is not.
///
/// # Errors
/// The folder or the index cannot be read, or the index is a database of something else.
pub async fn look(config: &CorpusConfig, idle: bool) -> Result<IndexFacts, RetrievalError> {
    // Before it is opened: that may touch the times.
    let (size_bytes, changed_at) = on_disk(&config.database);
    let never = IndexFacts { size_bytes, changed_at, content: Err(NEVER.to_owned()), behind: Err(NEVER.to_owned()) };
    let Some(mut db) = schema::open_to_look(&config.database).await? else { return Ok(never) };
    let (content, known) = read(&mut db).await.map_err(|e| schema::broken(&config.database, e))?;
    if content.documents == 0 {
        return Ok(never);
    }
    let behind = if idle {
        let folder = config.folder.clone();
        let compared = blocking(move || is_behind(folder.as_deref(), known));
        let trouble = |problem| RetrievalError::Index { path: config.database.clone(), problem };
        compared.await.map_err(trouble)??
    } else {
        Err("a run is measured, and the folder is left alone meanwhile".to_owned())
    };
    Ok(IndexFacts { content: Ok(content), behind, ..never })
}

/// Whether there is something to index, and a place for the index.
///
/// # Errors
/// The folder cannot be read, or holds no text.
pub async fn readable(config: &CorpusConfig) -> Result<(), RetrievalError> {
    let folder = config.folder.clone();
    let listed = blocking(move || list(folder.as_deref())).await;
    let trouble = |problem| RetrievalError::Index { path: config.database.clone(), problem };
    let listing = listed.map_err(trouble)??;
    match &config.folder {
        Some(path) if listing.candidates.is_empty() => {
            Err(RetrievalError::Empty { path: path.clone(), skipped: listing.skipped.len() })
        }
        _ => Ok(()),
    }
}

fn on_disk(database: &Path) -> (Option<u64>, Option<SystemTime>) {
    let Ok(main) = std::fs::metadata(database) else { return (None, None) };
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::metadata(log).ok().filter(|log| log.len() > 0);
    let bytes = main.len() + log.as_ref().map_or(0, std::fs::Metadata::len);
    let changed = [Some(main), log].into_iter().flatten().filter_map(|m| m.modified().ok()).max();
    (Some(bytes), changed)
}

type Known = HashMap<String, Vec<u8>>;

async fn read(db: &mut SqliteConnection) -> Result<(Content, Known), sqlx::Error> {
    let known: Vec<(String, Vec<u8>)> = sqlx::query_as("select path, sha256 from source").fetch_all(&mut *db).await?;
    let passages: i64 = sqlx::query_scalar("select count(*) from passage").fetch_one(&mut *db).await?;
    let content = Content { documents: known.len() as u64, passages: passages.unsigned_abs() };
    Ok((content, known.into_iter().collect()))
}

/// Every text that can be read is held against what the index knows of it.
fn is_behind(folder: Option<&Path>, mut known: Known) -> Result<Result<bool, String>, RetrievalError> {
    let listing = list(folder)?;
    let bytes: u64 = listing.candidates.iter().map(super::corpus::Candidate::bytes).sum();
    if bytes > READ_BYTES {
        let why = format!("the folder holds {} MiB of text, too much to be read at each look", bytes >> 20);
        return Ok(Err(why));
    }
    for candidate in listing.candidates {
        // What is skipped is in no index.
        let Ok(document) = candidate.read(folder) else { continue };
        if known.remove(&document.path).is_none_or(|sha256| sha256 != document.sha256) {
            return Ok(Ok(true));
        }
    }
    Ok(Ok(!known.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::retrieval::{Config, open};

    struct Place {
        dir: tempfile::TempDir,
        config: CorpusConfig,
    }

    fn place() -> Place {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("docs");
        std::fs::create_dir(&folder).expect("made");
        std::fs::write(folder.join("a.md"), "# Rivers\n\nA river runs to the sea.").expect("written");
        let config = CorpusConfig { folder: Some(folder), database: dir.path().join("index.db") };
        Place { dir, config }
    }

    async fn index(config: &CorpusConfig) {
        open(&Config::Fts(config.clone())).await.expect("indexed");
    }

    async fn behind(config: &CorpusConfig) -> bool {
        look(config, true).await.expect("looked at").behind.expect("known")
    }

    #[tokio::test]
    async fn an_index_that_was_never_made_is_told_and_not_made() {
        let place = place();
        let facts = look(&place.config, true).await.expect("looked at");
        assert_eq!((facts.size_bytes, facts.changed_at), (None, None));
        assert!(facts.content.expect_err("nothing").contains("dualbench index"));
        assert!(!place.config.database.exists());
    }

    #[tokio::test]
    async fn an_index_tells_its_size_and_what_it_holds() {
        let place = place();
        index(&place.config).await;
        let facts = look(&place.config, true).await.expect("looked at");
        assert_eq!(facts.content, Ok(Content { documents: 1, passages: 1 }));
        assert!(facts.size_bytes > Some(0) && facts.changed_at.is_some(), "{facts:?}");
        assert_eq!(facts.behind, Ok(false));
    }

    #[tokio::test]
    async fn an_index_is_behind_once_a_text_is_new_changed_or_gone() {
        let place = place();
        let folder = place.dir.path().join("docs");
        index(&place.config).await;
        std::fs::write(folder.join("b.md"), "more").expect("written");
        assert!(behind(&place.config).await, "a new one");
        index(&place.config).await;
        std::fs::write(folder.join("b.md"), "other").expect("written");
        assert!(behind(&place.config).await, "a changed one");
        index(&place.config).await;
        std::fs::remove_file(folder.join("b.md")).expect("removed");
        assert!(behind(&place.config).await, "one that is gone");
        std::fs::write(folder.join("latin1.txt"), b"caf\xe9").expect("written");
        index(&place.config).await;
        assert!(!behind(&place.config).await, "what is no text is in no index");
    }

    #[tokio::test]
    async fn the_folder_is_left_alone_while_something_is_measured() {
        let place = place();
        index(&place.config).await;
        let facts = look(&place.config, false).await.expect("looked at");
        assert!(facts.content.is_ok() && facts.behind.expect_err("not read").contains("measured"));
    }

    #[tokio::test]
    async fn a_missing_folder_and_a_foreign_database_are_told() {
        let place = place();
        index(&place.config).await;
        let nowhere = CorpusConfig { folder: Some("/nowhere/at/all".into()), ..place.config.clone() };
        assert!(matches!(look(&nowhere, true).await, Err(RetrievalError::Folder { .. })));
        let text = place.dir.path().join("text.db");
        std::fs::write(&text, "no database at all, just a text that is long enough").expect("written");
        let error = look(&CorpusConfig { database: text, ..place.config }, true).await.expect_err("no database");
        assert!(error.to_string().contains("text.db"), "{error}");
    }
}
