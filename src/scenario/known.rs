//! What is known of one file of the folder: its stamp, its last good module, and why the newest version fails.

use super::catalogue::{Entry, Failure};
use super::folder::Stamp;
use super::module::{DescribeFault, LoadClass, LoadError, Module};
use std::sync::Arc;
use std::time::Instant;

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
    /// The older of two files with one name serves.
    pub(super) order: u64,
}

#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) first: Instant,
    pub(super) last: Instant,
}

impl Known {
    pub(super) fn new(stamp: Stamp, order: u64) -> Self {
        Self { stamp, changed: None, gone: None, sha256: None, ready: None, failure: None, order }
    }

    pub(super) fn never_read(&self) -> bool {
        self.ready.is_none() && self.failure.is_none()
    }

    /// A bad new version never removes the good old one.
    pub(super) fn take(&mut self, file: &str, loaded: Result<Arc<Module>, LoadError>) {
        let at = jiff::Timestamp::now();
        match loaded {
            Ok(module) => {
                let (name, sha256) = (&module.manifest.name, &module.sha256);
                let compile_ms = module.compile.as_secs_f64() * 1e3;
                tracing::info!(%file, scenario = %name, %sha256, compile_ms, "scenario loaded");
                self.ready = Some((module, at));
                self.failure = None;
            }
            Err(error) => {
                tracing::warn!(%file, class = error.class.word(), "{}", error.message);
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
        let what = format!(
            "the name `{}` is already taken by `{other}`: change `name` in one of the two manifests, or remove a file",
            self.name
        );
        let class = LoadClass::DescribeFailed(DescribeFault::Invalid);
        let error = LoadError::new(class, &self.file, what);
        self.ready = None;
        self.loaded_at = None;
        self.failure = Some(Failure { class, message: error.message, backtrace: None, file: self.file.clone(), at });
    }
}
