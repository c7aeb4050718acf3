//! `dualbench doctor --pipeline`: asks a backend test questions, then two things that it must withstand.

mod probes;
mod rules;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use super::finding::Finding;
use crate::config::ConfigError;
use crate::engines::{self, Client, Dialect, Finished, Follower, Heard, Length, Progress, Raw};
use crate::measure::Target;
use crate::pipeline::Remote;

/// Without a byte for this long, a test question has failed.
const IDLE: Duration = Duration::from_secs(60);
/// The longest that one test question may take.
const WHOLE: Duration = Duration::from_secs(300);
/// Tokens of each test answer.
const TOKENS: u32 = 32;
/// What the test questions are about; each question takes two of them.
const TOPICS: [&str; 8] = ["rivers", "bridges", "clocks", "letters", "gardens", "maps", "engines", "markets"];

/// One answer, event by event and as a whole.
struct Seen {
    status: Option<u16>,
    content_type: String,
    heard: Vec<Heard>,
    finished: Finished,
}

/// A finding a rule.
///
/// # Errors
/// A URL that cannot be used.
pub async fn conformance(url: &str, questions: u32) -> Result<Vec<Finding>> {
    engines::check_url(url).map_err(|problem| ConfigError::Problems(vec![format!("--pipeline: {problem}")]))?;
    let remote = Remote { client: Arc::new(Client::new(settings(url))?) };
    let mut out = match remote.client.identity().await {
        Ok(i) => {
            vec![Finding::ok("backend", format!("{url} answers ({})", i.build.unwrap_or("no Server header".into())))]
        }
        Err(e) => return Ok(vec![Finding::broken("backend", e.to_string(), "start it, or correct the URL")]),
    };
    let mut seen = Vec::new();
    for n in 0..questions {
        seen.push(ask(&remote, n, TOKENS, &CancellationToken::new(), &[]).await);
    }
    let answered = seen.iter().any(|s| s.status == Some(200));
    out.extend(rules::findings(&seen));
    if answered {
        out.push(probes::error(&remote).await);
        out.push(probes::cancel(&remote).await);
    }
    Ok(out)
}

fn settings(url: &str) -> engines::Config {
    engines::Config {
        role: Target::Pipeline,
        base_url: url.to_owned(),
        dialect: Dialect::Pipeline,
        idle_timeout: IDLE,
        total_timeout: WHOLE,
        ..engines::Config::default()
    }
}

/// All test questions have the same number of words, and no two of the first 56 are the same.
fn question(n: u32) -> String {
    let (n, of) = (n as usize, TOPICS.len());
    let first = n % of;
    let second = (first + 1 + n / of % (of - 1)) % of;
    format!("Tell in one paragraph what {} and {} have in common.", TOPICS[first], TOPICS[second])
}

async fn ask(remote: &Remote, n: u32, tokens: u32, cancel: &CancellationToken, followers: &[Arc<Follower>]) -> Seen {
    let client = &remote.client;
    let prepared = remote.ask(&question(n), Length::Exact(tokens), Some(n), u64::from(n));
    let raw = match client.connect().await {
        Ok(connection) => client.stream(connection, prepared, None, cancel, &Progress::default(), followers).await,
        Err(e) => Raw::not_connected(e.to_string()),
    };
    Seen {
        status: raw.head.as_ref().map(|h| h.status),
        content_type: raw.head.as_ref().map(|h| h.content_type.clone()).unwrap_or_default(),
        heard: client.hear(&raw),
        finished: client.decode(raw),
    }
}

impl Seen {
    /// How it ended, for a finding.
    fn ending(&self) -> String {
        let ending = &self.finished.trace.ending;
        let detail = ending.detail().map(|d| format!(" ({d})")).unwrap_or_default();
        format!("it ended as {}{detail}", ending.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_questions_differ_and_have_the_same_number_of_words() {
        let all: std::collections::BTreeSet<String> = (0..56).map(question).collect();
        assert_eq!(all.len(), 56);
        assert!(all.iter().all(|q| q.split(' ').count() == 11));
    }
}
