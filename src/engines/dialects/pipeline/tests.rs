use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::engines::config::Config;
use crate::engines::decode::{Decoding, Finished, decode};
use crate::engines::dialects::Dialect;
use crate::engines::raw::{Closing, Mark, Raw};
use crate::measure::Ending;

const HELLO: &str = "event: hello\ndata: {\"protocol\":1}\n\n";

fn stage_event(stage: &str, state: &str, at_ms: f64, more: &str) -> String {
    format!("event: stage\ndata: {{\"stage\":\"{stage}\",\"state\":\"{state}\",\"at_ms\":{at_ms}{more}}}\n\n")
}

fn chunk(delta: &str, finish: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]}}\n\n")
}

/// A whole answer of the protocol, with an OpenAI chunk in its midst.
fn whole() -> String {
    [
        HELLO.to_owned(),
        stage_event("classify", "started", 0.25, ""),
        stage_event("classify", "ended", 40.5, ",\"prompt_tokens\":30,\"output_tokens\":1,\"intent\":\"question\""),
        stage_event("generate", "started", 41.0, ""),
        ": a comment\r\n\r\nevent: token\r\ndata: {\"text\":\"Wör\",\"tokens\":2,\"kind\":\"reasoning\"}\r\n\r\n"
            .into(),
        "event: token\ndata: {\"text\":\"On\\u00e9\",\"tokens\":3}\n\n".into(),
        chunk("{\"content\":\" two\"}", "null"),
        stage_event("generate", "ended", 90.0, ",\"output_tokens\":6"),
        "event: weather\ndata: {\"sun\":true}\n\n".into(),
        "event: usage\ndata: {\"prompt_tokens\":200,\"output_tokens\":6,\"cached_tokens\":10}\n\n".into(),
        "event: done\ndata: {\"finish\":\"length\"}\n\n".into(),
    ]
    .concat()
}

/// One read for each part, ten milliseconds apart.
fn read_in(parts: &[&str]) -> Finished {
    let (mut body, mut marks) = (Vec::new(), Vec::new());
    for (i, part) in parts.iter().enumerate() {
        body.extend_from_slice(part.as_bytes());
        marks.push(Mark { body_end: body.len(), offset: Duration::from_millis(10 * (i as u64 + 1)) });
    }
    let closed = Duration::from_millis(10 * parts.len() as u64);
    let raw =
        Raw { sent: Instant::now(), body, marks, closed, closing: Closing::Whole, ..Raw::not_connected("".into()) };
    decode(raw, &Config { dialect: Dialect::Pipeline, ..Config::default() })
}

fn events(text: &str) -> Vec<&str> {
    text.split_inclusive("\n\n").collect()
}

#[test]
fn stages_tokens_usage_and_finish_are_read_with_both_clocks() {
    let text = whole();
    let f = read_in(&events(&text));
    let said: Vec<String> =
        f.stages.iter().map(|m| format!("{} {:?} {:?} {:?}", m.stage, m.edge, m.at, m.arrived)).collect();
    assert_eq!(
        said,
        [
            "classify Started 250µs 20ms",
            "classify Ended 40.5ms 30ms",
            "generate Started 41ms 40ms",
            "generate Ended 90ms 70ms",
        ]
    );
    assert_eq!((f.stages[1].intent.as_deref(), f.stages[1].prompt_tokens), (Some("question"), Some(30)));
    assert_eq!((f.text.as_str(), f.reasoning.as_str()), ("Oné two", "Wör"));
    assert_eq!(f.trace.chunks.iter().map(|c| c.tokens).collect::<Vec<_>>(), [Some(2), Some(3), None]);
    assert_eq!((f.trace.output.usage, f.trace.prompt.total, f.trace.prompt.cached), (Some(6), Some(200), Some(10)));
    assert_eq!(f.trace.ending, Ending::Length);
}

#[test]
fn the_end_of_generation_is_our_stamp_of_its_ended_and_not_of_done() {
    let text = whole();
    assert_eq!(read_in(&events(&text)).trace.finish, Some(Duration::from_millis(70)));
}

