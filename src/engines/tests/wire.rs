//! What each server really sends, held against the trace that must come of it.

use std::fmt::Write;

use super::scripted::{Scripted, whole};
use super::{client, exchange};
use crate::engines::decode::Finished;
use crate::engines::dialects::Dialect;

const SSE: &str = "text/event-stream";

/// One line that tells everything of a trace but its times.
fn told(f: &Finished) -> String {
    let t = &f.trace;
    let mut line = format!("{:?}", f.text);
    if !f.reasoning.is_empty() {
        let _infallible = write!(line, " thinking {:?}", f.reasoning);
    }
    let tokens = |n: Option<u32>| n.map_or("?".to_owned(), |n| n.to_string());
    let _infallible = write!(
        line,
        " chunks {} timings {} usage {} prompt {} cached {} {}",
        t.chunks.len(),
        tokens(t.output.timings),
        tokens(t.output.usage),
        tokens(t.prompt.total),
        tokens(t.prompt.cached),
        t.ending.word()
    );
    if let Some(detail) = t.ending.detail() {
        let _infallible = write!(line, ": {detail}");
    }
    line
}

#[track_caller]
fn check(dialect: Dialect, content_type: &'static str, body: &str, expected: &str) {
    let engine = Scripted::always(whole(content_type, body.as_bytes()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let finished = runtime.block_on(exchange(&client(&engine.url, dialect)));
    assert_eq!(told(&finished), expected);
}

#[test]
fn llama_cpp_chat() {
    check(
        Dialect::OpenaiChat,
        SSE,
        r#"data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1795436963,"id":"chatcmpl-iA1t","model":"mini","system_fingerprint":"b0-unknown","object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":" busano"}}],"created":1}

data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":" tubu"}}],"created":1}

data: {"choices":[{"finish_reason":"length","index":0,"delta":{}}],"created":1}

data: {"choices":[],"created":1,"object":"chat.completion.chunk","usage":{"completion_tokens":12,"prompt_tokens":26,"total_tokens":38,"prompt_tokens_details":{"cached_tokens":0}},"timings":{"cache_n":0,"prompt_n":26,"prompt_ms":26.147,"prompt_per_token_ms":1.0056,"prompt_per_second":994.37,"predicted_n":12,"predicted_ms":5.012,"predicted_per_token_ms":0.4556,"predicted_per_second":2194.73}}

data: [DONE]

"#,
        r#"" busano tubu" chunks 2 timings 12 usage 12 prompt 26 cached 0 length"#,
    );
}

#[test]
fn llama_cpp_reasoning_after_a_comment() {
    check(
        Dialect::OpenaiChat,
        SSE,
        ":\n\ndata: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"reasoning_content\":\" tubu\"}}]}\n\n\
         data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\" nubufi\"}}]}\n\n\
         data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\ndata: [DONE]\n\n",
        r#"" nubufi" thinking " tubu" chunks 2 timings ? usage ? prompt ? cached ? complete"#,
    );
}

#[test]
fn llama_cpp_completions() {
    check(
        Dialect::OpenaiCompletions,
        SSE,
        r#"data: {"choices":[{"text":" its","index":0,"logprobs":null,"finish_reason":null}],"id":"chatcmpl-x"}

data: {"choices":[{"text":"","index":0,"logprobs":null,"finish_reason":null}],"id":"chatcmpl-x"}

data: {"choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"completion_tokens":2,"prompt_tokens":5,"total_tokens":7},"timings":{"cache_n":1,"prompt_n":4,"prompt_ms":3.0,"predicted_n":2,"predicted_ms":1.0}}

data: [DONE]

"#,
        r#"" its" chunks 1 timings 2 usage 2 prompt 5 cached 1 complete"#,
    );
}

#[test]
fn llama_cpp_native() {
    check(
        Dialect::Llamacpp,
        SSE,
        r#"data: {"index":0,"content":" its","tokens":[360],"stop":false,"id_slot":-1,"tokens_predicted":1,"tokens_evaluated":2}

data: {"index":0,"content":" own","tokens":[361],"stop":false,"id_slot":-1,"tokens_predicted":3,"tokens_evaluated":2}

data: {"index":0,"content":"","tokens":[],"id_slot":0,"stop":true,"model":"mini","tokens_predicted":3,"tokens_evaluated":2,"generation_settings":{},"prompt":"the server","has_new_line":false,"truncated":false,"stop_type":"limit","stopping_word":"","tokens_cached":4,"timings":{"cache_n":0,"prompt_n":2,"prompt_ms":1.5,"predicted_n":3,"predicted_ms":2.5}}

"#,
        r#"" its own" chunks 2 timings 3 usage ? prompt 2 cached 0 length"#,
    );
}

#[test]
fn ollama_chat_with_thinking() {
    check(
        Dialect::Ollama,
        "application/x-ndjson",
        r#"{"model":"mini","created_at":"2026-11-23T12:48:16.80131011Z","message":{"role":"assistant","content":"","thinking":" fadu"},"done":false}
{"model":"mini","created_at":"2026-11-23T12:48:16.81131011Z","message":{"role":"assistant","content":"tubu"},"done":false}
{"model":"mini","created_at":"2026-11-23T12:48:16.811425081Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"length","total_duration":26445067,"load_duration":1701915,"prompt_eval_count":15,"prompt_eval_duration":581000,"eval_count":5,"eval_duration":1046000}
"#,
        r#""tubu" thinking " fadu" chunks 2 timings 5 usage ? prompt 15 cached ? length"#,
    );
}

#[test]
fn ollama_that_only_loaded_its_model_is_refused() {
    check(
        Dialect::Ollama,
        "application/x-ndjson",
        "{\"model\":\"mini\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}\n",
        r#""" chunks 0 timings ? usage ? prompt ? cached ? refused: HTTP 200: the engine says `load`: it handled its model and generated nothing"#,
    );
}

#[test]
fn ollama_v1_with_zeros_in_every_usage() {
    check(
        Dialect::OpenaiCompletions,
        SSE,
        r#"data: {"id":"cmpl-1","object":"text_completion","choices":[{"text":"tubu","index":0,"finish_reason":null}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}

data: {"id":"cmpl-1","object":"text_completion","choices":[{"text":"","index":0,"finish_reason":"length"}],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}

data: {"id":"cmpl-1","object":"text_completion","choices":[],"usage":{"prompt_tokens":15,"completion_tokens":5,"total_tokens":20}}

data: [DONE]

"#,
        r#""tubu" chunks 1 timings ? usage 5 prompt 15 cached ? length"#,
    );
}

#[test]
fn ollama_v1_chat_thinks_in_another_field() {
    check(
        Dialect::OpenaiChat,
        SSE,
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"fadu\"},\"finish_reason\":null}]}\n\n\
         data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"tubu\"},\"finish_reason\":null}]}\n\n\
         data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
         data: {\"choices\":[],\"usage\":{\"prompt_tokens\":15,\"completion_tokens\":5,\"total_tokens\":20}}\n\ndata: [DONE]\n\n",
        r#""tubu" thinking "fadu" chunks 2 timings ? usage 5 prompt 15 cached ? complete"#,
    );
}

#[test]
fn llama_cpp_python() {
    check(
        Dialect::OpenaiChat,
        "text/event-stream; charset=utf-8",
        "data: {\"id\": \"chatcmpl-1\", \"choices\": [{\"index\": 0, \"delta\": {\"role\": \"assistant\"}, \"logprobs\": null, \"finish_reason\": null}]}\r\n\r\n\
         data: {\"id\": \"chatcmpl-1\", \"choices\": [{\"index\": 0, \"delta\": {\"content\": \" \\ud83d\\ude42\"}, \"finish_reason\": null}]}\r\n\r\n\
         data: {\"id\": \"chatcmpl-1\", \"choices\": [{\"index\": 0, \"delta\": {}, \"finish_reason\": \"length\"}]}\r\n\r\ndata: [DONE]\r\n\r\n",
        r#"" 🙂" chunks 1 timings ? usage ? prompt ? cached ? length"#,
    );
}

#[test]
fn llama_cpp_python_interrupted_by_a_second_request_is_cut_off() {
    check(
        Dialect::OpenaiChat,
        SSE,
        "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"a\"}, \"finish_reason\": null}]}\r\n\r\ndata: [DONE]\r\n\r\n",
        r#""a" chunks 1 timings ? usage ? prompt ? cached ? truncated: the stream ended without a finish reason"#,
    );
}

#[test]
fn transformers_ends_without_done() {
    check(
        Dialect::OpenaiChat,
        SSE,
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"},\"index\":0}]}\n\n\
         data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"index\":0}]}\n\n\
         data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\",\"index\":0}],\"usage\":{\"completion_tokens\":3,\"prompt_tokens\":9,\"total_tokens\":12}}\n\n",
        r#""a" chunks 1 timings ? usage 3 prompt 9 cached ? length"#,
    );
}

#[test]
fn mistral_rs_puts_the_last_text_into_the_finish_chunk() {
    check(
        Dialect::OpenaiChat,
        SSE,
        "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":null,\"role\":\"assistant\",\"tool_calls\":null,\"reasoning_content\":\" bale\"}}],\"usage\":null}\n\n\
         data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\" dezata\",\"role\":\"assistant\",\"tool_calls\":null}}],\"usage\":null}\n\n:\n\n\
         data: {\"choices\":[{\"finish_reason\":\"length\",\"index\":0,\"delta\":{\"content\":\" end\",\"role\":\"assistant\",\"tool_calls\":null}}],\"usage\":{\"completion_tokens\":4,\"prompt_tokens\":17,\"total_tokens\":21,\"avg_tok_per_sec\":11.29,\"total_time_sec\":1.86}}\n\ndata: [DONE]\n\n",
        r#"" dezata end" thinking " bale" chunks 3 timings ? usage 4 prompt 17 cached ? length"#,
    );
}

#[test]
fn mistral_rs_says_in_plain_text_that_a_prompt_is_too_long() {
    check(
        Dialect::OpenaiChat,
        SSE,
        "data: Prompt sequence length is greater than 8192, perhaps consider using `truncate_sequence`?\n\ndata: [DONE]\n\n",
        r#""" chunks 0 timings ? usage ? prompt ? cached ? refused: HTTP 200: Prompt sequence length is greater than 8192, perhaps consider using `truncate_sequence`?"#,
    );
}
