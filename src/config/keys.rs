//! The keys there are, to name the nearest one when a key is unknown.

/// Every key of `dualbench.toml`. A test holds that each is read.
pub(super) const KNOWN: &[&str] = &[
    "server.listen",
    "server.token_env",
    "server.token_file",
    "server.host_names",
    "engines.main.base_url",
    "engines.main.dialect",
    "engines.main.model",
    "engines.main.tokenizer",
    "engines.main.api_key_env",
    "engines.main.api_key_file",
    "engines.main.connect_timeout_ms",
    "engines.main.idle_timeout_ms",
    "engines.main.total_timeout_ms",
    "engines.mini.base_url",
    "engines.mini.dialect",
    "engines.mini.model",
    "engines.mini.tokenizer",
    "engines.mini.api_key_env",
    "engines.mini.api_key_file",
    "engines.mini.connect_timeout_ms",
    "engines.mini.idle_timeout_ms",
    "engines.mini.total_timeout_ms",
    "simulated.enabled",
    "simulated.seed",
    "simulated.speed",
    "simulated.slots",
    "scenarios.folder",
    "scenarios.data_folder",
    "scenarios.settle_ms",
    "scenarios.compile_ms",
    "scenarios.stack_bytes",
    "scenarios.cpu_ms",
    "scenarios.wall_ms",
    "scenarios.module_bytes",
    "scenarios.memory_bytes",
    "scenarios.open_exchanges",
    "scenarios.table_elements",
    "scenarios.host_call_bytes",
    "scenarios.log_lines",
    "scenarios.log_bytes",
    "scenarios.log_line_bytes",
    "scenarios.metrics",
    "scenarios.counters",
    "scenarios.marks",
    "scenarios.users",
    "scenarios.users_memory_bytes",
    "scenarios.data_files",
    "scenarios.data_file_bytes",
    "scenarios.data_bytes",
    "scenarios.phases",
    "scenarios.grace_ms",
    "scenarios.describe_cpu_ms",
    "scenarios.describe_wall_ms",
    "scenarios.describe_memory_bytes",
    "store.database",
    "store.journal",
    "gpu.library",
    "gpu.rate_hz",
    "gpu.idle_rate_hz",
    "gpu.samples_max",
    "pipeline.kind",
    "pipeline.url",
    "pipeline.api_key_env",
    "pipeline.api_key_file",
    "pipeline.template",
    "pipeline.passages",
    "pipeline.context_tokens",
    "pipeline.retrieval",
    "pipeline.documents",
    "pipeline.index",
    "pipeline.intent",
    "pipeline.embeddings.base_url",
    "pipeline.embeddings.model",
    "pipeline.embeddings.api_key_env",
    "pipeline.embeddings.api_key_file",
    "pipeline.rerank.base_url",
    "pipeline.rerank.model",
    "pipeline.rerank.api_key_env",
    "pipeline.rerank.api_key_file",
    "pipeline.external.url",
    "pipeline.external.qdrant_collection",
    "pipeline.external.method",
    "pipeline.external.body",
    "pipeline.external.results",
    "pipeline.external.text",
    "pipeline.external.score",
    "pipeline.external.id",
    "pipeline.external.source",
    "pipeline.external.api_key_env",
    "pipeline.external.api_key_file",
    "pipeline.external.timeout_ms",
    "run.queue",
    "run.exchanges_max",
    "run.lag_limit_us",
    "transcripts.run_bytes",
    "transcripts.total_bytes",
    "transcripts.texts",
];

/// What is said of a key that nobody reads, with where it was set and the nearest one that is read.
pub(super) fn unknown(path: &str, source: &str) -> String {
    format!("unknown key `{path}` (set by {source}); the nearest known one is `{}`", nearest(path))
}

/// The known key nearest to a path, level by level: what is right so far stays.
fn nearest(path: &str) -> String {
    let mut found: Vec<&str> = Vec::new();
    for part in path.split('.') {
        let below = |key: &&'static str| {
            let parts: Vec<&'static str> = key.split('.').collect();
            parts.starts_with(&found).then(|| parts.get(found.len()).copied()).flatten()
        };
        let likeness = |word: &&str| strsim::jaro_winkler(part, word);
        let Some(word) = KNOWN.iter().filter_map(below).max_by(|a, b| likeness(a).total_cmp(&likeness(b))) else {
            break;
        };
        found.push(word);
    }
    found.join(".")
}

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::*;

    #[test]
    fn the_nearest_key_keeps_the_levels_that_are_right() {
        assert_eq!(nearest("engines.mini.base_ulr"), "engines.mini.base_url");
        assert_eq!(nearest("engnies.main.base_url"), "engines.main.base_url");
        assert_eq!(nearest("gpu.rate"), "gpu.rate_hz");
        assert_eq!(nearest("engnies"), "engines");
    }

    #[test]
    fn every_known_key_is_read() {
        for key in KNOWN {
            let value = match key.rsplit('.').next().unwrap_or_default() {
                "host_names" | "intent" => "[]",
                "enabled" | "texts" => "true",
                "speed" | "rate_hz" | "idle_rate_hz" | "lag_limit_us" => "1.5",
                word if word.ends_with("_ms") || word.ends_with("_bytes") => "1",
                "seed" | "passages" | "context_tokens" | "queue" | "exchanges_max" | "open_exchanges"
                | "table_elements" | "log_lines" | "metrics" | "counters" | "marks" | "users" | "data_files"
                | "phases" | "samples_max" | "slots" => "1",
                _ => "\"x\"",
            };
            let mut ignored = Vec::new();
            let line = format!("{key} = {value}");
            let read = toml::Deserializer::parse(&line).expect("syntax");
            let _file: File = serde_ignored::deserialize(read, |p| ignored.push(p.to_string())).expect("known type");
            assert_eq!(ignored, Vec::<String>::new(), "{key}");
        }
    }
}
