-- the store of dualbench. offsets in ns count from the run's origin on the monotonic clock, or from an
-- exchange's send where the comment says so; null means "not known", never 0.

create table run (
    run_id                  text    primary key not null, -- uuid v7: sorts by the time of its making
    schema                  integer not null,             -- of the journal line
    state                   text    not null,
    started_at              text    not null,             -- rfc 3339, utc, ms
    scenario                text    not null,
    version                 text    not null,
    sha256                  text    not null,             -- of the scenario's file
    simulated               integer not null,             -- 0 or 1
    duration_ms             real,
    verdict                 text,                         -- valid, void
    verdict_reasons         text,                         -- a json array of texts
    main_ttft_ms            real,                         -- median; null unless the run is valid
    main_tokens_per_second  real,                         -- median; null unless the run is valid
    mini_ttft_ms            real,                         -- median; null unless the run is valid
    mini_tokens_per_second  real,                         -- median; null unless the run is valid
    header_json             text,                         -- what the run is, as the beginning of its journal line; null where rebuilt from the journal
    journal_json            text                          -- the journal line, word for word; null until the run has ended
) strict;

create index run_by_scenario on run (scenario, run_id);
create index run_unfinished on run (run_id) where journal_json is null;

create table exchange (
    run_id                     text    not null references run (run_id) on delete cascade,
    exchange                   integer not null,          -- counts from 0 in its run
    target                     text    not null,          -- main, mini, pipeline
    phase                      text    not null,
    warm_up                    integer not null,          -- 0 or 1
    together                   integer not null,          -- 1 where other workloads were measured at the same time
    sent_ns                    integer not null,          -- from the run's origin
    connect_ns                 integer not null,          -- a length of time, before the send
    start_delay_ns             integer not null,          -- a length of time, before the send
    headers_ns                 integer,                   -- from the send
    first_byte_ns              integer,                   -- from the send
    finish_ns                  integer,                   -- from the send
    closed_ns                  integer not null,          -- from the send
    ending                     text    not null,
    ending_detail              text,                      -- what the engine or the socket said
    http_status                integer,                   -- of a refusal
    timings_tokens             integer,                   -- output, as the engine's timings claim
    usage_tokens               integer,                   -- output, as the engine's usage claims
    tokenizer_tokens           integer,                   -- output, as a local tokenizer counts
    prompt_asked_tokens        integer,
    prompt_total_tokens        integer,
    prompt_cached_tokens       integer,
    engine_prefill_ns          integer,                   -- the engine's own duration
    engine_decode_ns           integer,                   -- the engine's own duration
    engine_load_ns             integer,                   -- the engine's own duration
    ttft_ms                    real,                      -- from here on computed from the above, for lists and sql
    ttfo_ms                    real,
    e2e_ms                     real,
    tokens_per_second          real,
    tpot_ms                    real,
    prefill_tokens_per_second  real,
    output_tokens              integer,
    chunk_count                integer not null,
    chunk_blob                 blob    not null,          -- kind, offset and tokens of each chunk; the format is in src/store/chunks.rs
    engine_raw                 text,                      -- the engine's own figures as it sent them, json
    primary key (run_id, exchange)
) strict;

create table sample (
    run_id                      text    not null references run (run_id) on delete cascade,
    sample                      integer not null,         -- counts from 0 in its run
    device                      integer not null,         -- as the driver counts
    at_ns                       integer not null,         -- before the first question
    done_ns                     integer not null,         -- after the last answer
    vram_used_bytes             integer,
    vram_total_bytes            integer,
    utilisation_percent         real,
    memory_utilisation_percent  real,
    power_w                     real,
    energy_j                    real,                     -- the hardware's counter
    temperature_c               real,
    sm_clock_mhz                integer,
    memory_clock_mhz            integer,
    throttle                    text,                     -- names with commas between; empty = not throttled, null = not told
    processes                   text,                     -- pid:compute:bytes or pid:draw:bytes with commas between, bytes empty where not known; empty = none, null = not told
    primary key (run_id, sample)
) strict;

create table metric (
    metric_id  integer primary key,
    run_id     text    not null references run (run_id) on delete cascade,
    at_ns      integer not null,
    name       text    not null,
    value      real,                                      -- in the unit beside it; null where it was no number
    unit       text    not null
) strict;

create index metric_of_run on metric (run_id);

create table log_line (
    log_line_id  integer primary key,
    run_id       text    not null references run (run_id) on delete cascade,
    at_ns        integer not null,
    level        text    not null,                        -- debug, info, warn, error
    message      text    not null
) strict;

create index log_line_of_run on log_line (run_id);
