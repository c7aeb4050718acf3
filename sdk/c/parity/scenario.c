/* The scenario that every language has; see sdk/PARITY.md. */
#include "dualbench/dualbench.h"
#include <stdlib.h>
#include <string.h>

static uint32_t chunks, tokens, characters, counted;

void db_describe(db_manifest *m) {
    db_name(m, "parity", "1.0.0", "The same in every language: what comes of it must be equal.");
    db_uses(m, DB_MAIN);
    db_uses(m, DB_MINI);
    db_range(db_integer(m, "exchanges", 3, "Exchanges, one after the other."), 0, 1000);
    db_param *p = db_integer(m, "prompt_tokens", 64, "Length of a calibrated prompt.");
    db_unit(p, "tokens");
    db_range(p, 1, 4096);
    p = db_integer(m, "output_tokens", 16, "Length of an answer.");
    db_unit(p, "tokens");
    db_range(p, 1, 4096);
    db_range(db_number(m, "temperature", 0.5, "Temperature of the two answers at once."), 0, 2);
    db_flag(m, "pair", true, "Whether two answers are asked for at once.");
    db_engine(m, "engine", DB_MAIN, "The engine that is asked alone.");
    db_words(m, "fail", "", "Words to fail with, such as: tschüß ✓");
}

/* A Unicode scalar value has one byte that continues none. */
static uint32_t scalars(const char *text) {
    uint32_t count = 0;
    for (; *text; text++) count += (*text & 0xC0) != 0x80;
    return count;
}

static db_got take(db_exchange exchange) {
    db_chunk chunk;
    db_got got = db_next(exchange, &chunk);
    if (got != DB_CHUNK) return got;
    chunks++;
    tokens += chunk.tokens.is_some ? chunk.tokens.val : 0;
    characters += scalars(chunk.text);
    return got;
}

static bool end(db_exchange exchange) {
    db_measures measures;
    if (!db_finish(exchange, &measures)) return false;
    counted += measures.ending == DB_COMPLETE || measures.ending == DB_LENGTH;
    return true;
}

static bool drain(db_exchange exchange) {
    db_got got;
    while ((got = take(exchange)) == DB_CHUNK) {}
    return got == DB_END && end(exchange);
}

static db_request calibrated(const db_arguments *a, db_cache cache) {
    return db_exactly(db_calibrated(db_arg_count(a, "prompt_tokens"), cache), db_arg_count(a, "output_tokens"));
}

static db_end thresholds(void) {
    DB_TRY(db_threshold("main.e2e_ms.min > 0"));
    if (db_threshold("fast ✓")) return "a threshold of nonsense was taken";
    db_log(DB_LOG_DEBUG, db_error().text);
    return DB_DONE;
}

static db_end alone(const db_arguments *a, uint32_t exchanges) {
    db_target engine = db_arg_target(a, "engine");
    db_exchange exchange;
    db_phase("warm-up");
    db_request request = db_as_warm_up(calibrated(a, DB_COLD));
    DB_TRY(db_start(engine, &request, &exchange));
    DB_TRY(drain(exchange));
    db_drop(exchange);
    db_phase("alone");
    request = calibrated(a, DB_WARM);
    char *text = NULL;
    for (uint32_t done = 0; done < exchanges; done++) {
        db_progress(done, exchanges);
        DB_TRY(db_start(engine, &request, &exchange));
        DB_TRY(drain(exchange));
        free(text);
        text = db_answer(exchange);
        db_drop(exchange);
    }
    db_log(DB_LOG_INFO, text);
    free(text);
    db_progress(exchanges, exchanges);
    return DB_DONE;
}

static db_end pair(const db_arguments *a) {
    db_phase("pair");
    db_message messages[] = {
        db_say(DB_SYSTEM, "Answer briefly ✓"), db_say(DB_USER, "Grüße!"), db_say(DB_ASSISTANT, "Ja?")
    };
    db_request request = db_at_most(db_messages(messages, 3), db_arg_count(a, "output_tokens"));
    request = db_temperature(request, (float)db_arg_number(a, "temperature"));
    request = db_seeded(request, db_run_seed());
    db_exchange open[2];
    DB_TRY(db_start(DB_MAIN, &request, &open[0]));
    DB_TRY(db_start(DB_MINI, &request, &open[1]));
    size_t count = 2;
    while (count) {
        uint32_t ready[2];
        for (size_t at = db_wait_any(open, count, ready); at-- > 0;) {
            uint32_t index = ready[at];
            db_got got = take(open[index]);
            DB_TRY(got != DB_ERROR);
            if (got == DB_CHUNK) continue;
            DB_TRY(end(open[index]));
            db_drop(open[index]);
            memmove(&open[index], &open[index + 1], (--count - index) * sizeof *open);
        }
    }
    return DB_DONE;
}

