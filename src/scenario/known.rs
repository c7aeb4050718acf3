//! What is known of one file of the folder: its stamp, its last good module, and why the newest version fails.

use super::catalogue::{Entry, Failure};
use super::folder::Stamp;
use super::module::{DescribeFault, LoadClass, LoadError, Module};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A version that failed through no fault of its own is tried again after this, then after twice as long, and so on.
const RETRY: Duration = Duration::from_secs(2);
/// Then it is left until the file changes.
const RETRIES: u32 = 5;

/// A module, and when it was loaded.
type Version = (Arc<Module>, jiff::Timestamp);

/// What is known of one file.
pub(super) struct Known {
    pub(super) stamp: Stamp,
    /// Not yet read since this change.
    pub(super) changed: Option<Change>,
    pub(super) gone: Option<Instant>,
    /// Of the bytes last read, those of its data behind them; good or bad; none where reading the same bytes again may come to something else.
    pub(super) sha256: Option<String>,
    /// What new runs get. Of all files only one serves under a name.
    pub(super) ready: Option<Version>,
    /// A good version that does not serve yet: it takes the place of `ready` once its name is free.
    pub(super) waiting: Option<Version>,
    pub(super) failure: Option<Failure>,
    /// The older of two files gets a name that both want.
    pub(super) order: u64,
    retry: Option<Instant>,
    retries: u32,
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
            waiting: None,
            failure: None,
            order,
            retry: None,
            retries: 0,
        }
    }

    pub(super) fn never_read(&self) -> bool {
        self.ready.is_none() && self.failure.is_none()
    }

    /// A scan found the file.
    pub(super) fn see(&mut self, stamp: Stamp, now: Instant) {
        self.gone = None;
        if self.stamp == stamp && !self.never_read() {
            return;
        }
        let change = self.changed.get_or_insert(Change { first: now, last: now });
        if self.stamp != stamp {
            change.last = now;
            self.stamp = stamp;
            self.retries = 0;
        }
    }

    pub(super) fn retry_due(&self, now: Instant) -> bool {
        self.retry.is_some_and(|at| at <= now)
    }

    /// It failed, but not by itself.
    pub(super) fn lacks_runner(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.class == LoadClass::NoRunner)
    }

    /// A bad new version never removes the good old one; a good one waits for its name.
    pub(super) fn take(&mut self, file: &str, loaded: Result<Arc<Module>, LoadError>) {
        let at = jiff::Timestamp::now();
        self.retry = None;
        match loaded {
            Ok(module) => self.waiting = Some((module, at)),
            Err(error) => {
                self.waiting = None;
                if error.class == LoadClass::NoRunner {
                    self.sha256 = None;
                } else if error.transient {
                    self.try_again();
                }
                self.fail(file, error, at);
            }
        }
    }

    fn try_again(&mut self) {
        self.sha256 = None;
        if self.retries < RETRIES {
            self.retry = Some(Instant::now() + RETRY * 2_u32.pow(self.retries));
            self.retries += 1;
        }
    }

    /// The waiting version's name is free: it serves from here.
    pub(super) fn serve(&mut self, file: &str) {
        let Some((module, at)) = self.waiting.take() else { return };
        let (name, sha256) = (&module.manifest.name, &module.sha256);
        let compile_ms = module.compile.as_secs_f64() * 1e3;
        tracing::info!(?file, scenario = %name, %sha256, compile_ms, "scenario loaded");
        self.ready = Some((module, at));
        self.failure = None;
    }

    /// The waiting version's name is taken by another file. Says whether that is new.
    pub(super) fn refuse(&mut self, file: &str, owner: &str) -> bool {
        let Some((module, at)) = &self.waiting else { return false };
        let what = name_taken(&module.manifest.name, owner);
        let error = LoadError::new(LoadClass::DescribeFailed(DescribeFault::Invalid), file, what);
        let known = self.failure.as_ref().is_some_and(|failure| failure.message == error.message);
        if !known {
            let at = *at;
            self.fail(file, error, at);
        }
        !known
    }

    fn fail(&mut self, file: &str, error: LoadError, at: jiff::Timestamp) {
        tracing::warn!(?file, class = error.class.word(), "{}", error.message);
        self.failure = Some(Failure {
            class: error.class,
            message: error.message,
            backtrace: error.backtrace,
            file: file.to_owned(),
            at,
        });
    }

    pub(super) fn entry(&self, file: &str) -> Entry {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let good = self.ready.as_ref().or(self.waiting.as_ref());
        Entry {
            name: good.map_or_else(|| stem.to_owned(), |(module, _)| module.manifest.name.clone()),
            file: file.to_owned(),
            ready: self.ready.as_ref().map(|(module, _)| Arc::clone(module)),
            loaded_at: self.ready.as_ref().map(|(_, at)| *at),
            failure: self.failure.clone(),
        }
    }
}

/// Of all files only one serves under a name.
pub(super) fn name_taken(name: &str, owner: &str) -> String {
    format!(
        "the name `{name}` is already taken by `{owner}`: change `name` in one of the two manifests, or remove a file"
    )
}
