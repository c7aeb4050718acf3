//! What each answer looks like, for the API's document: our JSON is worded by hand, and so are its schemas. Nothing here
//! makes an answer. An object is closed and has all its keys unless it says otherwise, so that a key which is added to
//! an answer and not to its schema is found by `cargo xtask test`.

use utoipa::openapi::{KnownFormat, Ref, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::api::schema_words::*;
use crate::events::RunState;

/// A type that stands for an answer in the handlers' `#[utoipa::path]`; its name is the schema's.
macro_rules! answers {
    ($($name:ident = $schema:expr;)*) => { $(
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {}
    )* };
}

answers! {
    Health = object(vec![
        ("status", words(["ok", "degraded"])),
        ("version", text()),
        ("uptime_s", number()),
        ("simulated", flag()),
        ("measuring", flag()),
        ("open_runs", list(run_id())),
        ("watchers", count()),
        ("limits", list(object(vec![("key", text()), ("value", count())]))),
        ("store", store()),
    ]);
    Scenarios = object(vec![("scenarios", list(scenario())), ("folder_problem", nullable(text()))]);
    Uploaded = object(vec![
        ("file", text()),
        ("name", text()),
        ("version", text()),
        ("sha256", text()),
        ("live", described(flag(), "Whether new runs get it already")),
    ]);
    File = formatted(SchemaFormat::KnownFormat(KnownFormat::Binary));
    Archive = formatted(SchemaFormat::KnownFormat(KnownFormat::Binary));
    Templates = object(vec![("languages", list(text()))]);
    Clock = object(vec![
        ("good", flag()),
        ("step_ns", count()),
        ("n", count()),
        ("wake_late_median_us", nullable(number())),
        ("wake_late_max_us", nullable(number())),
    ]);
    Engines = object(vec![("engines", list(engine()))]);
    Gpu = object(vec![
        ("state", words(["present", "simulated", "absent"])),
        ("reason", nullable(text())),
        ("devices", list(gpu_device())),
    ]);
    Pipeline = pipeline();
    Runs = object(vec![("runs", list(run_row())), ("next", nullable(run_id()))]);
    Started = object(vec![("run_id", run_id()), ("state", words(["queued"])), ("position", count())]);
    Cancelling = object(vec![("run_id", run_id()), ("state", words(["cancelling"]))]);
    Exchanges = object(vec![
        ("simulated", flag()),
        ("exchanges", list(exchange())),
        ("next", nullable(count())),
    ]);
    ExchangeWhole = exchange_whole();
    TokenLatencies = object(vec![("run_id", run_id()), ("simulated", flag()), ("targets", list(token_latencies()))]);
    Log = object(vec![
        ("simulated", flag()),
        ("log", list(log_line())),
        ("metrics", list(metric())),
        ("marks", list(timeline_mark())),
        ("next", nullable(count())),
    ]);
    Samples = object(vec![("run_id", run_id()), ("simulated", flag()), ("devices", list(sampled_device()))]);
    Comparisons = object(vec![
        ("a", compared()),
        ("comparisons", list(comparison())),
        ("regressions", count()),
    ]);
    Mark = object(vec![("tags", list(text())), ("note", text()), ("removed", flag())]);
    Imported = object(vec![
        ("taken", count()),
        ("known", described(count(), "Runs that were here already.")),
        ("refused", list(object(vec![("line", count()), ("why", text())]))),
    ]);
    Trend = object(vec![("figure", text()), ("points", list(trend_point()))]);
    Baseline = baseline();
    Baselines = object(vec![("baselines", list(baseline()))]);
    Benchmark = benchmark();
    Journal = journal();
    EngineAsk = engine_ask();
    Events = described(text(), "Server-sent events; each event's `data` is one JSON object.");
    Page = described(text(), "A page, or a file of one.");
    Document = open(object(vec![("openapi", text()), ("info", any_object()), ("paths", any_object())]));
}

fn store() -> Schema {
    let reconciled = ["interrupted", "rebuilt", "appended", "set_aside", "duplicates", "newer"];
    object(vec![
        ("path", text()),
        ("journal", text()),
        ("runs", nullable(count())),
        ("set_aside", count()),
        ("write_error", nullable(text())),
        ("waiting", described(count(), "Events that are not written yet.")),
        ("lost", described(count(), "Events that could not be kept.")),
        ("reconciled", object(reconciled.map(|key| (key, count())).into())),
    ])
}

fn pipeline() -> Schema {
    let service = || object(vec![("url", text()), ("model", nullable(text())), ("has_key", flag())]);
    let intent = vec![
        ("name", text()),
        ("description", text()),
        ("retrieves", flag()),
        ("answered_by", words(["main", "mini"])),
    ];
    let corpus = vec![
        ("state", words(["indexed", "never", "broken"])),
        ("folder", nullable(text())),
        ("index", text()),
        ("size_bytes", nullable(count())),
        (
            "changed_at",
            described(nullable(time()), "When it was last written; a look that finds nothing new does not."),
        ),
        ("documents", nullable(count())),
        ("passages", nullable(count())),
        ("behind", described(nullable(flag()), "Whether it does not hold what its folder holds now.")),
    ];
    let retrieval = vec![
        ("kind", words(["fts", "vector", "external"])),
        ("corpus", nullable(object(corpus))),
        ("search", nullable(service())),
        ("embeddings", nullable(service())),
    ];
    object(vec![
        ("kind", words(["composed", "remote", "off"])),
        ("state", words(["ready", "off", "broken"])),
        ("problems", list(text())),
        ("endpoint", nullable(service())),
        ("intents", list(object(intent))),
        ("classifier", nullable(words(["main", "mini"]))),
        ("retrieval", nullable(object(retrieval))),
        ("rerank", nullable(service())),
        ("template", nullable(text())),
        ("passages", nullable(count())),
        ("context_tokens", nullable(count())),
        ("reasons_for_null", map(text())),
    ])
}

fn scenario() -> Schema {
    object(vec![
        ("name", text()),
        ("file", text()),
        ("state", words(["ready", "broken", "stale"])),
        ("ready", nullable(ready())),
        (
            "error",
            nullable(object(vec![
                ("class", text()),
                ("message", text()),
                ("file", text()),
                ("at", time()),
                ("backtrace", nullable(text())),
            ])),
        ),
        (
            "last_run",
            nullable(object(vec![
                ("run_id", run_id()),
                ("state", nullable(state())),
                ("verdict", nullable(words(["valid", "void"]))),
                ("started_at", time()),
            ])),
        ),
    ])
}

fn ready() -> Schema {
    object(vec![
        ("version", text()),
        ("description", text()),
        ("sha256", text()),
        ("size_bytes", count()),
        ("compile_ms", number()),
        ("world", text()),
        ("imports", described(list(text()), "Interfaces that it imports; of a script none, since its runner does.")),
        ("data_files", described(list(text()), "Names of the files that it may read.")),
        ("language", nullable(text())),
        ("loaded_at", nullable(time())),
        ("targets", list(target())),
        ("params", list(param())),
    ])
}

fn param() -> Schema {
    object(vec![
        ("name", text()),
        ("type", words(["flag", "integer", "number", "text"])),
        ("default", described(any(), "Of the type that `type` names.")),
        ("help", text()),
        ("unit", nullable(text())),
        ("min", nullable(number())),
        ("max", nullable(number())),
        ("choices", list(text())),
    ])
}

fn engine() -> Schema {
    object(vec![
        ("role", target()),
        ("dialect", text()),
        ("base_url", text()),
        ("simulated", flag()),
        ("state", words(["up", "down"])),
        ("detail", nullable(text())),
        ("checked_at", time()),
        (
            "identity",
            nullable(object(vec![
                ("model", nullable(text())),
                ("build", nullable(text())),
                ("quantisation", nullable(text())),
                ("context_tokens", nullable(count())),
                ("parameters", nullable(count())),
                ("cpu_spill_bytes", nullable(count())),
                ("raw", described(any(), "What the engine itself answered.")),
            ])),
        ),
    ])
}

fn gpu_device() -> Schema {
    object(vec![
        ("index", count()),
        ("name", nullable(text())),
        ("vram_total_bytes", nullable(count())),
        ("vram_used_bytes", nullable(count())),
        ("utilisation_percent", nullable(number())),
        ("power_w", nullable(number())),
        ("temperature_c", nullable(number())),
        ("sm_clock_mhz", nullable(number())),
    ])
}

fn run_row() -> Schema {
    let headline = || object(vec![("ttft_ms", nullable(number())), ("tokens_per_second", nullable(number()))]);
    object(vec![
        ("run_id", run_id()),
        ("scenario", text()),
        ("version", text()),
        ("sha256", text()),
        ("state", nullable(state())),
        ("verdict", nullable(verdict())),
        ("started_at", time()),
        ("duration_ms", nullable(number())),
        ("simulated", flag()),
        ("simulated_engines", simulated_engines()),
        ("headline", object(vec![("main", headline()), ("mini", headline())])),
        ("models", object(vec![("main", nullable(text())), ("mini", nullable(text()))])),
        ("tags", list(text())),
        ("note", text()),
        ("reasons_for_null", reasons()),
    ])
}

/// Each engine's own word; null where one was not looked at.
fn simulated_engines() -> Schema {
    object(vec![("main", nullable(flag())), ("mini", nullable(flag()))])
}

fn exchange() -> Schema {
    object(vec![
        ("exchange", count()),
        ("target", target()),
        ("simulated", flag()),
        ("phase", text()),
        ("warm_up", flag()),
        ("company", words(["together", "alone"])),
        ("sent_ms", described(number(), "Counted from the run's beginning.")),
        ("connect_ms", described(number(), "Before the send, as `start_delay_ms`.")),
        ("start_delay_ms", number()),
        ("headers_ms", nullable(number())),
        ("ending", text()),
        ("detail", nullable(text())),
        ("ttft_ms", nullable(number())),
        ("ttfo_ms", nullable(number())),
        ("e2e_ms", nullable(number())),
        ("tokens_per_second", nullable(number())),
        ("tpot_ms", nullable(number())),
        ("prefill_tokens_per_second", nullable(number())),
        ("output_tokens", nullable(count())),
        ("prompt_tokens", nullable(count())),
        ("cached_prompt_tokens", nullable(count())),
        ("chunks", described(count(), "Content-bearing events; a chunk is not a token.")),
        ("claims", claims()),
        ("disagrees", described(flag(), "Two of the claims differ by more than the ledger lets pass.")),
        ("stages", nullable(list(stage()))),
    ])
}

/// Output tokens, as each source tells them.
fn claims() -> Schema {
    object(["timings", "usage", "tokenizer"].map(|source| (source, nullable(count()))).into())
}

fn stage() -> Schema {
    object(vec![
        ("stage", words(["classify", "embed", "retrieve", "rerank", "prompt", "generate"])),
        ("start_ms", described(number(), "Counted from the intent.")),
        ("end_ms", number()),
        ("first_token_ms", nullable(number())),
        ("prompt_tokens", nullable(count())),
        ("output_tokens", nullable(count())),
        ("error", nullable(text())),
    ])
}

fn exchange_whole() -> Schema {
    object(vec![
        ("exchange", count()),
        ("target", target()),
        ("simulated", flag()),
        ("sent_ms", described(number(), "Counted from the run's beginning.")),
        ("connect_ms", number()),
        ("start_delay_ms", number()),
        ("headers_ms", nullable(number())),
        ("first_byte_ms", nullable(number())),
        ("finish_ms", nullable(number())),
        ("closed_ms", number()),
        ("ending", text()),
        ("detail", nullable(text())),
        ("claims", claims()),
        (
            "chunks",
            object(vec![
                ("at_ms", list(number())),
                ("tokens", list(nullable(count()))),
                ("kind", list(words(["answer", "reasoning", "tool-call"]))),
            ]),
        ),
        (
            "engine",
            object(vec![
                ("prefill_ms", nullable(number())),
                ("decode_ms", nullable(number())),
                ("load_ms", nullable(number())),
                ("raw", any()),
            ]),
        ),
        ("coalesced", count()),
        ("answer", nullable(answer())),
    ])
}

fn answer() -> Schema {
    object(vec![
        ("intent", nullable(text())),
        ("first_token_ms", nullable(number())),
        ("end_ms", number()),
        ("glue_ms", number()),
        ("network_and_queue_ms", nullable(number())),
        ("passages", nullable(count())),
        ("passages_cut", nullable(count())),
        ("tokens_cut", nullable(count())),
        ("stages", list(stage())),
    ])
}

fn token_latencies() -> Schema {
    object(vec![
        ("target", target()),
        ("simulated", flag()),
        ("exchanges", described(count(), "So many stand behind the figures, spread over `of`.")),
        ("of", count()),
        ("n", described(count(), "Tokens.")),
        ("at_ms", list(number())),
        ("itl_ms", list(number())),
        ("rank", described(list(count()), "Places in ascending order, of `n`.")),
        ("rank_itl_ms", list(number())),
    ])
}

fn log_line() -> Schema {
    let level = words(["debug", "info", "warn", "error"]);
    object(vec![("at_ms", number()), ("level", level), ("message", text())])
}

fn metric() -> Schema {
    object(vec![("at_ms", number()), ("name", text()), ("value", nullable(number())), ("unit", text())])
}

fn timeline_mark() -> Schema {
    object(vec![("at_ms", number()), ("name", text())])
}

fn sampled_device() -> Schema {
    object(vec![
        ("index", count()),
        ("readings", count()),
        ("step", described(count(), "So many readings stand behind each point.")),
        ("at_ms", list(number())),
        ("vram_used_bytes", list(nullable(count()))),
        ("utilisation_percent", list(nullable(number()))),
        ("power_w", list(nullable(number()))),
        ("temperature_c", list(nullable(number()))),
        ("sm_clock_mhz", list(nullable(number()))),
    ])
}

fn compared() -> Schema {
    object(vec![
        ("run_id", run_id()),
        ("scenario", text()),
        ("started_at", time()),
        ("state", state()),
        ("verdict", nullable(verdict())),
        ("simulated", flag()),
        ("simulated_engines", simulated_engines()),
        ("fingerprint", text()),
        ("runs", described(list(run_id()), "Whose exchanges these are: itself, or the blocks of `run --interleave`.")),
    ])
}

fn comparison() -> Schema {
    object(vec![
        ("b", compared()),
        ("differs", list(object(vec![("field", text()), ("a", any()), ("b", any())]))),
        ("withheld", described(nullable(text()), "Why there are no figures.")),
        ("noise_runs", list(run_id())),
        ("targets", map(map(any()))),
    ])
}

fn trend_point() -> Schema {
    object(vec![
        ("run_id", run_id()),
        ("scenario", text()),
        ("started_at", time()),
        ("simulated", flag()),
        ("value", nullable(number())),
        ("ci95", nullable(list(number()))),
    ])
}

fn baseline() -> Schema {
    object(vec![
        ("name", text()),
        ("scenario", text()),
        ("fingerprint", text()),
        ("run_id", run_id()),
        ("pinned_at", time()),
    ])
}

fn benchmark() -> Schema {
    let figures = [
        "ttft_ms",
        "tokens_per_second",
        "itl_ms",
        "vram_at_peak_bytes",
        "intent_to_first_token_ms",
        "intent_to_answer_ms",
    ];
    let mut fields = vec![
        ("run_id", run_id()),
        ("state", state()),
        ("verdict", nullable(verdict())),
        ("simulated", flag()),
        ("reasons_for_null", reasons()),
        ("stages", nullable(any_object())),
        ("bottleneck", nullable(any_object())),
        ("what_if", described(any(), "Of the pipeline, as in its record; else null.")),
        ("n", described(count(), "Exchanges behind the figures.")),
    ];
    fields.extend(figures.map(|name| (name, nullable(number()))));
    edited(object(fields), |answer| {
        answer.properties.insert("journal".to_owned(), Ref::from_schema_name("Journal").into());
        answer.required.push("journal".to_owned());
    })
}

/// The record of a run. Open: it grows, and what a newer dualbench wrote is given as it stands.
fn journal() -> Schema {
    let known = object(vec![
        ("schema", count()),
        ("run_id", run_id()),
        ("started_at", time()),
        ("duration_ms", nullable(number())),
        ("state", text()),
        ("verdict", nullable(open(verdict()))),
        ("failure", nullable(open(object(vec![("class", text()), ("message", text())])))),
        ("simulated", flag()),
        ("scenario", open(object(vec![("name", text()), ("version", text()), ("sha256", text())]))),
        ("params", any_object()),
        ("seed", count()),
        ("engines", map(any_object())),
        ("host", any_object()),
    ]);
    let of_its_end = [
        ("targets", map(any_object())),
        ("phases", list(any_object())),
        ("interference", list(any_object())),
        ("drift", list(any_object())),
        ("gpu", nullable(any_object())),
        ("client", any_object()),
        ("metrics", list(any_object())),
        ("marks", list(any_object())),
        ("counters", any_object()),
        ("thresholds", list(any_object())),
        ("reasons_for_null", reasons()),
    ];
    let text = "One run's whole record, the line of its journal; docs/measures.md tells each key. \
                The keys from `targets` on are there once the run has ended.";
    described(with_optional(open(known), of_its_end.into()), text)
}

/// [`super::benchmark`] takes one body for all its routes; an engine is asked no questions, and never nothing.
fn engine_ask() -> Schema {
    let fields = [
        ("prompt_tokens", 1, 131_072, "256"),
        ("output_tokens", 1, 32_768, "128"),
        ("repetitions", 1, 10_000, "5"),
        ("warm_up", 0, 100, "1"),
        ("seed", 0, i64::from(u32::MAX), "a fresh one"),
    ];
    let optional = fields.map(|(name, least, most, usual)| {
        (name, described(nullable(between(least, most)), &format!("Without it: {usual}.")))
    });
    with_optional(object(Vec::new()), optional.into())
}

fn reasons() -> Schema {
    described(map(text()), "Field to the reason why it is null.")
}

fn verdict() -> Schema {
    object(vec![("state", words(["valid", "void"])), ("reasons", list(text()))])
}

fn state() -> Schema {
    words(RunState::ALL.map(RunState::word))
}

fn target() -> Schema {
    words(["main", "mini", "pipeline"])
}

fn run_id() -> Schema {
    formatted(SchemaFormat::Custom("uuid".to_owned()))
}

fn time() -> Schema {
    formatted(SchemaFormat::KnownFormat(KnownFormat::DateTime))
}
