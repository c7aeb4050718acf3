//! What a backend must withstand: a request that cannot work, and a client that goes in the midst of an answer.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Finding, Remote, Seen, TOKENS, ask};
use crate::measure::Ending;

/// Tokens of the answer that is cut off: long enough that it is not over at its first token.
const LONG: u32 = 512;
/// Numbers of the probes' questions, behind those of the rules.
const FIRST: u32 = 1_000;

/// `max_tokens` 0 cannot be answered, and must be told as the protocol says.
pub(super) async fn error(remote: &Remote) -> Finding {
    let seen = ask(remote, FIRST, 0, &CancellationToken::new(), &[]).await;
    match shape(&seen) {
        Ok(text) => Finding::ok("error", text),
        Err(text) => Finding::broken(
            "error",
            format!("asked for max_tokens 0: {text}"),
            "answer status 400 with {\"error\":{\"message\":…}}, or status 200 with an `error` event that has a message",
        ),
    }
}

fn shape(seen: &Seen) -> Result<String, String> {
    match (&seen.finished.trace.ending, seen.status) {
        (Ending::Refused { status: 200, message }, _) if seen.finished.failure.is_some() => {
            Ok(format!("max_tokens 0 gives an `error` event: {message}"))
        }
        (Ending::Refused { status: 400..=499, message }, _) if message != "no text" => {
            Ok(format!("max_tokens 0 gives {}: {message}", seen.status.unwrap_or_default()))
        }
        // An answer of no tokens is an answer too, though it counts nowhere.
        (Ending::Malformed(_), _) if seen.finished.trace.finish.is_some() => {
            Err("it was answered as if it were a question".into())
        }
        (ending, _) if ending.counts() => Err("it was answered as if it were a question".into()),
        _ => Err(seen.ending()),
    }
}

/// The connection is closed at the first token; the next question must be answered all the same.
pub(super) async fn cancel(remote: &Remote) -> Finding {
    let stop = CancellationToken::new();
    let follower = Arc::new(remote.client.follower());
    let followers = [follower.clone()];
    let reading = async {
        let seen = ask(remote, FIRST + 1, LONG, &stop, &followers).await;
        follower.close();
        seen
    };
    let cutting = async {
        follower.wait_ready().await;
        stop.cancel();
    };
    let (cut, ()) = tokio::join!(reading, cutting);
    let next = ask(remote, FIRST + 2, TOKENS, &CancellationToken::new(), &[]).await;
    judge(&cut, &next)
}

fn judge(cut: &Seen, next: &Seen) -> Finding {
    if !next.finished.trace.ending.counts() {
        return Finding::broken(
            "cancel",
            format!("after a connection closed in mid-stream, the next question: {}", next.ending()),
            "when a write fails, end the work of that request alone, free what it holds, and go on serving",
        );
    }
    match cut.finished.trace.ending {
        Ending::Cancelled => {
            Finding::ok("cancel", "the connection was closed in mid-stream, and the next question is answered".into())
        }
        _ => Finding::note(
            "cancel",
            format!("not seen: the answer of {LONG} tokens could not be cut off, {}", cut.ending()),
            "send each token as it comes, so that an answer can be left in its midst",
        ),
    }
}
