//! Bringing the index up to date with the files: what is unchanged is not touched, and all of it is one transaction.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sqlx::{Sqlite, Transaction};

use crate::pipeline::retrieval::corpus::{Candidate, Document, Listing};
use crate::pipeline::retrieval::cut::cut;
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::index::Index;

/// What was done to bring an index up to date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexed {
    /// Files and passages that the index holds now.
    pub files: u64,
    pub passages: u64,
    /// Of the files: those that were left as they were, are new, or took the place of an older text.
    pub unchanged: u64,
    pub added: u64,
    pub replaced: u64,
    /// Files that the index held and that are gone, or can no longer be read.
    pub removed: u64,
    /// Files that should be texts and are not in the index, with the reason.
    pub skipped: Vec<(PathBuf, String)>,
}

impl Index {
    pub(super) async fn bring_up_to_date(
        &self,
        folder: Option<&Path>,
        listing: Listing,
    ) -> Result<Indexed, RetrievalError> {
        let mut update = Update::begin(self, listing.skipped).await.map_err(|e| self.broken(e))?;
        for candidate in listing.candidates {
            let folder = folder.map(Path::to_owned);
            let read = blocking(move || read(candidate, folder.as_deref()));
            match read.await.map_err(|problem| self.trouble(problem))? {
                Ok((document, passages)) => update.take(document, passages).await.map_err(|e| self.broken(e))?,
                Err(skip) => update.indexed.skipped.push(skip),
            }
        }
        let indexed = update.finish(folder).await.map_err(|e| self.broken(e))?;
        match folder {
            Some(path) if indexed.files == 0 => {
                Err(RetrievalError::Empty { path: path.to_owned(), skipped: indexed.skipped.len() })
            }
            _ => Ok(indexed),
        }
    }
}

type Skip = (PathBuf, String);

fn read(candidate: Candidate, folder: Option<&Path>) -> Result<(Document, Vec<String>), Skip> {
    let document = candidate.read(folder)?;
    let passages = cut(&document.text);
    Ok((document, passages))
}

/// Reads files and cuts texts where no stream waits for the thread.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|e| format!("reading the corpus broke off ({e})"))
}

/// One bringing up to date, not yet committed.
struct Update {
    db: Transaction<'static, Sqlite>,
    /// What the index held and no file has claimed yet.
    known: HashMap<String, Vec<u8>>,
    indexed: Indexed,
}

impl Update {
    async fn begin(index: &Index, skipped: Vec<Skip>) -> Result<Update, sqlx::Error> {
        let mut db = index.pool.begin_with("begin immediate").await?;
        let known = sqlx::query_as("select path, sha256 from source").fetch_all(&mut *db).await?;
        Ok(Update { db, known: known.into_iter().collect(), indexed: Indexed { skipped, ..Indexed::default() } })
    }

    async fn take(&mut self, document: Document, passages: Vec<String>) -> Result<(), sqlx::Error> {
        match self.known.remove(&document.path) {
            Some(sha256) if sha256 == document.sha256 => {
                self.indexed.unchanged += 1;
                return Ok(());
            }
            Some(_) => {
                self.indexed.replaced += 1;
                self.remove(&document.path).await?;
            }
            None => self.indexed.added += 1,
        }
        self.insert(&document, &passages).await
    }

    async fn insert(&mut self, document: &Document, passages: &[String]) -> Result<(), sqlx::Error> {
        let source = sqlx::query("insert into source (path, sha256) values (?, ?)");
        source.bind(&document.path).bind(document.sha256.as_slice()).execute(&mut *self.db).await?;
        for (position, text) in passages.iter().enumerate() {
            let place = sqlx::query("insert into passage (path, position, sha256) values (?, ?, ?)");
            let place = place.bind(&document.path).bind(i64::try_from(position).unwrap_or(i64::MAX));
            let sha256 = Sha256::digest(text.as_bytes());
            let passage_id = place.bind(sha256.as_slice()).execute(&mut *self.db).await?.last_insert_rowid();
            let words = sqlx::query("insert into passage_text (rowid, text) values (?, ?)");
            words.bind(passage_id).bind(text).execute(&mut *self.db).await?;
        }
        Ok(())
    }

    async fn remove(&mut self, path: &str) -> Result<(), sqlx::Error> {
        for statement in [
            "delete from passage_text where rowid in (select passage_id from passage where path = ?)",
            "delete from passage where path = ?",
            "delete from source where path = ?",
        ] {
            sqlx::query(statement).bind(path).execute(&mut *self.db).await?;
        }
        Ok(())
    }

