-- moments that scenarios marked on the timeline of their runs.

create table timeline_mark (
    timeline_mark_id  integer primary key,
    run_id            text    not null references run (run_id) on delete cascade,
    at_ns             integer not null,                   -- on the run's clock
    name              text    not null
) strict;

create index timeline_mark_of_run on timeline_mark (run_id);
