//! What people keep about a run: tags, a note, and that it is off the lists. No figure depends on it.

use std::collections::BTreeMap;

use crate::events::{RunId, WallTime};
use crate::store::{History, Store, StoreError, table};

/// Tags of one run, at most.
const TAGS: usize = 20;
/// Characters of a tag, at most.
const TAG_CHARS: usize = 40;
/// Characters of a note, at most.
const NOTE_CHARS: usize = 4_000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Each once, in their order.
    pub tags: Vec<String>,
    pub note: String,
    /// Off the lists; the run, its figures and its journal line stay.
    pub removed: bool,
}

/// What a list tells of a run beside its figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    pub tags: Vec<String>,
    pub note: String,
    /// What the engines said they serve.
    pub main_model: Option<String>,
    pub mini_model: Option<String>,
    /// Whether they are simulated; `None` where one was not looked at.
    pub main_simulated: Option<bool>,
    pub mini_simulated: Option<bool>,
}

/// What is to be kept; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkChange {
    pub tags: Option<Vec<String>>,
    pub note: Option<String>,
    pub removed: Option<bool>,
}

impl MarkChange {
    /// Every problem at once: the field, and what is wrong with it.
    pub fn problems(&self) -> Vec<(String, String)> {
        let tags = self.tags.iter().flatten().enumerate();
        let mut problems: Vec<_> = tags.filter_map(|(i, tag)| Some((format!("tags[{i}]"), wrong_with(tag)?))).collect();
        if self.tags.as_ref().is_some_and(|tags| tags.len() > TAGS) {
            problems.push(("tags".into(), format!("more than {TAGS} tags")));
        }
        if self.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_CHARS) {
            problems.push(("note".into(), format!("longer than {NOTE_CHARS} characters")));
        }
        problems
    }

    fn onto(&self, mut mark: Mark) -> Mark {
        if let Some(tags) = &self.tags {
            mark.tags = tags.iter().map(|tag| tag.trim().to_owned()).collect();
            mark.tags.sort_unstable();
            mark.tags.dedup();
        }
        if let Some(note) = &self.note {
            mark.note = note.trim().to_owned();
        }
        mark.removed = self.removed.unwrap_or(mark.removed);
        mark
    }
}

fn wrong_with(tag: &str) -> Option<String> {
    let tag = tag.trim();
    if tag.is_empty() || tag.chars().count() > TAG_CHARS {
        return Some(format!("a tag has 1 to {TAG_CHARS} characters"));
    }
    tag.contains(|c: char| c == ',' || c.is_control()).then(|| "a tag has neither commas nor line breaks".to_owned())
}

impl Store {
    /// Keeps what the change says, and tells what is kept now. Ask [`MarkChange::problems`] first.
    pub async fn mark(&self, run: RunId, change: &MarkChange) -> Result<Mark, StoreError> {
        let mut db = self.writer.acquire().await.map_err(|e| self.error(e))?;
        let before = table::mark::of(&mut db, run).await.map_err(|e| self.error(e))?.unwrap_or_default();
        let mark = change.onto(before);
        table::mark::keep(&mut db, run, &mark, WallTime::now()).await.map_err(|e| self.error(e))?;
        Ok(mark)
    }
}

impl History {
    /// Of the runs from one to the other, what their lists tell beside the figures.
    pub async fn labels(&self, from: RunId, to: RunId) -> Result<BTreeMap<RunId, Label>, StoreError> {
        let mut db = self.connection().await?;
        table::mark::labels(&mut db, from, to).await.map_err(|e| self.error(e))
    }

    /// What is kept about a run.
    pub async fn mark_of(&self, run: RunId) -> Result<Mark, StoreError> {
        let mut db = self.connection().await?;
        Ok(table::mark::of(&mut db, run).await.map_err(|e| self.error(e))?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_kept_once_and_in_order_and_what_is_not_named_stays() {
        let change = MarkChange { tags: Some(vec![" b ".into(), "a".into(), "b".into()]), ..MarkChange::default() };
        assert_eq!(change.problems(), []);
        let mark = change.onto(Mark { note: "kept".into(), removed: true, ..Mark::default() });
        assert_eq!(mark, Mark { tags: vec!["a".into(), "b".into()], note: "kept".into(), removed: true });
    }

    #[test]
    fn every_tag_that_cannot_be_one_is_told() {
        let tags = vec![String::new(), "fine".into(), "a,b".into(), "x".repeat(41)];
        let change = MarkChange { tags: Some(tags), note: Some("n".repeat(4_001)), removed: None };
        let fields: Vec<String> = change.problems().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["tags[0]", "tags[2]", "tags[3]", "note"]);
    }

    #[tokio::test]
    async fn a_run_that_is_off_the_lists_keeps_the_moment_at_which_it_was_taken_off() {
        let dir = tempfile::tempdir().expect("a folder");
        let config = crate::store::Config { database: dir.path().join("d.db"), journal: dir.path().join("j.jsonl") };
        let store = Store::open(config).await.expect("opened");
        let run = RunId::fresh();
        let taken_off = async |removed| {
            store.mark(run, &MarkChange { removed: Some(removed), ..MarkChange::default() }).await.expect("kept");
            let mut db = store.connection().await.expect("a connection");
            let at = sqlx::query_scalar::<_, Option<String>>("select removed_at from mark where run_id = ?");
            at.bind(run.to_string()).fetch_one(&mut *db).await.expect("a row")
        };
        let first = taken_off(true).await;
        assert!(first.is_some());
        while Some(WallTime::now().to_string()) == first {}
        assert_eq!(taken_off(true).await, first);
        assert_eq!(taken_off(false).await, None);
    }
}
