-- answers of the pipeline. offsets in ns count from the intent.

create table answer (
    run_id                text    not null,
    exchange              integer not null,
    intent                text,                  -- as the classifier named it
    first_token_ns        integer,
    end_ns                integer not null,      -- of the answer's generation
    passages              integer,               -- found
    passages_cut          integer,               -- of these, left out for want of room
    tokens_cut            integer,               -- of the passages that were left out
    network_and_queue_ns  integer,               -- a length of time; null for a pipeline that the host runs
    primary key (run_id, exchange),
    foreign key (run_id, exchange) references exchange (run_id, exchange) on delete cascade
) strict;

create table stage (
    run_id             text    not null,
    exchange           integer not null,
    place              integer not null,         -- counts from 0 in its answer
    stage              text    not null,         -- classify, embed, retrieve, rerank, prompt, generate
    start_ns           integer not null,
    end_ns             integer not null,
    first_token_ns     integer,
    prompt_tokens      integer,
    output_tokens      integer,
    engine_prefill_ns  integer,                  -- the engine's own duration
    engine_decode_ns   integer,                  -- the engine's own duration
    engine_load_ns     integer,                  -- the engine's own duration
    error              text,                     -- why the stage came to nothing
    primary key (run_id, exchange, place),
    foreign key (run_id, exchange) references answer (run_id, exchange) on delete cascade
) strict;
