-- what people keep about runs, beside what was measured: no part of a run's record, and never in the journal.

create table mark (
    run_id      text primary key not null, -- uuid v7; no reference: a run that is rebuilt from the journal keeps its mark
    tags        text not null,             -- a json array of texts, in their order
    note        text not null,             -- empty = none
    removed_at  text                       -- rfc 3339, utc, ms; taken off the lists then. null = shown. the run and its line stay
) strict;
