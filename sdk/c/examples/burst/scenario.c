/* What a sudden burst costs the last one in the queue: 1, 2, 4 … requests leave at the same moment, and the scenario notes
 * when the first token of each is there. How far the last one lags behind the first says how many the engine serves at once. */
#include "dualbench/dualbench.h"
#include <stdio.h>

#define MOST 64

void db_describe(db_manifest *m) {
    db_name(m, "burst", "1.0.0", "How long the last of a burst waits for its first token, as the burst doubles.");
    db_uses(m, DB_MAIN);
    db_uses(m, DB_MINI);
    db_engine(m, "engine", DB_MINI, "The engine that is asked.");
    db_range(db_integer(m, "largest", 16, "Requests of the largest burst."), 1, MOST);
    db_param *p = db_integer(m, "prompt_tokens", 128, "Length of each prompt.");
    db_range(p, 1, 4096);
    db_unit(p, "tokens");
    p = db_integer(m, "output_tokens", 24, "Length of each answer.");
    db_range(p, 1, 1024);
    db_unit(p, "tokens");
}

/* Drains all of them; gives the arrival of the earliest and the latest first chunk. */
static bool drain(db_exchange *open, size_t count, double *earliest, double *latest) {
    bool begun[MOST] = {false};
    *earliest = 1e300;
    *latest = 0;
    while (count) {
        uint32_t ready[MOST];
        /* From behind: what ends gives its place to the last one, which was looked at already. */
        for (size_t at = db_wait_any(open, count, ready); at-- > 0;) {
            uint32_t index = ready[at];
            db_chunk chunk;
            db_got got = db_next(open[index], &chunk);
            if (got == DB_ERROR) return false;
            if (got == DB_CHUNK) {
                if (begun[index]) continue;
                begun[index] = true;
                if (chunk.offset_ms < *earliest) *earliest = chunk.offset_ms;
                if (chunk.offset_ms > *latest) *latest = chunk.offset_ms;
                continue;
            }
            db_drop(open[index]);
            count--;
            open[index] = open[count];
            begun[index] = begun[count];
        }
    }
    return true;
}

db_end db_run(const db_arguments *a) {
    db_target engine = db_arg_target(a, "engine");
    uint32_t largest = db_arg_count(a, "largest");
    db_request request = db_exactly(db_calibrated(db_arg_count(a, "prompt_tokens"), DB_COLD), db_arg_count(a, "output_tokens"));
    db_exchange open[MOST];

    db_phase("warm-up");
    db_request warm_up = db_as_warm_up(request);
    DB_TRY(db_start(engine, &warm_up, &open[0]));
    double earliest, latest;
    DB_TRY(drain(open, 1, &earliest, &latest));

    for (uint32_t size = 1; size <= largest; size *= 2) {
        db_phase("burst");
        db_progress(size, largest);
        for (uint32_t i = 0; i < size; i++) DB_TRY(db_start(engine, &request, &open[i]));
        DB_TRY(drain(open, size, &earliest, &latest));
        db_logf(DB_LOG_INFO, "%u at once: first tokens from %.1f to %.1f ms", size, earliest, latest);
        char name[40];
        snprintf(name, sizeof name, "last_first_token_of_%u", size);
        db_metric(name, latest, "ms");
    }
    return DB_DONE;
}
