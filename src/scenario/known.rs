//! What is known of one file of the folder: its stamp, its last good module, and why the newest version fails.

use super::catalogue::{Entry, Failure};
use super::folder::Stamp;
use super::module::{DescribeFault, LoadClass, LoadError, Module};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A failure that may pass is looked at again after so long.
const RETRY: Duration = Duration::from_secs(10);

/// What is known of one file.
pub(super) struct Known {
    pub(super) stamp: Stamp,
    /// Not yet read since this change.
    pub(super) changed: Option<Change>,
    pub(super) gone: Option<Instant>,
    /// Of the bytes last read, good or bad.
    pub(super) sha256: Option<String>,
    pub(super) ready: Option<(Arc<Module>, jiff::Timestamp)>,
    pub(super) failure: Option<Failure>,
    /// Of two files with one name, the one that has had it for longer serves.
    pub(super) order: u64,
    /// The newest version waits for a name that another file serves.
    pub(super) waits_for_name: bool,
    /// When a failure that may pass is looked at again.
    pub(super) retry: Option<Instant>,
}

#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) first: Instant,
    pub(super) last: Instant,
}

impl Known {
    pub(super) fn new(stamp: Stamp, order: u64) -> Self {
        Self {
            stamp,
            changed: None,
            gone: None,
            sha256: None,
            ready: None,
            failure: None,
            order,
            waits_for_name: false,
            retry: None,
        }
    }

    pub(super) fn never_read(&self) -> bool {
        self.ready.is_none() && self.failure.is_none()
    }

    /// To be read once more, though the file did not change.
    pub(super) fn read_again(&mut self, now: Instant) {
        self.sha256 = None;
        (self.waits_for_name, self.retry) = (false, None);
        self.changed.get_or_insert(Change { first: now, last: now });
    }

    /// A bad new version never removes the good old one.
    pub(super) fn take(&mut self, file: &str, loaded: Result<Arc<Module>, LoadError>) {
        let at = jiff::Timestamp::now();
        (self.waits_for_name, self.retry) = (false, None);
        match loaded {
            Ok(module) => {
                let (name, sha256) = (&module.manifest.name, &module.sha256);
                let compile_ms = module.compile.as_secs_f64() * 1e3;
                tracing::info!(?file, scenario = %name, %sha256, compile_ms, "scenario loaded");
                self.ready = Some((module, at));
                self.failure = None;
            }
            Err(error) => {
                tracing::warn!(?file, class = error.class.word(), "{}", error.message);
                self.retry = error.may_pass.then(|| Instant::now() + RETRY);
                self.failure = Some(Failure {
                    class: error.class,
                    message: error.message,
                    backtrace: error.backtrace,
                    file: file.to_owned(),
                    at,
                });
            }
        }
    }

    pub(super) fn entry(&self, file: &str) -> Entry {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = self.ready.as_ref().map(|(module, _)| module.manifest.name.clone());
        Entry {
            name: name.unwrap_or_else(|| stem.to_owned()),
            file: file.to_owned(),
            ready: self.ready.as_ref().map(|(module, _)| Arc::clone(module)),
            loaded_at: self.ready.as_ref().map(|(_, at)| *at),
            failure: self.failure.clone(),
        }
    }
}

impl Entry {
    /// Another file serves under this name already.
    pub(super) fn outdo(&mut self, other: &str, at: jiff::Timestamp) {
        let error = name_taken(&self.file, &self.name, other);
        self.ready = None;
        self.loaded_at = None;
        let (class, message) = (error.class, error.message);
        self.failure = Some(Failure { class, message, backtrace: None, file: self.file.clone(), at });
    }
}

/// Another file serves under the name of this one's module.
pub(super) fn name_taken(file: &str, name: &str, other: &str) -> LoadError {
    let what = format!(
        "the name `{name}` is already taken by `{other}`: change `name` in one of the two manifests, or remove a file"
    );
    LoadError::new(LoadClass::DescribeFailed(DescribeFault::Invalid), file, what)
}