static db_end ends(void) {
    db_phase("ends");
    db_request request = db_as_warm_up(db_at_most(db_text("Count to a thousand."), 1000));
    db_exchange exchange;
    db_chunk chunk;
    db_measures measures;
    DB_TRY(db_start(DB_MINI, &request, &exchange));
    DB_TRY(db_next(exchange, &chunk) != DB_ERROR);
    db_cancel(exchange);
    DB_TRY(db_finish(exchange, &measures));
    db_log(DB_LOG_DEBUG, db_ending_word(measures.ending));
    db_drop(exchange);
    if (db_start(DB_PIPELINE, &request, &exchange)) return "the pipeline was not refused";
    if (db_error().kind != DB_NOT_ALLOWED) return db_error().text;
    db_log(DB_LOG_WARN, db_error().text);
    db_target_info info;
    DB_TRY(db_info(DB_MAIN, &info));
    db_log(DB_LOG_INFO, info.dialect);
    db_log(DB_LOG_INFO, info.model ? info.model : "none");
    return DB_DONE;
}

static db_end load(const db_arguments *a) {
    db_phase("load");
    db_request request = calibrated(a, DB_COLD);
    db_workload workload = db_closed(DB_MINI, &request, 2);
    workload.warm_up = 1;
    db_outcome outcome;
    DB_TRY(db_measure(&workload, 1, db_repetitions(4), &outcome));
    db_metric("measured", outcome.complete + outcome.failed, "exchanges");
    request = db_at_most(db_text("Hello."), db_arg_count(a, "output_tokens"));
    workload = db_open(DB_MAIN, &request, 50, DB_CONSTANT, 4);
    DB_TRY(db_measure(&workload, 1, db_seconds(0.2), &outcome));
    db_metric("open_known", outcome.ttft_ms.median.is_some, "flag");
    return DB_DONE;
}

static db_end staged(const db_arguments *a) {
    uint32_t most = db_arg_count(a, "output_tokens");
    db_request requests[] = {db_at_most(db_text("One."), most), db_at_most(db_text("Two ✓"), most)};
    db_stage stages[] = {db_to(60, 0.1), db_to(30, 0), db_to(30, 0.1)};
    db_workload workload = db_in_turn(db_staged(DB_MINI, requests, 20, stages, 3), requests, 2);
    workload = db_max_open(db_spaced(workload, DB_CONSTANT), 4);
    workload.warm_up = 1;
    db_outcome outcome;
    DB_TRY(db_measure(&workload, 1, db_end_of(stages, 3), &outcome));
    db_metric("staged_known", outcome.ttft_ms.median.is_some, "flag");
    return DB_DONE;
}

static db_end said(uint32_t exchanges) {
    db_mark("measured ✓");
    db_count("done", exchanges);
    db_count("done", 0.5);
    uint8_t *bytes;
    size_t length;
    for (size_t i = 0; i < db_data_count(); i++) {
        DB_TRY(db_data_read(db_data_name(i), &bytes, &length));
        free(bytes);
        db_metric("data", length, db_data_name(i));
    }
    if (db_data_read("../none", &bytes, &length)) return "a path was taken";
    db_log(DB_LOG_DEBUG, db_error().text);
    return DB_DONE;
}

db_end db_run(const db_arguments *a) {
    const char *fail = db_arg_text(a, "fail");
    if (*fail) return fail;
    uint32_t exchanges = db_arg_count(a, "exchanges");
    if (!exchanges) {
        db_void("nothing was asked for");
        return DB_DONE;
    }
    db_end why = thresholds();
    if (!why) why = alone(a, exchanges);
    if (!why && db_arg_flag(a, "pair")) why = pair(a);
    if (!why) why = ends();
    if (!why) why = load(a);
    if (!why) why = staged(a);
    if (!why) why = said(exchanges);
    if (why) return why;
    db_metric("chunks", chunks, "chunks");
    db_metric("tokens", tokens, "tokens");
    db_metric("characters", characters, "characters");
    db_metric("counted", counted, "counted");
    db_metric("seed", db_run_seed(), "seed");
    return DB_DONE;
}
