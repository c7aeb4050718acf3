//! The rules of docs/pipeline-protocol.md, each held against every answer.

use super::{Finding, Seen};
use crate::engines::Edge;
use crate::measure::Stage;
use crate::pipeline::{ProtocolFault, answer};

enum Outcome {
    Holds,
    /// Allowed, and something is not known by it.
    Lacks(String),
    Broken(String),
}

struct Rule {
    what: &'static str,
    holds: &'static str,
    cure: &'static str,
    check: fn(&Seen) -> Outcome,
}

const RESPONSE: Rule = Rule {
    what: "response",
    holds: "status 200, text/event-stream",
    cure: "answer POST with status 200 and `Content-Type: text/event-stream`",
    check: response,
};

const RULES: [Rule; 8] = [
    Rule {
        what: "hello",
        holds: "the first event, protocol 1",
        cure: "send `event: hello` with {\"protocol\":1} before all else",
        check: hello,
    },
    Rule {
        what: "events",
        holds: "every event is read",
        cure: "give each event one line of JSON as its data, with the fields of docs/pipeline-protocol.md",
        check: events,
    },
    Rule {
        what: "stages",
        holds: "every stage that started ended, once",
        cure: "send `started` and `ended` once for each stage that the route takes, before `done`",
        check: stages,
    },
    Rule {
        what: "offsets",
        holds: "at_ms never runs backwards",
        cure: "take at_ms from one monotonic clock, when the event is written",
        check: offsets,
    },
    Rule {
        what: "window",
        holds: "every at_ms fits between our send and its arrival",
        cure: "count at_ms from the receipt of this request, in milliseconds, rounded down",
        check: window,
    },
    Rule {
        what: "tokens",
        holds: "every `token` carries text",
        cure: "send `token` only with a text that is not empty, as soon as it is there",
        check: tokens,
    },
    Rule {
        what: "usage",
        holds: "there, and equal to what came",
        cure: "send `usage` with output_tokens = all tokens of the answer, reasoning included, before `done`",
        check: usage,
    },
    Rule {
        what: "done",
        holds: "the last event, with a finish",
        cure: "end with `event: done`, {\"finish\":\"stop\"} or \"length\", then end the response",
        check: done,
    },
];

/// One finding a rule. The rules behind the first are held against what was answered at all.
pub(super) fn findings(seen: &[Seen]) -> Vec<Finding> {
    let all: Vec<(usize, &Seen)> = seen.iter().enumerate().collect();
    let answered: Vec<(usize, &Seen)> = all.iter().copied().filter(|(_, s)| s.status == Some(200)).collect();
    let mut out = vec![RESPONSE.finding(&all)];
    if !answered.is_empty() {
        out.extend(RULES.iter().map(|rule| rule.finding(&answered)));
    }
    out
}

impl Rule {
    /// The first answer that breaks it, else the first in which something lacks.
    fn finding(&self, seen: &[(usize, &Seen)]) -> Finding {
        let mut lacks = None;
        for (n, seen) in seen {
            match (self.check)(seen) {
                Outcome::Holds => {}
                Outcome::Lacks(text) => lacks = lacks.or(Some(text)),
                Outcome::Broken(text) => {
                    return Finding::broken(self.what, format!("question {}: {text}", n + 1), self.cure);
                }
            }
        }
        match lacks {
            Some(text) => Finding::note(self.what, text, self.cure),
            None => Finding::ok(self.what, self.holds.to_owned()),
        }
    }
}

fn response(seen: &Seen) -> Outcome {
    match seen.status {
        Some(200) if seen.content_type.starts_with("text/event-stream") => Outcome::Holds,
        Some(200) => Outcome::Broken(format!("the content type is `{}`", seen.content_type)),
        _ => Outcome::Broken(seen.ending()),
    }
}

fn hello(seen: &Seen) -> Outcome {
    match seen.heard.iter().position(|h| h.name == "hello") {
        None => Outcome::Lacks("none came: protocol 1 is taken for granted".into()),
        Some(0) => seen.heard[0].event.as_ref().map_or_else(|e| Outcome::Broken(e.clone()), |_| Outcome::Holds),
        Some(n) => Outcome::Broken(format!("it came behind {n} other events")),
    }
}

fn events(seen: &Seen) -> Outcome {
    let wrong =
        seen.heard.iter().filter(|h| h.name != "hello").find_map(|h| Some((h.arrived, h.event.as_ref().err()?)));
    match wrong {
        Some((at, e)) => Outcome::Broken(format!("at {at:.1?}: {e}")),
        None => Outcome::Holds,
    }
}

/// The first fault that is one of these.
fn fault(seen: &Seen, one_of: fn(&ProtocolFault) -> bool) -> Outcome {
    let (_, faults) = answer(&seen.finished);
    match faults.into_iter().find(one_of) {
        None => Outcome::Holds,
        Some(f) if f.breaks_a_rule() => Outcome::Broken(f.to_string()),
        Some(f) => Outcome::Lacks(f.to_string()),
    }
}

fn stages(seen: &Seen) -> Outcome {
    fault(seen, |f| !matches!(f, ProtocolFault::Backwards { .. } | ProtocolFault::BeyondWindow { .. }))
}

fn offsets(seen: &Seen) -> Outcome {
    fault(seen, |f| matches!(f, ProtocolFault::Backwards { .. }))
}

fn window(seen: &Seen) -> Outcome {
    fault(seen, |f| matches!(f, ProtocolFault::BeyondWindow { .. }))
}

fn tokens(seen: &Seen) -> Outcome {
    let empty = |e: &crate::engines::Event<'_>| e.text.is_none() && e.reasoning.is_none();
    let of = seen.heard.iter().filter(|h| h.name == "token").position(|h| h.event.as_ref().is_ok_and(empty));
    match of {
        Some(n) => Outcome::Broken(format!("`token` number {} has an empty text", n + 1)),
        None if seen.finished.trace.chunks.is_empty() => Outcome::Broken("no token came".into()),
        None => Outcome::Holds,
    }
}

/// Where each chunk tells its tokens they must sum to the usage; else there can be no more chunks than tokens.
fn usage(seen: &Seen) -> Outcome {
    let trace = &seen.finished.trace;
    let Some(claimed) = trace.output.usage.or(trace.output.timings) else {
        return Outcome::Broken("none came, or it tells no output_tokens".into());
    };
    let told: Option<u32> = trace.chunks.iter().map(|c| c.tokens).sum();
    let stage = seen.finished.stages.iter().find(|m| m.stage == Stage::Generate && m.edge == Edge::Ended);
    match (told, stage.and_then(|m| m.output_tokens)) {
        (Some(told), _) if told != claimed => {
            Outcome::Broken(format!("it says {claimed} output tokens, and the tokens that came sum to {told}"))
        }
        (None, _) if trace.chunks.len() > claimed as usize => {
            Outcome::Broken(format!("it says {claimed} output tokens, and {} chunks came", trace.chunks.len()))
        }
        (_, Some(stage)) if stage != claimed => {
            Outcome::Broken(format!("it says {claimed} output tokens, and stage `generate` says {stage}"))
        }
        _ => Outcome::Holds,
    }
}

fn done(seen: &Seen) -> Outcome {
    if !seen.finished.trace.ending.counts() {
        return Outcome::Broken(seen.ending());
    }
    let behind = seen.heard.iter().skip_while(|h| h.name != "done").skip(1).find(|h| !h.name.is_empty());
    match behind {
        Some(h) => Outcome::Broken(format!("`{}` came behind it", h.name)),
        None => Outcome::Holds,
    }
}
