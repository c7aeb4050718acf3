-- runs that later ones are held against: one under each name for a scenario on a machine with its engines.

create table baseline (
    name         text not null,
    scenario     text not null,
    fingerprint  text not null,   -- of the engines, the gpu and the host: 16 hexadecimal digits; src/store/compare/facts.rs
    run_id       text not null,   -- uuid v7; no reference: a run that is rebuilt from the journal keeps its pin
    pinned_at    text not null,   -- rfc 3339, utc, ms
    primary key (name, scenario, fingerprint)
) strict;