#[test]
fn an_error_after_retrieve_keeps_the_marks_before_it_and_names_its_stage() {
    let text = [
        stage_event("retrieve", "started", 1.0, ""),
        stage_event("retrieve", "ended", 9.0, ""),
        stage_event("generate", "started", 9.5, ""),
        "event: error\ndata: {\"stage\":\"generate\",\"message\":\"out of memory\"}\n\n".into(),
    ];
    let f = read_in(&text.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(f.trace.ending, Ending::Refused { status: 200, message: "out of memory".into() });
    assert_eq!(f.failure, Some(Failure { stage: Some(Stage::Generate), arrived: Duration::from_millis(40) }));
    assert_eq!(f.stages.len(), 3);
}

#[test]
fn a_plain_openai_stream_is_accepted_and_tells_no_stage() {
    let text = [
        chunk("{\"role\":\"assistant\"}", "null"),
        chunk("{\"content\":\"Hello\"}", "null"),
        chunk("{}", "\"stop\""),
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n".into(),
    ];
    let f = read_in(&text.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((f.text.as_str(), f.stages.len(), &f.trace.ending), ("Hello", 0, &Ending::Complete));
    assert_eq!((f.trace.finish, f.trace.output.usage), (Some(Duration::from_millis(30)), Some(1)));
}

#[test]
fn what_the_protocol_does_not_know_is_told_with_what_it_knows() {
    let problem = |event: &str| match read_in(&[event]).trace.ending {
        Ending::Malformed(why) => why,
        other => panic!("{other:?}"),
    };
    assert!(problem(&stage_event("guess", "started", 0.0, "")).contains("classify, embed, retrieve"));
    assert!(problem(&stage_event("embed", "begun", 0.0, "")).contains("started, ended"));
    assert!(problem(&stage_event("embed", "ended", -1.0, "")).contains("at_ms -1"));
    assert!(problem("event: stage\ndata: {\"stage\":\"embed\",\"state\":\"ended\"}\n\n").contains("at_ms"));
    assert!(problem("event: hello\ndata: {\"protocol\":2}\n\n").contains("known is 1"));
    assert!(problem("event: done\ndata: {\"finish\":\"tired\"}\n\n").contains("stop, length"));
    assert!(problem("event: token\ndata: {\"tokens\":1}\n\n").contains("text"));
    assert!(problem("event: token\ndata: one\n\n").contains("`token`"));
    let lost = problem("event: error\ndata: {\"stage\":\"guess\",\"message\":\"on fire\"}\n\n");
    assert!(lost.contains("on fire") && lost.contains("guess"), "{lost}");
}

#[test]
fn the_body_carries_the_question_and_how_long_the_answer_is_to_be() {
    let ask = Ask {
        prompt: crate::engines::ask::Prompt::Text("why?".into()),
        length: Length::Exact(32),
        temperature: None,
        seed: Some(7),
        cache_prompt: false,
        prompt_tokens: None,
        choices: Vec::new(),
    };
    assert_eq!(
        body(&ask).to_string(),
        "{\"question\":\"why?\",\"max_tokens\":32,\"exact_length\":true,\"seed\":7,\"stream\":true}"
    );
}

proptest! {
    #[test]
    fn every_split_gives_the_same_answer(cuts in prop::collection::vec(0_usize..1_000, 0..10)) {
        let text = whole();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c % text.len()).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let (mut decoding, mut body, mut followed) = (Decoding::new(Dialect::Pipeline, 1 << 20), Vec::new(), String::new());
        for (i, w) in cuts.windows(2).enumerate() {
            body.extend_from_slice(&text.as_bytes()[w[0]..w[1]]);
            let ended = i + 2 == cuts.len();
            decoding.advance(&body, &[], ended, |c| followed.push_str(&c.text));
        }
        prop_assert_eq!(&followed, "WörOné two");
        prop_assert_eq!(&decoding.text, "Oné two");
        prop_assert_eq!(decoding.stages.len(), 4);
    }

    #[test]
    fn garbage_under_any_name_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..100), n in 0_usize..8) {
        let name = ["", "hello", "stage", "token", "usage", "error", "done", "other"][n];
        let _any = event(name.as_bytes(), &bytes);
    }
}