    /// Removes what no file has claimed, and commits; a folder without any text changes nothing.
    async fn finish(mut self, folder: Option<&Path>) -> Result<Indexed, sqlx::Error> {
        let gone: Vec<String> = self.known.drain().map(|(path, _)| path).collect();
        for path in &gone {
            self.remove(path).await?;
        }
        sqlx::query("delete from embedding where sha256 not in (select sha256 from passage)")
            .execute(&mut *self.db)
            .await?;
        let count = "select (select count(*) from source), (select count(*) from passage)";
        let (files, passages): (i64, i64) = sqlx::query_as(count).fetch_one(&mut *self.db).await?;
        self.indexed.removed = gone.len() as u64;
        self.indexed.files = files.unsigned_abs();
        self.indexed.passages = passages.unsigned_abs();
        if files > 0 || folder.is_none() {
            self.db.commit().await?;
        }
        Ok(self.indexed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::retrieval::config::CorpusConfig;

    struct Place {
        dir: tempfile::TempDir,
        config: CorpusConfig,
    }

    fn place() -> Place {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("notes");
        std::fs::create_dir(&folder).expect("made");
        let config = CorpusConfig { folder: Some(folder), database: dir.path().join("dualbench-index.db") };
        Place { dir, config }
    }

    impl Place {
        fn write(&self, name: &str, text: &str) {
            std::fs::write(self.dir.path().join("notes").join(name), text).expect("written");
        }

        async fn open(&self) -> (Index, Indexed) {
            Index::open(&self.config).await.expect("an index")
        }
    }

    #[tokio::test]
    async fn only_what_changed_is_read_into_the_index_again() {
        let place = place();
        for name in ["a.md", "b.md", "c.md"] {
            place.write(name, &format!("the text of {name}"));
        }
        let (_, first) = place.open().await;
        assert_eq!((first.files, first.passages, first.added), (3, 3, 3));
        let (index, second) = place.open().await;
        assert_eq!((second.files, second.passages, second.unchanged, second.added), (3, 3, 3, 0));
        let before = rowids(&index).await;

        place.write("b.md", "about zebras now");
        place.write("d.md", "a new one");
        std::fs::remove_file(place.dir.path().join("notes/c.md")).expect("removed");
        let (index, third) = place.open().await;
        let told = (third.files, third.unchanged, third.replaced, third.removed, third.added);
        assert_eq!(told, (3, 1, 1, 1, 1));
        assert_eq!(rowids(&index).await[0], before[0], "a.md was not touched");
        assert_eq!(index.search("\"zebras\"", 9).await.expect("found")[0].id, "b.md#0");
        assert_eq!(index.search("\"text\"", 9).await.expect("found").len(), 1, "b.md and c.md are gone");
    }

    async fn rowids(index: &Index) -> Vec<(String, i64)> {
        let rows = sqlx::query_as("select path, passage_id from passage order by path");
        rows.fetch_all(&index.pool).await.expect("rows")
    }

    #[tokio::test]
    async fn a_text_that_can_no_longer_be_read_leaves_the_index_and_is_told() {
        let place = place();
        place.write("a.md", "one");
        place.write("b.md", "two");
        place.open().await;
        std::fs::write(place.dir.path().join("notes/b.md"), b"\xff\xfe").expect("written");
        let (_, told) = place.open().await;
        assert_eq!((told.files, told.removed, told.skipped.len()), (1, 1, 1));
        assert!(told.skipped[0].1.contains("UTF-8"), "{:?}", told.skipped);
    }

    #[tokio::test]
    async fn a_folder_without_texts_is_an_error_and_changes_nothing() {
        let place = place();
        place.write("a.md", "one");
        place.open().await;
        std::fs::remove_file(place.dir.path().join("notes/a.md")).expect("removed");
        let error = Index::open(&place.config).await.expect_err("empty").to_string();
        assert!(error.contains("notes") && error.contains(".md"), "{error}");
        place.write("a.md", "one");
        assert_eq!(place.open().await.1.unchanged, 1);
    }

    #[tokio::test]
    async fn the_same_file_in_another_folder_is_the_same_document() {
        let place = place();
        place.write("a.md", "one");
        place.open().await;
        let other = place.dir.path().join("other");
        std::fs::rename(place.dir.path().join("notes"), &other).expect("moved");
        let config = CorpusConfig { folder: Some(other), ..place.config.clone() };
        assert_eq!(Index::open(&config).await.expect("an index").1.unchanged, 1);
    }
}
